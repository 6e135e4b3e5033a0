// What a browser's main thread does to open a conversation of 50,000 lines, in the chat and at the
// desk, beside one of a single page; and what the chat costs while one writes and is written to. Writes
// JSON to the file that it is told. Further arguments are folders that `cargo xtask dist` has filled
// from other sources: their app of the chat stands beside this one.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Browser, type Locator, type Page, chromium } from "@playwright/test";

import { Agent } from "../harness/agent.ts";
import { lengthen, line } from "../harness/long.ts";
import { words } from "../harness/names.ts";
import { ROOT, freePort } from "../harness/process.ts";
import { Relay } from "../harness/relay.ts";
import { Visitor } from "../harness/visitor.ts";
import { type Site, Workspace } from "../harness/workspace.ts";
import { type AtWork, type Builds, ROWS, SLOW, atWork } from "./at-work.ts";
import { Pages } from "./pages.ts";
import { Work } from "./work.ts";

const ROUNDS = 7;
/** Lines of the conversations; the shorter one has a page and one line. */
const LENGTHS = { short: 50, long: 50_000 } as const;
type Length = keyof typeof LENGTHS;

/** A conversation, and the browser of its visitor. */
interface Conversation {
  id: string;
  visitor: Visitor;
  lines: number;
}

interface Opened {
  /** What the main thread did, in its own time: what else the machine does is not in it. */
  work_ms: number;
  lines: number;
  history: number;
}

/** How often a page before was asked for, from now on. */
function asked(page: Page): () => number {
  let n = 0;
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      if (payload.toString().includes('"type":"history"')) n++;
    });
  });
  return () => n;
}

async function begin(browser: Browser, workspace: Workspace, url: string, lines: number): Promise<Conversation> {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 } });
  const visitor = new Visitor(await context.newPage());
  await visitor.visits(url);
  await visitor.opensChat();
  const question = `Who has ever written ${lines} lines?`;
  await visitor.says(question);
  await visitor.seesSent(question);
  const id = await workspace.conversationOf(question);
  await visitor.page.goto("about:blank");
  await lengthen(workspace, id, lines, (n) => {
    if (n % 5_500 === 0) console.error(`  ${n} of ${lines} lines`);
  });
  return { id, visitor, lines };
}

/** The visitor comes back in a new tab and opens the chat. */
async function openChat({ visitor, lines }: Conversation, url: string): Promise<Opened> {
  const tab = visitor.in(await visitor.context.newPage());
  const history = asked(tab.page);
  await tab.visits(url);
  await tab.launcher.waitFor();
  await tab.page.waitForTimeout(1_000);
  const work = await Work.of(tab.page);
  const last = tab.line(line(lines));
  const work_ms = await work.during(async () => {
    await tab.launcher.click();
    await last.waitFor();
  });
  const shown = await articles(tab.transcript);
  await tab.page.close();
  return { work_ms, lines: shown, history: history() };
}

/** The agent opens the conversation from the list. */
async function openAtDesk(agent: Agent, { lines }: Conversation): Promise<Opened> {
  const page = await agent.page.context().newPage();
  const here = new Agent(page, agent.member);
  const history = asked(page);
  await page.goto(agent.page.url());
  await page.getByRole("tab", { name: words("console.tab_all") }).click();
  const link = here.list.getByRole("link").filter({ hasText: line(lines) });
  await link.waitFor();
  await page.waitForTimeout(1_000);
  const work = await Work.of(page);
  const last = here.line(line(lines));
  const work_ms = await work.during(async () => {
    await link.click();
    await last.waitFor();
  });
  const shown = await articles(here.transcript);
  await page.close();
  return { work_ms, lines: shown, history: history() };
}

const articles = (transcript: Locator) => transcript.getByRole("article").count();

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function medians(rounds: Opened[]): Opened {
  return {
    work_ms: median(rounds.map((it) => it.work_ms)),
    lines: Math.max(...rounds.map((it) => it.lines)),
    history: Math.max(...rounds.map((it) => it.history)),
  };
}

/** One after the other, so that a slow moment is not only one's own. */
async function rounds(name: string, open: (length: Length) => Promise<Opened>): Promise<Record<Length, Opened>> {
  const opened: Record<Length, Opened[]> = { short: [], long: [] };
  // Nobody's first visit should pay for a cold machine.
  for (const length of ["short", "long"] as const) await open(length);
  for (let round = 0; round < ROUNDS; round++) {
    for (const length of ["short", "long"] as const) opened[length].push(await open(length));
  }
  const figures = { short: medians(opened.short), long: medians(opened.long) };
  console.error(`  ${name}: ${JSON.stringify(figures)}`);
  return figures;
}

/** As many as that are all in the document, and the newest of very many. */
async function atWorkIn(
  conversations: Record<"few" | "many", Conversation>,
  workspace: Workspace,
  url: string,
): Promise<Record<"few" | "many", Record<string, AtWork>>> {
  const builds: Builds = { this: join(ROOT, "dist") };
  others.forEach((it, at) => (builds[`beside_${at + 1}`] = it));
  const measure = ({ visitor, id }: Conversation) => atWork(visitor, workspace, id, url, builds);
  const figures = { few: await measure(conversations.few), many: await measure(conversations.many) };
  console.error(`  at work: ${JSON.stringify(figures)}`);
  return figures;
}

const [, , outfile, ...others] = process.argv;
if (!outfile) throw new Error("where shall the figures go?");
const relay = await Relay.start();
const port = await freePort();
let site: Site | undefined;
const pages = await Pages.serve(port, () => `${relay.widget}/s/${site?.id}.js`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    // The chat's frame is in one process with the page, so that one main thread does all the work.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,TrackingProtection3pcd,ThirdPartyCookieDeprecation",
  ],
});
try {
  const workspace = await Workspace.setUp(relay);
  const department = await workspace.department("Bench", "manual");
  site = await workspace.site("Bench", [`http://shop.localhost:${port}`], department);
  const url = pages.address("porchlight");
  const conversations: Record<Length, Conversation> = {
    short: await begin(browser, workspace, url, LENGTHS.short),
    long: await begin(browser, workspace, url, LENGTHS.long),
  };
  const few = await begin(browser, workspace, url, ROWS);
  const member = await workspace.member("Sue", "supervisor", [department]);
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 } });
  const sue = new Agent(await context.newPage(), member);
  await sue.signsIn(await workspace.signInLink(member));
  const result = {
    lengths: LENGTHS,
    rounds: ROUNDS,
    chat: await rounds("chat", (length) => openChat(conversations[length], url)),
    desk: await rounds("desk", (length) => openAtDesk(sue, conversations[length])),
    rows: ROWS,
    slow: SLOW,
    at_work: await atWorkIn({ few, many: conversations.long }, workspace, url),
  };
  writeFileSync(outfile, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  pages.close();
  await relay.stop();
}
