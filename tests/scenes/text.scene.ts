// What people write, whatever it is: it stays in its bubble, its words are composed in peace, and
// what was read is read everywhere.
import type { Locator, Page } from "@playwright/test";

import { lengthen, line } from "../harness/long.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

/** Letters with sixty marks each, in their normal order. */
const TOWER = [..."tower"].map((it) => it + "\u0316".repeat(30) + "\u030d".repeat(30)).join("");
/** Two hundred line breaks between two words. */
const WELL = `the top${"\n".repeat(200)}the bottom`;
/** The lines of a folded text. */
const LINES = 15;
/** Pixels by which what is read may move. */
const STILL = 2;

const bubbleOf = (article: Locator) => article.locator(".bubble");

/** All of a bubble is in its box, and a long text has its first lines there until all is wanted. */
async function staysInside(article: Locator, all: string, less: string, stays = false): Promise<void> {
  const bubble = bubbleOf(article);
  await expect(bubble).toHaveCSS("overflow", "clip");
  const folded = (await bubble.boundingBox())!.height;
  expect(folded).toBeLessThan((LINES + 4) * 24);
  const more = article.getByRole("button", { name: all, exact: true });
  await expect(more).toHaveAttribute("aria-expanded", "false");
  await more.scrollIntoViewIfNeeded();
  const top = (await bubble.boundingBox())!.y;
  await more.click();
  await expect.poll(async () => (await bubble.boundingBox())!.height).toBeGreaterThan(200 * 15);
  // Whoever reads goes on where they were.
  if (stays) expect(Math.abs((await bubble.boundingBox())!.y - top)).toBeLessThanOrEqual(STILL);
  await article.getByRole("button", { name: less, exact: true }).click();
  await expect.poll(async () => (await bubble.boundingBox())!.height).toBeCloseTo(folded, 0);
}

test.describe("texts that are no texts", () => {
  test.use({ scenery: { assignment: "offer", settings: {} } });

  test("towers of marks and wells of line breaks stay in their bubbles, on both sides", async ({ stage }, info) => {
    const ana = await stage.agent("Ana");
    await ana.goesAvailable();
    const visitor = await stage.visitor("/ar/");
    await visitor.opensChat();

    // What cannot be seen is no message.
    await visitor.writes("\u3164\u200b \u2800");
    await expect(visitor.button("widget.send")).toBeDisabled();
    await visitor.composer.press("Enter");
    await visitor.says(TOWER);
    await visitor.says(WELL);
    await visitor.says("Look: https://shop.example/tea_(green)，or anna@shop.example.");
    const links = visitor.line("Look:").getByRole("link");
    await expect(links).toHaveText(["https://shop.example/tea_(green)", "anna@shop.example"]);
    await expect(links.last()).toHaveAttribute("href", "mailto:anna@shop.example");
    await expect(bubbleOf(visitor.line(TOWER))).toHaveCSS("overflow", "clip");
    expect((await bubbleOf(visitor.line(TOWER)).boundingBox())!.height).toBeLessThan(50);
    const well = visitor.line("the bottom");
    await staysInside(well, visitor.words("widget.show_all"), visitor.words("widget.show_less"), true);

    await ana.accepts();
    await staysInside(ana.line("the bottom"), words("console.show_all"), words("console.show_less"));
    await expect(ana.line("Look:").getByRole("link")).toHaveText([
      "https://shop.example/tea_(green)",
      "anna@shop.example",
    ]);
    await ana.input.fill(TOWER);
    await ana.input.press("Enter");
    await ana.input.fill(WELL);
    await ana.input.press("Enter");
    await ana.seesSent("the bottom");
    await staysInside(ana.line("the bottom").last(), words("console.show_all"), words("console.show_less"));
    await staysInside(
      visitor.line("the bottom").last(),
      visitor.words("widget.show_all"),
      visitor.words("widget.show_less"),
    );
    await info.attach("visitor", { body: await visitor.page.screenshot(), contentType: "image/png" });
    await info.attach("agent", { body: await ana.page.screenshot(), contentType: "image/png" });
  });
});

/** Puts a word into the focused field as an input method does that has not finished it. */
async function composes(page: Page, text: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await browser.detach();
}

