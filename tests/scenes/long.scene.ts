// A conversation of many pages: the newest is shown, and the others are there for whoever asks.
import type { Page } from "@playwright/test";

import { line, lengthen } from "../harness/long.ts";
import { words } from "../harness/names.ts";
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
  await sue.page.getByRole("tab", { name: words("console.tab_all") }).click();
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
