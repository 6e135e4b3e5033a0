// Nobody is left waiting for somebody who is not there: a question that waits behind another one has
// its time, nothing is given to whoever is offline, and nobody writes to a visitor who was signed out.
import type { Locator, Page } from "@playwright/test";

import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/left-${name}.png` });

async function waits(stage: Stage, text: string) {
  const visitor = await stage.workspace.visitor(stage.site.id);
  visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  await visitor.hears("ready");
  visitor.say({ type: "post", client_id: "c1", text });
  await visitor.hears("ack");
  return visitor;
}

/** Whether all of it lies on the screen. */
async function fits(page: Page, it: Locator): Promise<void> {
  await expect(it).toBeVisible();
  const box = (await it.boundingBox())!;
  const { width, height } = page.viewportSize()!;
  expect(box.x, "left").toBeGreaterThanOrEqual(0);
  expect(box.x + box.width, "right").toBeLessThanOrEqual(width);
  expect(box.y + box.height, "bottom").toBeLessThanOrEqual(height);
}

test("what waits behind another question has its time, and nothing is given to who is offline", async ({ stage }) => {
  const nadia = await stage.agent("Nadia");
  await nadia.goesAvailable();
  for (const text of ["Where is my kettle?", "And my saucer?"]) {
    await waits(stage, text);
    await nadia.isOffered(text);
    await nadia.accepts();
  }
  const gone = await stage.workspace.member("Otto", "agent", [stage.department]);
  const petra = await stage.agent("Petra");
  await petra.goesAvailable();

  const dialog = nadia.dialog("console.transfer_title");
  const reason = dialog.getByRole("textbox", { name: words("console.transfer_reason") });
  const hands = nadia.button("console.transfer", dialog);
  const opens = async (text: string) => {
    await nadia.list.getByRole("link").filter({ hasText: text }).click();
    await nadia.button("console.transfer", nadia.conversation).click();
    await expect(dialog.getByRole("radio", { name: "Petra" })).toBeEnabled();
  };
  await opens("kettle");
  await dialog.getByRole("checkbox").check();
  await expect(dialog.getByRole("radio", { name: gone.name })).toBeDisabled();
  await dialog.getByRole("checkbox").uncheck();
  // Nothing that is typed is cut.
  await dialog.getByRole("radio", { name: "Petra" }).click();
  const long = "Has the old lid, wants a new one, and asked twice about shipping";
  await reason.fill(long);
  await expect(dialog).toContainText(words("console.characters_over", { count: long.length - 60 }));
  await expect(reason).toHaveValue(long);
  await expect(hands).toBeDisabled();
  await nadia.page.screenshot(picture("too-long"));
  await reason.fill(long.slice(0, 60));
  await hands.click();
  await expect(petra.offer).toContainText("kettle");
  await expect(petra.offer).toContainText(long.slice(0, 60));
  await opens("saucer");
  await dialog.getByRole("radio", { name: "Petra" }).click();
  await hands.click();
  await expect(petra.page.locator(".offers-more")).toBeVisible();

  const left = async () => Number(await petra.offer.locator(".countdown").innerText());
  expect(await left()).toBeLessThanOrEqual(30);
  await petra.offer.getByRole("button", { name: words("console.decline") }).click();
  await expect(petra.offer).toContainText("saucer");
  expect(await left(), "the time of the second began where that of the first ends").toBeGreaterThan(30);
  await petra.accepts();
  await petra.sees("And my saucer?");
});

test("nobody writes to a visitor who was signed out", async ({ stage }) => {
  const rosa = await stage.agent("Rosa", "supervisor");
  await rosa.goesAvailable();
  await waits(stage, "Is this my chat?");
  await rosa.listsAll();
  await rosa.list.getByRole("link").filter({ hasText: "Is this my chat?" }).click();
  await rosa.button("console.follow_up", rosa.conversation).click();
  await rosa.writes("It is");
  const { page } = rosa;
  await page.setViewportSize({ width: 390, height: 844 });
  for (const language of ["en", "ar"]) {
    await page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await page.reload();
    const closes = page.getByRole("button", { name: words("console.details_close", {}, language), exact: true });
    if (await closes.first().isVisible()) await closes.first().click();
    await page.getByRole("button", { name: words("console.more", {}, language), exact: true }).click();
    await fits(page, page.getByRole("menu"));
    await page.screenshot(picture(`menu-${language}`));
    await page.keyboard.press("Escape");
  }
  await page.evaluate(() => localStorage.setItem("porchlight:language", "en"));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();

  await rosa.button("console.more", rosa.conversation).click();
  await page.getByRole("menuitem", { name: words("console.revoke"), exact: true }).click();
  const asks = rosa.dialog("console.revoke_title");
  await rosa.button("console.revoke", asks).click();
  await rosa.sees(words("console.notice_signed_out", { name: "Rosa" }));
  await expect(rosa.composer).toContainText(words("console.frozen_signed_out"));
  await expect(rosa.input).toHaveValue("It is");
  await rosa.input.press("Enter");
  await expect(rosa.line("It is")).toHaveCount(0);
  await page.screenshot(picture("signed-out"));
  await rosa.button("console.end", rosa.composer).click();
  await rosa.button("console.end", rosa.dialog("console.end_title")).click();
  await rosa.sees(words("console.ended_agent"));
});
