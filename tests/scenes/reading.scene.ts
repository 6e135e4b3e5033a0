// What is read at the desk: in its own direction, by keys alone, and to its end in a window of any height.
import type { Locator } from "@playwright/test";

import { hasNoViolations } from "../harness/axe.ts";
import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

async function writes(stage: Stage, lines: string[]): Promise<void> {
  const visitor = await stage.workspace.visitor(stage.site.id);
  visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  await visitor.hears("ready");
  for (const [no, text] of lines.entries()) {
    visitor.say({ type: "post", client_id: `c${no}`, text });
    await visitor.hears("ack");
  }
}

/** Its direction, and how far its text begins from the edge at which the desk's lines begin. */
function reads(it: Locator): Promise<{ direction: string; gap: number }> {
  return it.evaluate((element) => {
    const text = document.createRange();
    text.selectNodeContents(element);
    const [inner, outer] = [text.getBoundingClientRect(), element.getBoundingClientRect()];
    const isLeft = getComputedStyle(document.documentElement).direction === "ltr";
    const gap = isLeft ? inner.left - outer.left : outer.right - inner.right;
    return { direction: getComputedStyle(element).direction, gap: Math.round(gap) };
  });
}

test("a preview reads in its own direction, whatever the desk's is", async ({ stage }) => {
  const said = { rtl: "هل يوجد غطاء لهذا القدر؟", ltr: "Is there a lid for this pot?" };
  await writes(stage, [said.rtl]);
  await writes(stage, [said.ltr]);
  const sue = await stage.agent("Sue", "supervisor");
  for (const language of ["en", "ar"]) {
    await sue.page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await sue.page.reload();
    await sue.listsAll();
    for (const [direction, text] of Object.entries(said)) {
      const preview = sue.page.locator(".row-preview").filter({ hasText: text });
      await expect(preview).toBeVisible();
      expect(await reads(preview), `${text} on a desk in ${language}`).toEqual({ direction, gap: 0 });
    }
    await sue.page.screenshot({ path: `dist/work/scenes/reading-${language}.png` });
  }
});

test("what is asked is read to its end by keys alone", async ({ stage }) => {
  await writes(stage, Array.from({ length: 5 }, (_, no) => `${no + 1}. ${"Where is my kettle? ".repeat(6)}`));
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  await ana.isOffered("5. Where is my kettle?");
  await hasNoViolations(ana.page);
  const messages = ana.offer.getByRole("list", { name: words("console.transcript") });
  await messages.focus();
  const last = messages.getByRole("listitem").last();
  await ana.page.keyboard.press("Home");
  await expect(last).not.toBeInViewport();
  await ana.page.keyboard.press("End");
  await expect(last).toBeInViewport();
});

test("the end of a conversation stays on screen in a smaller window, and so does a place further up", async ({ stage }) => {
  const lines = Array.from({ length: 45 }, (_, no) => `Line ${no + 1} of a long question`);
  await writes(stage, lines);
  const sue = await stage.agent("Sue", "supervisor");
  const { page } = sue;
  await sue.listsAll();
  await sue.list.getByRole("link").filter({ hasText: lines.at(-1)! }).click();
  await sue.button("console.details_close", sue.conversation).click();
  const last = sue.line(lines.at(-1)!);
  await expect(last).toBeInViewport();
  // As a phone's keyboard does.
  for (const height of [844, 640, 560, 844, 600]) {
    await page.setViewportSize({ width: 390, height });
    await expect(last, `${height} pixels`).toBeInViewport({ ratio: 1 });
  }
  await sue.transcript.focus();
  await page.keyboard.press("Home");
  const first = sue.line("Line 1 of");
  await expect(first).toBeInViewport();
  await page.setViewportSize({ width: 390, height: 560 });
  await expect(first).toBeInViewport();
});

test("settings on a phone end where they end, and what belongs to a member stands together", async ({ stage }) => {
  await stage.workspace.department("Customer service for the whole of northern Europe", "manual");
  const ada = await stage.agent("Adelina Konstantinopolskaya-Featherstonehaugh", "admin");
  const { page } = ada;
  await page.setViewportSize({ width: 390, height: 844 });
  const goesTo = async (section: string) => {
    await page.evaluate((it) => (location.hash = `#/settings/${it}`), section);
    const place = page.locator(".settings-places").locator(`a[href="#/settings/${section}"]`);
    await expect(place).toHaveAttribute("aria-current", "page");
    await expect(page.locator(".settings-page").getByRole("heading", { level: 2 }).first()).toBeVisible();
  };
  for (const [language, scheme] of [["en", "light"], ["ar", "dark"], ["vi", "dark"]] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await page.reload();
    for (const section of ["sites", "departments", "hours", "members", "canned-replies", "topics", "workspace"]) {
      await goesTo(section);
      // Even where nobody can scroll, the focus or a search can, and would find an empty page.
      await page.evaluate(() => {
        for (const it of [document.documentElement, document.body, document.querySelector(".app")!]) it.scrollTop = 600;
      });
      const top = await page.evaluate(() => document.querySelector(".app")!.getBoundingClientRect().top);
      expect(top, `${section} in ${language}`).toBe(0);
      const children = await page.locator(".app > *").first().evaluate((it) => it.getBoundingClientRect().top);
      expect(children, `${section} in ${language}`).toBe(0);
    }
    await goesTo("members");
    const member = page.locator(".item").filter({ hasText: ada.member.name });
    await expect(member).toBeVisible();
    const sizes = await member.getByRole("checkbox").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().width));
    expect(new Set(sizes), "boxes of one size, beside long names too").toEqual(new Set([16]));
    // The owner's role and link stand in one row.
    const owner = page.locator(".item").filter({ has: page.locator(".item-row > .chip") }).first();
    const middle = (it: Element) => it.getBoundingClientRect().top + it.getBoundingClientRect().height / 2;
    const [chip, link] = [owner.locator(".item-row > .chip"), owner.locator(".item-row > .icon-only")];
    expect(Math.abs((await chip.evaluate(middle)) - (await link.evaluate(middle)))).toBeLessThan(2);
    await page.screenshot({ path: `dist/work/scenes/members-${language}.png` });
  }
});
