// The relay's own table of routes: one that is added there is tried here.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./process.ts";

export interface Route {
  method: string;
  path: string;
  host: "Widget" | "Desk" | "Files" | "Any";
  access: string;
}

export function readRoutes(): Route[] {
  const source = readFileSync(join(ROOT, "relay/src/edge/routes.rs"), "utf8");
  const table = source.slice(source.indexOf("pub const ROUTES"), source.indexOf("const fn route("));
  const row = /route\(\s*(\w+),\s*"([^"]+)",\s*(\w+),\s*(\w+(?:\([\w:]+\))?),/g;
  return [...table.matchAll(row)].map(([, method, path, host, access]) => ({
    method: method!.toUpperCase(),
    path: path!,
    host: host as Route["host"],
    access: access!,
  }));
}

/** The path with something plausible where it has names. */
export function concrete(path: string, name = "main-abc"): string {
  return path.replaceAll(/\{[a-z]+\}/g, name);
}
