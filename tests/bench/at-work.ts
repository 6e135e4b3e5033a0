// What the chat costs its page while somebody is in it: its memory, a key, and a message that comes.
// Another build of the app may stand beside this one, in the same page and the same conversation.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { line } from "../harness/long.ts";
import { ROOT } from "../harness/process.ts";
import type { Visitor } from "../harness/visitor.ts";
import type { Workspace } from "../harness/workspace.ts";
import { OWN, Work } from "./work.ts";

/** Lines that are in the chat's document. */
export const ROWS = 500;
/** How many times slower than this machine's the processor is. */
export const SLOW = 4;

const ROUNDS = 3;
/** Lines of a page of history. */
const PAGE = 50;
const TYPED = "Does the jug hold a litre?";
const MESSAGES = 20;
/** Milliseconds between two keys, and between two messages. */
const PACE = 80;

/** The folder that `cargo xtask dist` filled, of each build by its name. */
export type Builds = Record<string, string>;

export interface AtWork {
  /** WebAssembly's memory with all rows. */
  memory_bytes: number;
  /** What one key costs the main thread. */
  key: Cost;
  /** What one message that comes does. */
  message: Cost;
  /** All of the work to go back page by page until all rows are there, at this machine's own speed. */
  back_ms: number;
}

/** Milliseconds. */
interface Cost {
  /** Script, style and layout: what the app makes of it. */
  own_ms: number;
  /** All tasks of the page: what the browser does for any field and any frame, too. */
  all_ms: number;
}

/** One build's tab. */
interface Tab {
  visitor: Visitor;
  work: Work;
  memory_bytes: number;
  back_ms: number;
  keys: Cost[];
  messages: Cost[];
}

/** Notes each memory that a WebAssembly of the page has. */
function note(): void {
  const noted = ((globalThis as any).memories = [] as WebAssembly.Memory[]);
  for (const name of ["instantiate", "instantiateStreaming"] as const) {
    const real: any = WebAssembly[name];
    (WebAssembly as any)[name] = async (...given: unknown[]) => {
      const made = await real.apply(WebAssembly, given);
      const { exports } = made.instance ?? made;
      noted.push(...(Object.values(exports).filter((it) => it instanceof WebAssembly.Memory) as WebAssembly.Memory[]));
      return made;
    };
  }
}

/** The page's app comes from that build. All else is this one's. */
async function takeFrom(page: Page, dist: string): Promise<void> {
  const folder = join(dist, "public");
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const types = { js: "text/javascript", wasm: "application/wasm" } as const;
  for (const kind of ["js", "wasm"] as const) {
    const body = readFileSync(join(folder, manifest[`widget.${kind}`]));
    await page.route(new RegExp(`/assets/widget\\.[0-9a-f]+\\.${kind}$`), (route) =>
      route.fulfill({ body, headers: { "Content-Type": types[kind], "Access-Control-Allow-Origin": "*" } }),
    );
  }
}

/** The visitor comes back and goes back to the rows that are wanted. */
async function open(visitor: Visitor, url: string, dist: string, rows: number): Promise<Tab> {
  const tab = visitor.in(await visitor.context.newPage());
  await tab.page.addInitScript(note);
  if (dist !== join(ROOT, "dist")) await takeFrom(tab.page, dist);
  await tab.visits(url);
  await tab.opensChatAgain();
  const articles = tab.transcript.getByRole("article");
  await articles.first().waitFor();
  const patient = await Work.of(tab.page);
  const back_ms = await patient.during(async () => {
    for (let shown = PAGE; shown < rows; shown += PAGE) {
      await tab.button("widget.earlier").click();
      await articles.nth(shown + PAGE - 1).waitFor({ state: "attached" });
    }
  });
  await tab.composer.focus();
  const memory_bytes = await (await tab.chat()).evaluate(() =>
    (globalThis as any).memories.reduce((sum: number, it: WebAssembly.Memory) => sum + it.buffer.byteLength, 0),
  );
  const work = await Work.of(tab.page, SLOW);
  return { visitor: tab, work, memory_bytes, back_ms, keys: [], messages: [] };
}

/** What each of `n` things costs that `what` does, without what the page does anyhow. */
async function each({ work }: Tab, n: number, what: () => Promise<void>): Promise<Cost> {
  const during = async (what: () => Promise<void>) => {
    const [own, all, began] = [await work.read(OWN), await work.read(), performance.now()];
    await what();
    return { own: (await work.read(OWN)) - own, all: (await work.read()) - all, span: performance.now() - began };
  };
  const busy = await during(async () => {
    await what();
    await pause(500);
  });
  const idle = await during(() => pause(1_000));
  const one = (of: "own" | "all") => (busy[of] - (idle[of] * busy.span) / idle.span) / n;
  return { own_ms: one("own"), all_ms: one("all") };
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Agents' messages, one by one. */
async function told(workspace: Workspace, conversation: string, text: () => string): Promise<void> {
  const socket = await workspace.conversationSocket(conversation);
  socket.say({ type: "hello", version: 1, epoch: 0 });
  await socket.hears("ready");
  for (let n = 0; n < MESSAGES; n++) {
    socket.say({ type: "post", client_id: `work${Math.random().toString(36).slice(2, 14)}`, text: text() });
    await pause(PACE);
  }
  socket.drop();
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** One conversation, of that visitor: every build in a tab of its own. */
export async function atWork(
  visitor: Visitor,
  workspace: Workspace,
  conversation: string,
  url: string,
  builds: Builds,
  rows = ROWS,
): Promise<Record<string, AtWork>> {
  const names = Object.keys(builds);
  const tabs: Tab[] = [];
  for (const name of names) tabs.push(await open(visitor, url, builds[name]!, rows));
  let n = 0;
  // The first round is nobody's: what runs often is compiled while it runs.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const tab of tabs) {
      const { page, composer } = tab.visitor;
      // What is behind is not painted.
      await page.bringToFront();
      await composer.focus();
      const key = await each(tab, TYPED.length, () => page.keyboard.type(TYPED, { delay: PACE }));
      await composer.fill("");
      await page.waitForTimeout(500);
      const message = await each(tab, MESSAGES, () => told(workspace, conversation, () => line(++n)));
      if (round === 0) continue;
      tab.keys.push(key);
      tab.messages.push(message);
    }
  }
  for (const tab of tabs) await tab.visitor.page.close();
  return Object.fromEntries(tabs.map((it, at) => [names[at]!, summary(it)]));
}

function summary({ memory_bytes, back_ms, keys, messages }: Tab): AtWork {
  const cost = (of: Cost[]) => ({ own_ms: median(of.map((it) => it.own_ms)), all_ms: median(of.map((it) => it.all_ms)) });
  return { memory_bytes, key: cost(keys), message: cost(messages), back_ms };
}
