// What people write is composed in peace, stays where it is being read, and is read everywhere.
import type { Locator, Page } from "@playwright/test";

import { lengthen, line } from "../harness/long.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

/** Pixels by which what is read may move. */
const STILL = 2;

/** Puts a word into the focused field as an input method does that has not finished it. */
async function composes(page: Page, text: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await browser.detach();
}

test.describe("a word that is being composed", () => {
  test.use({ scenery: { assignment: "offer", settings: {} } });

  test("Escape and Enter are the input method's, in the chat and at the desk", async ({ stage }) => {
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

  test("what comes above does not move what is being read", async ({ stage }) => {
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
