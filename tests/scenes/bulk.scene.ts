// Several conversations at once: chosen by circle and by keys, and what came of it.
import type { Page } from "@playwright/test";

import { hasNoViolations } from "../harness/axe.ts";
import type { Agent } from "../harness/agent.ts";
import { sideBySide } from "../harness/crowd.ts";
import { words } from "../harness/names.ts";
import { type Stage, alone, expect, test } from "../harness/scene.ts";

const manually = { scenery: { assignment: "manual", settings: {} } } as const;
test.use(manually);
alone.use(manually);

/** Visitors who wait, one line each. */
async function waiting(stage: Stage, lines: string[]): Promise<void> {
  for (const line of lines) {
    const visitor = await stage.visitor();
    await visitor.opensChat();
    await visitor.says(line);
  }
}

async function looksAt(agent: Agent, tab: string): Promise<void> {
  await agent.page.getByRole("tab", { name: words(tab) }).click();
}

const bar = (page: Page) => page.getByRole("region", { name: words("console.bulk_actions") });
const row = (agent: Agent, text: string) => agent.list.getByRole("link").filter({ hasText: text });
const circle = (agent: Agent, text: string) =>
  agent.list.getByRole("listitem").filter({ hasText: text }).getByRole("checkbox");

/** A button of the bar says behind its name for how many it is there. */
const action = (page: Page, key: string) => bar(page).getByRole("button", { name: new RegExp(`^${words(key)}`) });

test("three are chosen by keys, followed up, ended and reopened, and an undo is one press", async ({ stage }) => {
  const lines = ["First of three", "Second of three", "Third of three"];
  await waiting(stage, lines);
  const sue = await stage.agent("Sue", "supervisor");
  await looksAt(sue, "console.tab_unassigned");
  // A supervisor sees what other scenes have left, too.
  await sue.page.getByRole("combobox", { name: words("console.department") }).selectOption(stage.department);
  await expect(sue.list.getByRole("link")).toHaveCount(lines.length);

  await sue.list.getByRole("link").first().focus();
  await sue.page.keyboard.press("Space");
  await expect(bar(sue.page)).toContainText(words("console.selected", { count: 1 }));
  await sue.page.keyboard.press("ArrowDown");
  await sue.page.keyboard.press("ArrowDown");
  await sue.page.keyboard.press("Shift+Space");
  await expect(bar(sue.page)).toContainText(words("console.selected", { count: 3 }));
  await hasNoViolations(sue.page);
  await sue.page.keyboard.press("Escape");
  await expect(bar(sue.page)).toBeHidden();
  await sue.page.keyboard.press("Control+a");
  await action(sue.page, "console.follow_up").click();
  await expect(sue.page.locator(".bulk-result").getByText(words("console.bulk_done", { count: 3 }))).toBeVisible();

  await looksAt(sue, "console.tab_mine");
  await circle(sue, lines[0]!).click();
  await circle(sue, lines[1]!).click();
  await action(sue.page, "console.end").click();
  await sue.button("console.end", sue.dialog("console.bulk_end_title")).click();
  await expect(row(sue, lines[0]!)).toBeHidden();
  await expect(row(sue, lines[2]!)).toBeVisible();
  // What came of it is there after the page was loaded anew, and is taken back from there.
  await sue.page.reload();
  await expect(sue.page.locator(".bulk-result").getByText(words("console.bulk_done", { count: 2 }))).toBeVisible();
  await sue.button("console.undo").click();
  await expect(row(sue, lines[0]!)).toBeVisible();
});

test("what is erased in bulk is typed first, and a block in bulk is taken back", async ({ stage }) => {
  await waiting(stage, ["Buy my coins", "Buy more coins"]);
  const sue = await stage.agent("Sue", "admin");
  await looksAt(sue, "console.tab_unassigned");
  await circle(sue, "Buy my coins").click();
  await circle(sue, "Buy more coins").click();
  await action(sue.page, "console.block").click();
  const dialog = sue.dialog("console.bulk_block_title");
  const block = sue.button("console.block", dialog);
  await expect(block).toBeDisabled();
  await dialog.getByLabel(words("console.confirmation")).fill(words("console.block_word"));
  await block.click();
  await expect(row(sue, "Buy my coins")).toBeHidden();
  await sue.button("console.undo").click();
  await expect(sue.page.locator(".bulk-result").getByText(words("console.unblock"))).toBeVisible();
});

