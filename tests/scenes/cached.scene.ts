// The browser's back/forward cache: a page with an open conversation is put there whole when its
// visitor goes on, and taken out when they come back. Playwright switches it off, and of a page that was
// taken out it knows no frames: what stands in the chat is asked of the browser itself.
import type { CDPSession, Page } from "@playwright/test";

import { until } from "../harness/process.ts";
import { expect, test } from "../harness/scene.ts";

test.use({
  scenery: { assignment: "manual", settings: {} },
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args: [
      "--no-sandbox",
      "--disable-gpu",
      // The frame is in one process with its page, so that one session reaches both.
      "--disable-site-isolation-trials",
      "--disable-features=IsolateOrigins,site-per-process,TrackingProtection3pcd,ThirdPartyCookieDeprecation",
    ],
  },
});

/** Notes where another tab can read it that the chat's socket was closed. */
function noteCloses(): void {
  const close = WebSocket.prototype.close;
  WebSocket.prototype.close = function (...how) {
    localStorage.setItem("closed", String(Number(localStorage.getItem("closed")) + 1));
    close.apply(this, how);
  };
}

/** Makes the two seconds for which a tab tells the others who the visitor is a minute, so that no wait outlasts them. */
function tellForLong(): void {
  const later = globalThis.setTimeout.bind(globalThis);
  globalThis.setTimeout = ((then: () => void, wait?: number) => later(then, wait === 2_000 ? 60_000 : wait)) as typeof setTimeout;
}

/** What an expression is in the chat's frame. */
async function inChat<T>(tools: CDPSession, expression: string): Promise<T | undefined> {
  const { frameTree } = await tools.send("Page.getFrameTree");
  const frame = frameTree.childFrames?.[0]?.frame;
  if (!frame) return undefined;
  const { executionContextId: contextId } = await tools.send("Page.createIsolatedWorld", { frameId: frame.id });
  const { result } = await tools.send("Runtime.evaluate", { expression, contextId, returnByValue: true });
  return result.value as T;
}

/** The words of each message. */
const said = (tools: CDPSession) =>
  inChat<string[]>(tools, `[...document.querySelectorAll("[role=article] .bubble")].map((it) => it.textContent)`);

/** Writes in the chat as a person does. The frame stands in a closed root of the page. */
async function writes(page: Page, tools: CDPSession, text: string): Promise<void> {
  const middle = `(({ x, y, width, height }) => [x + width / 2, y + height / 2])(document.querySelector(".field textarea").getBoundingClientRect())`;
  const [x, y] = (await inChat<number[]>(tools, middle))!;
  await tools.send("DOM.enable");
  const { frameTree } = await tools.send("Page.getFrameTree");
  const owner = await tools.send("DOM.getFrameOwner", { frameId: frameTree.childFrames![0]!.frame.id });
  const { model } = await tools.send("DOM.getBoxModel", { backendNodeId: owner.backendNodeId });
  await page.mouse.click(model.content[0]! + x!, model.content[1]! + y!);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

test("a page that is left at its first message rests in the browser's cache, and catches up when it is back", async ({ stage }) => {
  const visitor = await stage.visitor();
  const { page } = visitor;
  await visitor.context.addInitScript(noteCloses);
  await visitor.context.addInitScript(tellForLong);
  await page.reload();
  await visitor.opensChat();
  // Another tab sees who holds which lock, and looks itself for the end of the first one.
  const other = await visitor.opensTab(stage.shop.origin);
  await other.opensChat();
  const locks = async (kind: string) => {
    const { held } = await (await other.chat()).evaluate(() => navigator.locks.query());
    return held!.filter(({ name }) => name!.startsWith(`porchlight:${kind}:`)).length;
  };
  const closes = async () => (await other.chat()).evaluate(() => localStorage.getItem("closed"));
  await until("a lock of each tab", async () => (await locks("tab")) === 2);

  await page.bringToFront();
  const tools = await visitor.context.newCDPSession(page);
  await tools.send("Page.enable");
  const refused: unknown[] = [];
  tools.on("Page.backForwardCacheNotUsed", ({ notRestoredExplanations }) => refused.push(...notRestoredExplanations));
  await page.evaluate(() => {
    (globalThis as any).mark = "the same page";
    addEventListener("pageshow", ({ persisted }) => ((globalThis as any).persisted = persisted));
  });
  await visitor.says("Will you wait for me?");
  await visitor.seesSent("Will you wait for me?");
  await visitor.writes("Half a word");
  expect(await closes()).toBeNull();
  // Since its first message it holds what tells the others who the visitor is.
  expect(await locks("who")).toBe(1);

  await page.goto(`${stage.relay.widget}/health`);
  await until("no lock of the page that rests", async () => (await locks("tab")) === 1);
  expect(await locks("who")).toBe(0);
  expect(await closes()).toBe("1");
  const id = await stage.workspace.conversationOf("Will you wait for me?");
  const owner = await stage.workspace.conversationSocket(id);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  owner.say({ type: "take" });
  owner.say({ type: "post", client_id: "while", text: "We have waited." });
  await owner.hears("ack");

  await page.bringToFront();
  await page.goBack({ waitUntil: "commit" });
  expect(await page.evaluate(() => [(globalThis as any).mark, (globalThis as any).persisted]), JSON.stringify(refused)).toEqual([
    "the same page",
    true,
  ]);
  const before = ["Will you wait for me?", "We have waited."];
  await until("what was said meanwhile", async () => (await said(tools))?.includes("We have waited.") === true);
  expect(await said(tools)).toEqual(before);
  expect(await inChat(tools, `document.querySelector(".field textarea").value`)).toBe("Half a word");
  await until("its lock again", async () => (await locks("tab")) === 2);

  await writes(page, tools, " and the rest");
  owner.say({ type: "post", client_id: "again", text: "Welcome back." });
  await until("both lines", async () => (await said(tools))?.length === 4);
  expect((await said(tools))!.sort()).toEqual([...before, "Half a word and the rest", "Welcome back."].sort());
  // Who has said nothing here asks for the conversation when its page is loaded.
  await other.page.reload();
  await other.opensChatAgain();
  await other.seesOnce("Half a word and the rest");
  await other.seesOnce("Welcome back.");
  owner.drop();
});
