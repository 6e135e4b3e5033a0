// The shop's first page: without a chat, with the floor's bubble, with Porchlight, and with Porchlight
// and a few or many campaigns.
import { readFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

import { ROOT } from "../harness/process.ts";

export const VARIANTS = ["none", "floor", "porchlight", "campaigns"] as const;
export type Variant = (typeof VARIANTS)[number];
export type Chat = "porchlight" | "few" | "campaigns";

const KINDS: Record<string, string> = {
  css: "text/css",
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  svg: "image/svg+xml",
};

export class Pages {
  readonly #server: Server;
  readonly #port: number;
  readonly #script: (variant: Chat) => string;

  private constructor(server: Server, port: number, script: (variant: Chat) => string) {
    this.#server = server;
    this.#port = port;
    this.#script = script;
  }

  /** `script` is where the chat of a page comes from. */
  static serve(port: number, script: (variant: Chat) => string): Promise<Pages> {
    const tag = (source: string) => `<script async src="${source}"></script>`;
    const tags: Record<string, (() => string) | undefined> = {
      none: () => "",
      floor: () => tag(`http://floor.localhost:${port}/floor.js`),
      porchlight: () => tag(script("porchlight")),
      few: () => tag(script("few")),
      campaigns: () => tag(script("campaigns")),
    };
    const server = createServer((request, response) => {
      const name = request.url === "/favicon.ico" ? "/img/mug.svg" : (request.url ?? "/");
      const variant = tags[name.slice(1)];
      const body = variant ? page(variant()) : file(name);
      if (!body) return response.writeHead(404).end();
      const kind = KINDS[variant ? "html" : name.split(".").at(-1)!] ?? "application/octet-stream";
      response.writeHead(200, { "Content-Type": kind, "Content-Encoding": "br", "Cache-Control": "no-store" });
      response.end(brotliCompressSync(body));
    });
    return new Promise((done) => server.listen(port, "127.0.0.1", () => done(new Pages(server, port, script))));
  }

  address(variant: Variant | Chat): string {
    return `http://shop.localhost:${this.#port}/${variant}`;
  }

  script(variant: Chat): string {
    return this.#script(variant);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function page(tag: string): Buffer {
  const text = readFileSync(join(ROOT, "demo-site/index.html"), "utf8");
  return Buffer.from(text.replace(/<script async .*<\/script>/, tag));
}

function file(name: string): Buffer | undefined {
  if (name.includes("..")) return undefined;
  const folder = name === "/floor.js" ? "tests/bench" : "demo-site";
  try {
    return readFileSync(join(ROOT, folder, name));
  } catch {
    return undefined;
  }
}
