// Everything that can be done at the desk, found by typing its name.
import { hasNoViolations } from "../harness/axe.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

test("whatever can be done with a conversation is done by its name, on any keyboard", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Which glaze is food safe?");
  await ana.accepts();
  const palette = ana.dialog("console.palette");
  const field = palette.getByRole("combobox");

  // The key counts by its place: a Cyrillic keyboard types another letter there.
  await ana.input.focus();
  await ana.page.evaluate(() => {
    const key = { key: "л", code: "KeyK", ctrlKey: true, bubbles: true, cancelable: true };
    document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", key));
  });
  await expect(palette).toBeVisible();
  await expect(field).toBeFocused();
  await hasNoViolations(ana.page);
  await field.fill("no such thing");
  await expect(palette.getByText(words("console.palette_none"))).toBeVisible();
  await field.fill(words("console.end"));
  await ana.page.keyboard.press("Enter");
  const end = ana.dialog("console.end_title");
  await expect(end).toBeVisible();
  await ana.button("console.cancel", end).click();

  // Arrows choose, and the way leads to other places.
  await ana.page.keyboard.press("Control+k");
  await field.fill(words("console.tab_team"));
  await expect(palette.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await ana.page.keyboard.press("ArrowDown");
  await ana.page.keyboard.press("ArrowUp");
  await ana.page.keyboard.press("Enter");
  const team = ana.page.getByRole("tab", { name: words("console.tab_team") });
  await expect(team).toHaveAttribute("aria-selected", "true");
  await ana.page.keyboard.press("Control+k");
  await field.fill(words("console.account"));
  await ana.page.keyboard.press("Enter");
  await expect(ana.page).toHaveURL(/#\/settings\/account$/);
});

for (const [name, width, language] of [["a phone", 390, "en"], ["an Arabic phone", 390, "ar"]] as const) {
  test(`the commands stick out on no side of ${name}`, async ({ stage }) => {
    const ana = await stage.agent("Ana");
    await ana.page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await ana.page.reload();
    await ana.page.setViewportSize({ width, height: 844 });
    await expect(ana.page.getByRole("tab").first()).toBeVisible();
    await ana.page.keyboard.press("Control+k");
    await expect(ana.page.getByRole("dialog", { name: words("console.palette", {}, language) })).toBeVisible();
    const [wide, room] = await ana.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(room!);
    await hasNoViolations(ana.page);
  });
}
