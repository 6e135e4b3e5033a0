// The list: what it is narrowed by, its address, and the views that are saved and shared.
import { hasNoViolations } from "../harness/axe.ts";
import type { Agent } from "../harness/agent.ts";
import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

test.use({ scenery: { assignment: "manual", settings: {} } });

async function says(stage: Stage, line: string): Promise<void> {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says(line);
}

const row = (agent: Agent, text: string) => agent.list.getByRole("link").filter({ hasText: text });
const tab = (agent: Agent, key: string) => agent.page.getByRole("tab", { name: words(key) });

async function picksDepartment(agent: Agent, stage: Stage): Promise<void> {
  await agent.page.getByRole("combobox", { name: words("console.department") }).selectOption(stage.department);
}

async function opensViews(agent: Agent): Promise<void> {
  await agent.button("console.views").click();
}

test("a list is narrowed, outlives a reload, and is shared by its address and by its name", async ({ stage }) => {
  await says(stage, "The glaze has cracked");
  await says(stage, "Is the kiln hot?");
  const ana = await stage.agent("Ana");
  await ana.followsUp("The glaze has cracked");
  const sue = await stage.agent("Sue", "supervisor");
  await tab(sue, "console.tab_team").click();
  await picksDepartment(sue, stage);
  await expect(row(sue, "The glaze has cracked")).toBeVisible();
  await expect(row(sue, "Is the kiln hot?")).toBeHidden();
  await tab(sue, "console.tab_all").click();
  await expect(row(sue, "Is the kiln hot?")).toBeVisible();

  await sue.button("console.filters").click();
  const panel = sue.page.getByRole("group", { name: words("console.filters") });
  await panel.getByRole("combobox", { name: words("console.owner") }).selectOption(ana.member.id);
  await expect(row(sue, "Is the kiln hot?")).toBeHidden();
  await expect(row(sue, "The glaze has cracked")).toBeVisible();
  await hasNoViolations(sue.page);
  const filtered = words("console.filters_on", { n: "1" });
  await sue.page.reload();
  await expect(sue.page.getByRole("button", { name: filtered })).toBeVisible();
  await expect(row(sue, "The glaze has cracked")).toBeVisible();
  await expect(row(sue, "Is the kiln hot?")).toBeHidden();

  // A colleague who is given the address sees the same list.
  const bruno = await stage.agent("Bruno", "supervisor");
  await bruno.page.goto(sue.page.url());
  await expect(row(bruno, "The glaze has cracked")).toBeVisible();
  await expect(row(bruno, "Is the kiln hot?")).toBeHidden();
  await bruno.page.goBack();

  await opensViews(sue);
  await sue.page.getByRole("menuitem", { name: words("console.view_save") }).click();
  const dialog = sue.dialog("console.view_save_title");
  await dialog.getByLabel(words("console.view_name")).fill("Ana’s work");
  await dialog.getByLabel(words("console.view_share")).check();
  await sue.button("console.save", dialog).click();
  await expect(dialog).toBeHidden();

  await bruno.page.goto(bruno.page.url().split("#")[0] + "#/list?tab=all&status=any");
  await picksDepartment(bruno, stage);
  await expect(row(bruno, "Is the kiln hot?")).toBeVisible();
  await opensViews(bruno);
  const shared = words("console.view_shared_by", { name: "Ana’s work", member: "Sue" });
  await bruno.page.getByRole("menuitemradio", { name: shared }).click();
  await expect(row(bruno, "Is the kiln hot?")).toBeHidden();
  await expect(row(bruno, "The glaze has cracked")).toBeVisible();
  // It is not his to remove.
  await opensViews(bruno);
  const remove = words("console.view_delete", { name: "Ana’s work" });
  await expect(bruno.page.getByRole("menuitem", { name: words("console.view_link") })).toBeVisible();
  await expect(bruno.page.getByRole("menuitem", { name: remove })).toBeHidden();
  await bruno.page.keyboard.press("Escape");

  await opensViews(sue);
  await sue.page.getByRole("menuitem", { name: remove }).click();
  await sue.button("console.delete", sue.page.getByRole("dialog")).click();
  await opensViews(bruno);
  await expect(bruno.page.getByRole("menuitemradio", { name: shared })).toBeHidden();
});

