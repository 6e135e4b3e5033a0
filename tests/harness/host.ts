// A page of somebody else's with the chat's tag in it, and beside it a relay that only has the loader
// and a frame that says that it is there. Both are told what to answer.
import { readFileSync } from "node:fs";
import { type Server, type ServerResponse, createServer } from "node:http";
import { join } from "node:path";

import { type BrowserContext, type Page, test as base } from "@playwright/test";

import { ROOT, freePort } from "./process.ts";

export const TEXTS = {
  open: "Open chat",
  close: "Close chat",
  title: "Chat",
  unread: "Unread: {count}",
  failed: "The chat did not come.",
  again: "Try again",
};

/** How the frame is answered. */
export type FrameAnswer = "there" | "never" | "broken" | "refused";

/** A frame with a field in it, which keeps what it is told. */
const FRAME = `<!doctype html><body><textarea aria-label="Message"></textarea><script>
  window.told = [];
  const field = document.querySelector("textarea");
  addEventListener("message", ({ data, ports }) => {
    if (data.porchlight != "port") return;
    window.port = ports[0];
    ports[0].onmessage = ({ data }) => {
      window.told.push(data);
      if (data.type == "show" && data.focus) field.focus();
    };
  });
  addEventListener("focus", () => field.focus());
  parent.postMessage({ porchlight: "ready" }, "*");
</script>`;

export class Host {
  /** What stands on the page before the tag, and what its answer says. */
  before = "";
  headers: Record<string, string> = {};
  frame: FrameAnswer = "there";
  /** The relay's answers to the question why there is no chat. */
  origins: string[] = [];
  readonly asked: string[] = [];
  /** The script in the tag. */
  tag: string;
  readonly #server: Server;
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.origins = [this.origin];
    this.tag = `${this.relay}/s/main.js`;
    this.#server = createServer((request, response) => {
      const url = new URL(request.url!, this.relay);
      if (!request.headers.host!.startsWith("chat.")) return this.#page(response);
      this.asked.push(url.pathname + url.search);
      if (url.pathname.startsWith("/frame/")) return this.#frame(response);
      response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8", "Cross-Origin-Resource-Policy": "cross-origin" });
      response.end(url.search == "?why" ? this.#script("why.js") : this.#script("loader.js"));
    });
  }

  static async open(): Promise<Host> {
    const port = await freePort();
    const host = new Host(port);
    await new Promise<void>((done) => host.#server.listen(port, "127.0.0.1", done));
    return host;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get origin(): string {
    return `http://shop.localhost:${this.#port}`;
  }

  get relay(): string {
    return `http://chat.localhost:${this.#port}`;
  }

  #page(response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/html", ...this.headers });
    response.end(`<!doctype html><meta charset="utf-8"><title>Shop</title><body>${this.before}
      <main style="height:2000px"><button id="buy">Buy</button><input aria-label="Coupon"></main>
      <script async src="${this.tag}"></script>`);
  }

  #frame(response: ServerResponse): void {
    switch (this.frame) {
      case "there":
        response.writeHead(200, { "Content-Type": "text/html" });
        return void response.end(FRAME);
      case "refused":
        response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": "frame-ancestors 'none'" });
        return void response.end(FRAME);
      case "broken":
        return void response.destroy();
      case "never":
    }
  }

  #script(name: string): string {
    const config = {
      site: "main",
      origin: this.relay,
      color: "#0b5fff",
      on_color: "#fff",
      at_start: false,
      language: "en",
      texts: TEXTS,
      secrets: readFileSync(join(ROOT, "tests/secrets.txt"), "utf8").trim(),
      origins: this.origins,
    };
    const built = (path: string) => readFileSync(join(ROOT, "dist/public", path), "utf8");
    const code = built(JSON.parse(built("/manifest.json"))[name]);
    return code.replace("__PORCHLIGHT_CONFIG__", () => JSON.stringify(config));
  }
}

/** Whoever waits for the frame in a test waits for a moment only. */
export async function hurry(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const real = setTimeout;
    Object.assign(window, {
      setTimeout: (work: () => void, time = 0, ...rest: unknown[]) => real(work, time >= 8_000 ? 400 : time, ...rest),
    });
  });
}

export const launcher = (page: Page) => page.getByRole("button", { name: TEXTS.open });
export const closer = (page: Page) => page.getByRole("button", { name: TEXTS.close });
export const field = (page: Page) => page.frameLocator(`iframe[title="${TEXTS.title}"]`).getByRole("textbox");
export const call = (page: Page, ...of: unknown[]) => page.evaluate((it) => (window as any).Porchlight(...it), of as any);

/** What the frame was told of a kind. */
export async function told(page: Page, type: string): Promise<any[]> {
  const frame = page.frames().find((it) => it.url().includes("/frame/"));
  // A frame that is being loaded anew has been told nothing yet.
  return (await frame?.evaluate((it) => (window as any).told.filter((told: any) => told.type == it), type).catch(() => [])) ?? [];
}

export const test = base.extend<{ host: Host }>({
  host: async ({}, use) => {
    const host = await Host.open();
    await use(host);
    host.close();
  },
});
