// Holds what programs and the relay say to each other against the document that the relay serves of it: what
// it took, and every answer. Nothing may be there that the document does not name.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

import { ROOT } from "./process.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: object;
}

interface Operation {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema?: object }> };
  responses: Record<string, { $ref?: string }>;
}

/** A request, and what came of it. */
export interface Exchange {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Only the answer has to fit. */
  strange: boolean;
  status: number;
  answer: string;
}

export const DOCUMENT = readFileSync(join(ROOT, "relay/src/edge/openapi.json"), "utf8");

/** The same, with no object that has more than is named. */
function closed(part: any): any {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(closed);
  const copy = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, closed(value)]));
  return [copy.type].flat().includes("object") && copy.properties ? { additionalProperties: false, ...copy } : copy;
}

const document = closed(JSON.parse(DOCUMENT));
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, "openapi.json");
const compiled = new Map<string, ValidateFunction>();

function mustFit(what: string, schema: object, value: unknown): void {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/');
  const fits = compiled.get(text) ?? ajv.compile(JSON.parse(text));
  compiled.set(text, fits);
  if (fits(value)) return;
  throw new Error(`${what} does not fit the document: ${ajv.errorsText(fits.errors)}\n${JSON.stringify(value)}`);
}

function operationOf(method: string, path: string): Operation | undefined {
  const fits = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const found = Object.entries<any>(document.paths).find(([template]) => fits(template));
  return found?.[1][method.toLowerCase()];
}

/** Throws if this is of programs, and not as the document says. */
export function mustBeAsDocumented(it: Exchange): void {
  const { pathname, searchParams } = new URL(it.path, "http://desk.localhost");
  const operation = operationOf(it.method, pathname);
  if (!operation) return;
  const what = `${it.method} ${it.path} (${it.status})`;
  const { $ref, ...own } = operation.responses[it.status] ?? {};
  const response: any = $ref ? document.components.responses[$ref.split("/").at(-1)!] : own;
  if (!response.content) throw new Error(`${what}: no such answer is in the document: ${it.answer}`);
  mustFit(`the answer to ${what}`, response.content["application/json"].schema, JSON.parse(it.answer));
  // What was refused need not be as it should.
  if (it.strange || it.status !== 200) return;
  const known = operation.parameters.filter((it) => it.in === "query");
  for (const name of searchParams.keys()) {
    if (!known.some((it) => it.name === name)) throw new Error(`${what}: nothing is said of ?${name}`);
  }
  const headers = Object.fromEntries(Object.entries(it.headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (place === "path") continue;
    const value = place === "query" ? searchParams.get(name) : headers[name.toLowerCase()];
    if (value === null || value === undefined) {
      if (required) throw new Error(`${what}: ${name} is required, and was not needed`);
      continue;
    }
    mustFit(`${name} of ${what}`, schema, "type" in schema && schema.type === "integer" ? Number(value) : value);
  }
  const body = operation.requestBody?.content["application/json"]?.schema;
  if (body) mustFit(`the body of ${what}`, body, JSON.parse(it.body));
}

/** Throws if a webhook is sent something else than the document says. */
export function mustBeEvent(body: any): void {
  const hook = document.webhooks[body.type];
  if (!hook) throw new Error(`nothing is said of ${body.type}`);
  mustFit(body.type, hook.post.requestBody.content["application/json"].schema, body);
}
