// A conversation of many pages: the newest is shown, and the others are there for whoever asks.
import type { Page } from "@playwright/test";

import { line, lengthen } from "../harness/long.ts";
import { expect, test } from "../harness/scene.ts";

test.use({ scenery: { assignment: "manual", settings: {} } });

/** Two whole pages and something. */
const LINES = 120;
/** Lines of a page. */
const PAGE = 50;

/** What the page says over its sockets from now on. */
function frames(page: Page): any[] {
  const said: any[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      if (payload !== "ping") said.push(JSON.parse(payload.toString()));
    });
  });
  return said;
}

const ofType = (said: any[], type: string) => said.filter((it) => it.type === type);

test("the chat opens a long conversation at its newest page, and goes back page by page", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Where does a long story begin?");
  await visitor.seesSent("Where does a long story begin?");
  const id = await stage.workspace.conversationOf("Where does a long story begin?");
  await lengthen(stage.workspace, id, LINES);

  const said = frames(visitor.page);
  await visitor.page.reload();
  await visitor.opensChatAgain();
  await expect(visitor.line(line(LINES))).toBeVisible();
  await expect(visitor.transcript.getByRole("article")).toHaveCount(PAGE);
  await visitor.doesNotSee(line(LINES - PAGE));
  expect(ofType(said, "hello").map((it) => it.after)).toEqual([undefined]);
  expect(ofType(said, "history")).toEqual([]);

  await visitor.button("widget.earlier").click();
  await expect(visitor.line(line(LINES - PAGE))).toHaveCount(1);
  await expect(visitor.transcript.getByRole("article")).toHaveCount(2 * PAGE);
  await visitor.doesNotSee(line(LINES - 2 * PAGE));
  expect(ofType(said, "history")).toHaveLength(1);

  await visitor.button("widget.earlier").click();
  await visitor.seesOnce("Where does a long story begin?");
  await expect(visitor.button("widget.earlier")).toBeHidden();
  expect(ofType(said, "history")).toHaveLength(2);
});

test("a key touches no message, and a message that comes touches the one above it alone", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("What does one more line cost?");
  await visitor.seesSent("What does one more line cost?");
  const id = await stage.workspace.conversationOf("What does one more line cost?");
  await lengthen(stage.workspace, id, PAGE);
  await visitor.seesOnce(line(PAGE));
  const owner = await stage.workspace.conversationSocket(id);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");

  // As items of a flexible box all rows would be measured for each that comes.
  const rows = visitor.frame.locator(".list");
  await expect(rows).toHaveCSS("display", "block");
  await rows.evaluate((list) => {
    const noted = ((globalThis as any).noted = [] as string[]);
    const what = { attributes: true, characterData: true, childList: true, subtree: true };
    new MutationObserver((all) => {
      for (const { type, addedNodes, removedNodes } of all) {
        if (type !== "childList") noted.push(type);
        for (const it of addedNodes) if (it instanceof Element) noted.push(`in: ${it.textContent}`);
        for (const it of removedNodes) if (it instanceof Element) noted.push(`out: ${it.textContent}`);
      }
    }).observe(list, what);
  });
  const noted = () => rows.evaluate(() => (globalThis as any).noted.splice(0) as string[]);

  // The frame's own process, or the page's where both are in one.
  const frame = await visitor.chat();
  const tools = await visitor.context.newCDPSession(frame).catch(() => visitor.context.newCDPSession(visitor.page));
  await tools.send("Performance.enable");
  const layouts = async () => {
    const { metrics } = await tools.send("Performance.getMetrics");
    return metrics.find((it) => it.name === "LayoutCount")!.value;
  };
  await visitor.composer.focus();
  await visitor.page.keyboard.type("a");
  await visitor.page.waitForTimeout(300);
  const before = await layouts();
  const typed = "nother twenty letters";
  await visitor.page.keyboard.type(typed, { delay: 50 });
  await expect(visitor.composer).toHaveValue(`a${typed}`);
  // One for each key, and some for whatever else happens meanwhile.
  expect((await layouts()) - before).toBeLessThan(typed.length * 1.5);
  expect(await noted()).toEqual([]);

  owner.say({ type: "post", client_id: "more", text: "Next to nothing" });
  await visitor.seesOnce("Next to nothing");
  const touched = await noted();
  // The row above is no longer the last of its group: it goes and comes back.
  expect(touched.filter((it) => it.startsWith("in: ")).length, touched.join("\n")).toBeLessThanOrEqual(2);
  expect(touched.filter((it) => it.startsWith("out: ")).length, touched.join("\n")).toBeLessThanOrEqual(1);
});

test("the desk opens a long conversation at its newest page, and goes back page by page", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Has the desk a long memory?");
  await visitor.seesSent("Has the desk a long memory?");
  const id = await stage.workspace.conversationOf("Has the desk a long memory?");
  await lengthen(stage.workspace, id, LINES);

  const sue = await stage.agent("Sue", "supervisor");
  const said = frames(sue.page);
  await sue.page.reload();
  await sue.listsAll();
  await sue.list.locator(`a[href$="${id}"]`).click();
  await expect(sue.line(line(LINES))).toBeVisible();
  await expect(sue.transcript.getByRole("article")).toHaveCount(PAGE);
  await expect(sue.line(line(LINES - PAGE))).toHaveCount(0);
  expect(ofType(said, "history")).toEqual([]);

  await sue.button("console.earlier", sue.transcript).click();
  await sue.seesOnce(line(LINES - PAGE));
  await expect(sue.transcript.getByRole("article")).toHaveCount(2 * PAGE);
  expect(ofType(said, "history")).toHaveLength(1);
});