test.describe("a word that is being composed", () => {
  test.use({ scenery: { assignment: "offer", settings: { wrapup_reason_required: true } } });

  test("Escape and Enter are the input method's, in the chat, the composer and a dialog", async ({ stage }) => {
    const ana = await stage.agent("Ana");
    await ana.goesAvailable();
    const visitor = await stage.visitor();
    await visitor.opensChat();
    await visitor.composer.focus();
    await composes(visitor.page, "chao");
    await expect(visitor.composer).toHaveValue("chao");
    await visitor.page.keyboard.press("Escape");
    await visitor.page.keyboard.press("Enter");
    await expect(visitor.composer).toBeVisible();
    await expect(visitor.composer).toHaveValue(/^chao/);
    await visitor.doesNotSee("chao");
    await visitor.composer.fill("");
    await visitor.says("Hello?");
    await ana.accepts();

    // A list of canned replies that Escape would close, and Enter choose from.
    await ana.input.fill("/");
    const canned = ana.page.getByRole("listbox", { name: words("console.canned") });
    await expect(canned).toHaveCount(1);
    await composes(ana.page, "chao");
    await ana.page.keyboard.press("Escape");
    await ana.page.keyboard.press("Enter");
    await expect(ana.input).toHaveValue(/^\/chao/);
    await expect(ana.line("chao")).toHaveCount(0);
    await ana.input.fill("");

    await ana.button("console.end", ana.conversation).click();
    const dialog = ana.dialog("console.end_title");
    const reason = dialog.getByRole("combobox");
    await reason.focus();
    await composes(ana.page, "xong");
    await ana.page.keyboard.press("Escape");
    await ana.page.keyboard.press("Enter");
    await expect(dialog).toBeVisible();
    await expect(reason).toHaveValue(/^xong/);
    await reason.fill("done");
    await ana.page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();

    await visitor.composer.focus();
    await visitor.page.keyboard.press("Escape");
    await expect(visitor.composer).toBeHidden();
  });
});

/** How far below the top of the transcript the line stands. */
async function topOf(transcript: Locator, article: Locator): Promise<number> {
  return (await article.boundingBox())!.y - (await transcript.boundingBox())!.y;
}

test.describe("a conversation of many pages", () => {
  test.use({ scenery: { assignment: "manual", settings: {} } });

  test("what comes above does not move what is being read, on both sides", async ({ stage }) => {
    const visitor = await stage.visitor();
    await visitor.opensChat();
    await visitor.says("Where was I?");
    await visitor.seesSent("Where was I?");
    const id = await stage.workspace.conversationOf("Where was I?");
    await lengthen(stage.workspace, id, 120);
    await visitor.page.reload();
    await visitor.opensChatAgain();

    const read = visitor.line(line(73));
    const earlier = visitor.button("widget.earlier");
    await earlier.scrollIntoViewIfNeeded();
    const before = await topOf(visitor.transcript, read);
    await earlier.click();
    await expect(visitor.transcript.getByRole("article")).toHaveCount(100);
    expect(Math.abs((await topOf(visitor.transcript, read)) - before)).toBeLessThanOrEqual(STILL);

    const sue = await stage.agent("Sue", "supervisor");
    await sue.listsAll();
    await sue.list.locator(`a[href$="${id}"]`).click();
    await expect(sue.line(line(120))).toBeVisible();
    const more = sue.button("console.earlier", sue.transcript);
    await more.scrollIntoViewIfNeeded();
    const shown = await sue.transcript.getByRole("article").count();
    const theirs = sue.line(line(73));
    const place = await topOf(sue.transcript, theirs);
    await more.click();
    await expect(sue.transcript.getByRole("article")).not.toHaveCount(shown);
    await expect.poll(async () => Math.abs((await topOf(sue.transcript, theirs)) - place)).toBeLessThanOrEqual(STILL);
  });
});

test.describe("two tabs", () => {
  test.use({ scenery: { assignment: "offer", settings: {} } });

  test("what is read or withdrawn is unread in no tab, and nobody types who has left", async ({ stage }) => {
    const ana = await stage.agent("Ana");
    await ana.goesAvailable();
    const visitor = await stage.visitor();
    await visitor.opensChat();
    await visitor.says("Are you there?");
    await ana.accepts();
    const other = await visitor.opensTab(stage.shop.origin);
    await visitor.composer.press("Escape");
    const unread = (n: number) => new RegExp(visitor.words("loader.unread", { count: n }));
    await ana.says("Here I am.");
    await ana.says("Wrong window!");
    await expect(visitor.launcher).toHaveAccessibleName(unread(2));
    await expect(other.launcher).toHaveAccessibleName(unread(2));
    await ana.deletes("Wrong window!");
    await expect(visitor.launcher).toHaveAccessibleName(unread(1));
    await expect(other.launcher).toHaveAccessibleName(unread(1));
    await visitor.opensChat();
    await expect(other.launcher).toHaveAccessibleName(visitor.words("loader.open"));

    await ana.writes("And now I");
    await visitor.sees(visitor.words("widget.typing_one", { name: "Ana" }));
    await visitor.endsChat();
    // At once, and not when the sign has grown old.
    await expect(visitor.frame.getByText(visitor.words("widget.typing_one", { name: "Ana" }))).toBeHidden({
      timeout: 2_000,
    });
  });
});