test("what is asked over a dying socket stays with all that was chosen and typed, and is asked again", async ({ stage }) => {
  const lines = ["One for the dying socket", "Two for the dying socket"];
  await waiting(stage, lines);
  const olga = await stage.agent("Olga", "supervisor");
  let dies = true;
  await olga.page.routeWebSocket(/\/v1\/desk/, (socket) => {
    const relay = socket.connectToServer();
    socket.onMessage((message) => {
      if (dies && String(message).includes('"type":"bulk"')) {
        dies = false;
        void socket.close({ code: 3000 });
        void relay.close();
      } else {
        relay.send(message);
      }
    });
  });
  await olga.page.reload();
  await looksAt(olga, "console.tab_unassigned");
  await olga.page.getByRole("combobox", { name: words("console.department") }).selectOption(stage.department);
  await expect(olga.list.getByRole("link")).toHaveCount(lines.length);
  for (const line of lines) await circle(olga, line).click();
  await action(olga.page, "console.bulk_tag").click();
  const dialog = olga.dialog("console.bulk_tag");
  const tag = dialog.getByRole("textbox");
  await tag.fill("summer");
  await olga.button("console.bulk_tag", dialog).click();
  await expect(dialog).toContainText(words("console.not_done"));
  await expect(tag).toHaveValue("summer");
  await olga.page.screenshot({ path: "dist/work/scenes/bulk-not-done.png" });
  await olga.button("console.bulk_tag", dialog).click();
  await expect(dialog).toBeHidden();
  await expect(olga.page.locator(".bulk-result").getByText(words("console.bulk_done", { count: 2 }))).toBeVisible();
  await expect(bar(olga.page)).toBeHidden();
});

for (const [name, width, language] of [["a phone", 390, "en"], ["an Arabic phone", 390, "ar"]] as const) {
  test(`nothing of a selection sticks out on ${name}`, async ({ stage }) => {
    const line = `One who waits for ${name}`;
    await waiting(stage, [line]);
    const sue = await stage.agent("Sue", "supervisor");
    await sue.page.setViewportSize({ width, height: 844 });
    await sue.page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await sue.page.reload();
    await sue.page.getByRole("tab").nth(2).click();
    await sue.page.getByRole("listitem").filter({ hasText: line }).getByRole("checkbox").click();
    const [wide, room] = await sue.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(room!);
    await hasNoViolations(sue.page);
  });
}

// A relay of its own: in the lists of later scenes this crowd would wait before all others.
alone("all that match are tagged at once, also those that no page shows yet", async ({ stage }) => {
  const n = 104;
  const people = Array.from({ length: n }, (_, no) => no);
  await sideBySide(people, async (no) => {
    const socket = await stage.workspace.visitor(stage.site.id);
    socket.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    await socket.hears("ready");
    socket.say({ type: "post", client_id: `many${no}`, text: `I am number ${no} of many` });
    await socket.hears("ack");
    socket.drop();
  });
  const sue = await stage.agent("Sue", "supervisor");
  await looksAt(sue, "console.tab_unassigned");
  await sue.page.getByRole("combobox", { name: words("console.department") }).selectOption(stage.department);
  await expect(sue.list.getByRole("link")).toHaveCount(100);
  // All of them are to be read, also where another list is shown.
  await expect(sue.page).toHaveTitle(`(${n}) Porchlight`);
  await looksAt(sue, "console.tab_mine");
  const none = new RegExp(`${words("console.empty_mine")}|${words("console.list_none_filtered")}`);
  await expect(sue.list.getByText(none)).toBeVisible();
  await expect(sue.page).toHaveTitle(`(${n}) Porchlight`);
  await looksAt(sue, "console.tab_unassigned");
  await expect(sue.list.getByRole("link")).toHaveCount(100);
  await sue.page.getByRole("checkbox", { name: words("console.select_all") }).click();
  const all = words("console.select_matching", { total: String(n) });
  await bar(sue.page).getByRole("button", { name: all }).click();
  await expect(bar(sue.page)).toContainText(words("console.matching_selected", { total: String(n) }));
  await hasNoViolations(sue.page);
  await action(sue.page, "console.bulk_tag").click();
  const dialog = sue.dialog("console.bulk_tag");
  await dialog.getByRole("textbox").fill("crowd");
  await sue.button("console.bulk_tag", dialog).click();
  const result = sue.page.locator(".bulk-result");
  await expect(result.getByText(words("console.bulk_done", { count: n }))).toBeVisible({ timeout: 30_000 });

  // The tag finds them all, page by page.
  await sue.button("console.filters").click();
  const panel = sue.page.getByRole("group", { name: words("console.filters") });
  const tag = panel.getByRole("combobox", { name: words("console.tag") });
  await tag.fill("crowd");
  await tag.press("Enter");
  await expect(sue.list.getByRole("link")).toHaveCount(100);
  await sue.button("console.list_more").click();
  await expect(sue.list.getByRole("link")).toHaveCount(n);
});
