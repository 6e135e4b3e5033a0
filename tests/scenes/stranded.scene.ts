// Nobody is stranded: not by a department that goes, not by a wrap-up that came too late, not by what
// lies over what asks.
import { hasNoViolations } from "../harness/axe.ts";
import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/stranded-${name}.png` });

test("a department that goes says where, and its visitors are offered there", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is the blue one back?");
  const { departments } = await stage.workspace.get("/v1/settings");
  const gone = departments.find((it: any) => it.id === stage.department).name;
  const heir = await stage.workspace.department("Wheel and kiln");
  const refused = stage.workspace.call("DELETE", `/v1/departments/${stage.department}`);
  await expect(refused).rejects.toThrow("successor_required");

  const ada = await stage.agent("Ada", "admin");
  await ada.goesTo("#/settings/departments");
  const label = words("console.delete_named", { name: gone });
  await ada.page.getByRole("button", { name: label, exact: true }).click();
  const dialog = ada.page.getByRole("dialog", { name: label });
  const button = ada.button("console.delete", dialog);
  await expect(button).toBeDisabled();
  await ada.page.screenshot(picture("department"));
  await dialog.getByRole("combobox").selectOption(heir);
  await button.click();
  await expect(dialog).toBeHidden();
  await expect(ada.page.getByRole("button", { name: label, exact: true })).toBeHidden();

  const cleo = await stage.signIn(await stage.workspace.member("Cleo", "agent", [heir]));
  await cleo.goesAvailable();
  await cleo.isOffered("Is the blue one back?");
  await cleo.accepts();
  await cleo.says("It is, since this morning.");
  await visitor.sees("It is, since this morning.");
});

test("a wrap-up is said after the visitor has come back, and what asks lies above it", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Do you mend handles?");
  await ana.accepts();
  await ana.says("We do.");
  await visitor.endsChat();
  const row = ana.list.getByRole("link").filter({ hasText: "We do." });
  await expect(row).toContainText(words("console.wrapup_due"));

  await ana.button("console.wrap_up", ana.conversation).click();
  const dialog = ana.dialog("console.wrapup_title");
  await expect(dialog).toBeVisible();
  // The next session is offered while the question about the last one is open.
  await visitor.says("And lids?");
  await ana.isOffered("And lids?");
  for (const width of [1280, 1024]) {
    await ana.page.setViewportSize({ width, height: 800 });
    await ana.page.screenshot(picture(`offer-${width}`));
  }
  await ana.page.emulateMedia({ colorScheme: "dark" });
  await ana.page.screenshot(picture("offer-dark"));
  await ana.page.emulateMedia({ colorScheme: "light" });
  await ana.page.setViewportSize({ width: 1280, height: 800 });
  await ana.accepts();
  await expect(dialog).toBeVisible();
  await ana.button("console.cancel", dialog).click();

  await ana.button("console.wrap_up", ana.conversation).click();
  await expect(dialog).toContainText(words("console.wrapup_before", { no: "1" }));
  await dialog.getByRole("textbox").first().fill("Mended");
  await ana.button("console.wrap_up", dialog).click();
  await expect(dialog).toBeHidden();
  await expect(ana.button("console.wrap_up", ana.conversation)).toBeHidden();
  await ana.says("Lids too.");
  await visitor.sees("Lids too.");

  // Boris is told why before he says yes.
  const boris = await stage.agent("Boris");
  await boris.goesAvailable();
  await ana.button("console.transfer", ana.conversation).click();
  const transfer = ana.dialog("console.transfer_title");
  await transfer.getByRole("radio", { name: "Boris" }).click();
  await transfer.getByRole("textbox", { name: words("console.transfer_reason") }).fill("Knows lids");
  await ana.button("console.transfer", transfer).click();
  await expect(boris.offer).toContainText("Knows lids");
  await boris.page.screenshot(picture("reason"));
  await boris.accepts();
  await boris.sees("Lids too.");
});

test("a question about a session that the visitor ends says so, and leads on with what was typed", async ({ stage }) => {
  const nuria = await stage.agent("Nuria");
  await nuria.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is the jug in stock?");
  await nuria.accepts();
  await nuria.says("It is.");
  await nuria.button("console.end", nuria.conversation).click();
  const dialog = nuria.dialog("console.end_title");
  await dialog.getByRole("combobox").fill("Found the jug");
  await visitor.endsChat();
  await expect(dialog).toContainText(words("console.read_only_customer"));
  await expect(nuria.button("console.end", dialog)).toBeDisabled();
  for (const width of [1280, 390]) {
    await nuria.page.setViewportSize({ width, height: 800 });
    await nuria.page.screenshot(picture(`over-${width}`));
  }
  await nuria.page.emulateMedia({ colorScheme: "dark" });
  await nuria.page.screenshot(picture("over-dark"));
  await nuria.page.emulateMedia({ colorScheme: "light" });
  await nuria.page.setViewportSize({ width: 1280, height: 800 });
  await hasNoViolations(nuria.page);

  await nuria.button("console.wrap_up", dialog).click();
  const wrapup = nuria.dialog("console.wrapup_title");
  await expect(wrapup.getByRole("combobox")).toHaveValue("Found the jug");
  await nuria.button("console.wrap_up", wrapup).click();
  await expect(wrapup).toBeHidden();
  await expect(nuria.button("console.wrap_up", nuria.conversation)).toBeHidden();
});

test.describe("with nobody asked by the desk", () => {
  test.use({ scenery: { assignment: "manual", settings: {} } });

  async function waits(stage: Stage, text: string): Promise<void> {
    const visitor = await stage.workspace.visitor(stage.site.id);
    visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    await visitor.hears("ready");
    visitor.say({ type: "post", client_id: "c1", text });
    await visitor.hears("ack");
  }

  test("a burst is three notices and one count, and one press puts them away", async ({ stage }) => {
    const ana = await stage.agent("Ana");
    await ana.goesAvailable();
    const notices = ana.page.getByRole("status", { name: words("console.notifications") });
    const dismiss = ana.button("console.dismiss", notices);
    for (let n = 1; n <= 6; n++) await waits(stage, `Visitor ${n} waits`);
    await expect(notices).toContainText(words("console.toasts_more", { count: "3" }));
    await expect(dismiss).toHaveCount(3);
    await ana.page.screenshot(picture("notices"));
    // What stays until it is taken up outlives a connection.
    await ana.page.context().setOffline(true);
    await ana.page.context().setOffline(false);
    await expect(dismiss).toHaveCount(3);
    await ana.button("console.dismiss_all", notices).click();
    await expect(dismiss).toHaveCount(0);
    await ana.page.evaluate(() => localStorage.setItem("porchlight:language", "ar"));
    await ana.page.reload();
    await expect(ana.page.getByRole("status", { name: words("console.notifications", {}, "ar") }))
      .toContainText(words("console.toasts_more", { count: "3" }, "ar"));
    await ana.page.screenshot(picture("notices-ar"));
  });
});
