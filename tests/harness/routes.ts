// The relay's routes, as a test of the relay keeps them: one that is added there is tried here.
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
  return JSON.parse(readFileSync(join(ROOT, "tests/harness/routes.json"), "utf8")) as Route[];
}

/** The path with something plausible where it has names. */
export function concrete(path: string, name = "main-abc"): string {
  return path.replaceAll(/\{[a-z]+\}/g, name);
}