test("the folders lead to what is new, active and over, and the way back to the list before", async ({ stage }) => {
  await says(stage, "Nobody has answered me");
  await says(stage, "Somebody has answered me");
  const sue = await stage.agent("Sue", "supervisor");
  await picksDepartment(sue, stage);
  await sue.followsUp("Somebody has answered me");
  await sue.page.goto(sue.page.url().split("#")[0] + "#/");
  const folder = async (key: string) => {
    await opensViews(sue);
    await sue.page.getByRole("menuitemradio", { name: words(key), exact: true }).click();
    await picksDepartment(sue, stage);
  };
  await folder("console.status_new");
  await expect(row(sue, "Nobody has answered me")).toBeVisible();
  await expect(row(sue, "Somebody has answered me")).toBeHidden();
  await folder("console.status_active");
  await expect(row(sue, "Somebody has answered me")).toBeVisible();
  await expect(row(sue, "Nobody has answered me")).toBeHidden();
  await folder("console.view_archive");
  await expect(sue.list.getByRole("link")).toHaveCount(0);
  await sue.page.goBack();
  await sue.page.goBack();
  await expect(row(sue, "Somebody has answered me")).toBeVisible();
});

test("a list of a department that is deleted is a list of all, now, after a reload and on the way back", async ({ stage }) => {
  await says(stage, "My jug has a leak");
  const gone = await stage.workspace.post("/v1/departments", { name: "Jugs", assignment: "manual" });
  const sue = await stage.agent("Sue", "supervisor");
  const department = sue.page.getByRole("combobox", { name: words("console.department") });
  await tab(sue, "console.tab_unassigned").click();
  await picksDepartment(sue, stage);
  await department.selectOption(gone.id);
  await expect(sue.page).toHaveURL(new RegExp(`department=${gone.id}`));
  const address = sue.page.url();
  await expect(row(sue, "My jug has a leak")).toBeHidden();
  // What was chosen by hand before is shown as well when the address says it.
  await sue.page.goBack();
  await expect(department).toHaveValue(stage.department);
  await expect(row(sue, "My jug has a leak")).toBeVisible();
  await sue.page.goForward();
  await expect(department).toHaveValue(gone.id);

  const isOfAll = async () => {
    await expect(sue.page).not.toHaveURL(/department=/);
    await expect(department).toHaveValue("");
    await picksDepartment(sue, stage);
    await expect(row(sue, "My jug has a leak")).toBeVisible();
  };
  await stage.workspace.call("DELETE", `/v1/departments/${gone.id}?to=${stage.department}`, {});
  await isOfAll();
  // A colleague's link, and the page loaded at it.
  await sue.page.evaluate((it) => { location.href = it; }, address);
  await isOfAll();
  await sue.page.goto("about:blank");
  await sue.page.goto(address);
  await isOfAll();
});

test("whoever waits the longest comes first, and ten rows fit on a screen of 900 pixels", async ({ stage }) => {
  await says(stage, "I came first");
  await says(stage, "I came second");
  const sue = await stage.agent("Sue", "supervisor");
  await sue.page.setViewportSize({ width: 1440, height: 900 });
  await tab(sue, "console.tab_unassigned").click();
  await picksDepartment(sue, stage);
  const rows = sue.list.getByRole("link");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("I came first");
  // Looking at it is no answer.
  await rows.first().click();
  await expect(sue.transcript).toContainText("I came first");
  await expect(rows.first()).toContainText("I came first");
  const [list, one] = [await sue.list.boundingBox(), await rows.first().boundingBox()];
  expect(Math.floor(list!.height / one!.height)).toBeGreaterThanOrEqual(10);
});

test("an admin says from which waits a row has another colour, each longer than the one before", async ({ stage }) => {
  const adam = await stage.agent("Adam", "admin");
  await adam.page.goto(adam.page.url().split("#")[0] + "#/settings/workspace");
  await adam.page.getByLabel(words("console.set_wait_2")).fill("1");
  await adam.button("console.save").click();
  await expect(adam.page.getByText(words("console.wrong_waits"))).toBeVisible();
  await adam.page.getByLabel(words("console.set_wait_2")).fill("4");
  await adam.button("console.save").click();
  await expect(adam.page.getByText(words("console.saved"))).toBeVisible();
  await adam.page.reload();
  await expect(adam.page.getByLabel(words("console.set_wait_2"))).toHaveValue("4");
});

for (const [name, width, language] of [["a phone", 390, "en"], ["an Arabic phone", 390, "ar"]] as const) {
  test(`the filters stick out on no side of ${name}`, async ({ stage }) => {
    await says(stage, `One who waits for ${name}`);
    const sue = await stage.agent("Sue", "supervisor");
    await sue.page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await sue.page.reload();
    await sue.page.setViewportSize({ width, height: 844 });
    await sue.page.getByRole("button", { name: words("console.filters", {}, language), exact: true }).click();
    await expect(sue.page.getByRole("group", { name: words("console.filters", {}, language) })).toBeVisible();
    const [wide, room] = await sue.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(room!);
    const line = await sue.page.locator(".filters").evaluate((it) => [it.scrollWidth, it.clientWidth]);
    expect(line[0]).toBeLessThanOrEqual(line[1]!);
    await hasNoViolations(sue.page);
  });
}
