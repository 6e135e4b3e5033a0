// The console stops because of a mistake of its own: that is said, and nothing that was written is lost.
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/crash-${name}.png` });

test("a console that stops says so, tells which build it is, and has what was written when it is back", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  // Once `stops` is set, whatever the app asks of the browser next fails as a trap of its own would.
  await ana.page.addInitScript(() => {
    const real = WebAssembly.instantiateStreaming;
    const stopping = (asked: unknown) =>
      typeof asked != "function" ? asked : (...given: unknown[]) => {
        if ((globalThis as any).stops) throw new WebAssembly.RuntimeError("unreachable");
        return asked(...given);
      };
    WebAssembly.instantiateStreaming = (source, imports) => {
      const all = Object.entries(imports ?? {}).map(([module, names]) => {
        const wrapped = Object.entries(names).map(([name, asked]) => [name, stopping(asked)]);
        return [module, Object.fromEntries(wrapped)];
      });
      return real(source, Object.fromEntries(all));
    };
  });
  await ana.page.reload();
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is the blue jug back?");
  await ana.accepts();
  await ana.input.fill("It is, since this mornin");
  // At the very key, and not before: the app's clock would stop it as well.
  await ana.page.evaluate(() => {
    addEventListener("keydown", () => void ((globalThis as any).stops = true), { capture: true, once: true });
  });
  const told = ana.page.waitForRequest(/\/v1\/stops\/console\.[0-9a-f]{10}\.js$/);
  await ana.input.press("g");
  expect((await told).postData()).toBeNull();
  const dialog = ana.page.getByRole("alertdialog", { name: words("console.crash_title") });
  await expect(dialog).toContainText(words("console.crash_text"));
  const again = ana.button("console.crash_reload", dialog);
  await expect(again).toBeFocused();
  await ana.page.screenshot(picture("light"));
  await ana.page.emulateMedia({ colorScheme: "dark" });
  await ana.page.setViewportSize({ width: 390, height: 844 });
  await ana.page.screenshot(picture("dark-390"));
  await ana.page.setViewportSize({ width: 1280, height: 800 });
  // There is nothing behind it that could be gone on with.
  await ana.page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await again.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(ana.input).toHaveValue("It is, since this morning");
  await ana.input.press("Enter");
  await visitor.sees("It is, since this morning");
  const { stops } = await stage.workspace.get("/v1/settings");
  expect(stops).toContainEqual({ app: "console", build: expect.stringMatching(/^[0-9a-f]{10}$/), n: 1, last: expect.any(Number) });
});

for (const [language, locale] of [["en", "en-US"], ["vi", "vi-VN"], ["ar", "ar-EG"]] as const) {
  test(`a console that does not come says so, in ${language}`, async ({ stage, browser }) => {
    const context = await browser.newContext({ locale, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.route(/\/assets\/console\.[0-9a-f]{10}\.wasm$/, (route) => route.abort());
    await page.goto(stage.relay.desk);
    const dialog = page.getByRole("alertdialog", { name: words("console.crash_title", {}, language) });
    await expect(dialog).toBeVisible();
    await expect(dialog).toHaveCSS("direction", language === "ar" ? "rtl" : "ltr");
    await page.screenshot(picture(`absent-${language}`));
    await page.unrouteAll();
    await dialog.getByRole("button").click();
    await expect(page.getByRole("button", { name: words("console.sign_in", {}, language) })).toBeVisible();
    await expect(dialog).toBeHidden();
    await context.close();
  });
}
