// A website gets its chat: a name, an address as people write it, and what to paste where.
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/install-${name}.png` });

test("a name and an address make a site, and its page says what to paste", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  await ada.goesTo("#/settings/sites");
  await ada.page.getByRole("link", { name: words("console.site_new") }).click();
  const page = ada.page.getByRole("main");
  await page.getByLabel(words("console.field_name")).fill("Pots and pans");
  const address = page.getByLabel(words("console.site_address"));
  await address.fill("pots");
  await ada.button("console.site_new", page).click();
  await expect(page).toContainText(words("console.wrong_origin", { origin: "pots" }));
  await address.fill("WWW.Pots.Example/cart?step=2");
  const both = "https://pots.example, https://www.pots.example";
  await expect(page.getByRole("status")).toContainText(words("console.origins_meant", { list: both }));
  await ada.page.screenshot(picture("new"));
  await ada.button("console.site_new", page).click();
  await expect(page.getByRole("textbox", { name: words("console.script_tag"), exact: true })).toContainText("<script async src=");
  const policy = page.getByRole("textbox", { name: words("console.csp"), exact: true });
  const { widget } = stage.relay;
  await expect(policy).toHaveText(`script-src ${widget}; frame-src ${widget}; connect-src ${widget}`);
  await ada.page.screenshot(picture("site"));
  const { sites } = await stage.workspace.get("/v1/settings");
  const site = sites.find((it: any) => it.name === "Pots and pans");
  expect(site.origins).toEqual(both.split(", "));
  await ada.page.evaluate(() => localStorage.setItem("porchlight:language", "ar"));
  await ada.page.setViewportSize({ width: 390, height: 844 });
  await ada.page.reload();
  await expect(page.getByRole("textbox", { name: words("console.csp", {}, "ar"), exact: true })).toBeVisible();
  await ada.page.screenshot(picture("site-ar"));
});
