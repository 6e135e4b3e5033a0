// Two people who change the same, and one who presses faster than the relay answers.
import { hasNoViolations } from "../harness/axe.ts";
import { Marketer } from "../harness/marketer.ts";
import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/together-${name}.png` });

async function campaign(stage: Stage, name: string): Promise<string> {
  const texts = { en: { text: `${name} speaks.`, replies: [] } };
  const plan = { name, rule: { rule: "all", of: [] }, variants: [{ key: "a", weight: 1, texts }] };
  return (await stage.workspace.post("/v1/campaigns", { site: stage.site.id, plan })).id;
}

async function marketer(stage: Stage, name: string): Promise<Marketer> {
  const marketer = new Marketer(await stage.agent(name, "marketer"));
  await marketer.comesToCampaigns(stage.site.name);
  return marketer;
}

test("of two who write one campaign the second is told, keeps what was typed, and decides", async ({ stage }) => {
  const id = await campaign(stage, "Glazes");
  const [mira, noor] = [await marketer(stage, "Mira"), await marketer(stage, "Noor")];
  for (const it of [mira, noor]) {
    await it.goesTo(`#/campaigns/${id}`);
    await expect(it.named("console.editor_name")).toHaveValue("Glazes");
  }
  const stored = async () => {
    const { campaigns } = await stage.workspace.get("/v1/campaigns");
    return campaigns.find((it: any) => it.id === id).name;
  };
  await mira.named("console.editor_name").fill("Glazes by Mira");
  await noor.named("console.editor_name").fill("Glazes by Noor");
  await mira.saves();
  expect(await stored()).toBe("Glazes by Mira");

  await noor.button("console.save").click();
  const told = noor.page.getByText(words("console.refused_changed"));
  await expect(told).toBeVisible();
  await noor.page.screenshot(picture("changed"));
  await noor.page.setViewportSize({ width: 390, height: 844 });
  await noor.page.emulateMedia({ colorScheme: "dark" });
  await noor.page.screenshot(picture("changed-dark-390"));
  await noor.page.setViewportSize({ width: 1280, height: 800 });
  await expect(noor.named("console.editor_name")).toHaveValue("Glazes by Noor");
  expect(await stored()).toBe("Glazes by Mira");
  await noor.saves();
  await expect(told).toBeHidden();
  expect(await stored()).toBe("Glazes by Noor");

  // Mira has typed nothing since: her page shows what there is as soon as it hears of it.
  await mira.goesTo("#/campaigns");
  await mira.goesTo(`#/campaigns/${id}`);
  await expect(mira.named("console.editor_name")).toHaveValue("Glazes by Noor");
  await mira.named("console.editor_name").fill("Glazes by both");
  await mira.saves();
  expect(await stored()).toBe("Glazes by both");
});

test("what is typed into a campaign that a colleague archives becomes a new one", async ({ stage }) => {
  const id = await campaign(stage, "Kilns");
  const nadir = await marketer(stage, "Nadir");
  await nadir.goesTo(`#/campaigns/${id}`);
  await expect(nadir.named("console.editor_name")).toHaveValue("Kilns");
  await nadir.named("console.editor_name").fill("Kilns in winter");
  await stage.workspace.post(`/v1/campaigns/${id}/status`, { status: "archived" });
  await nadir.button("console.save").click();
  await expect(nadir.page.getByText(words("console.editor_archived"))).toBeVisible();
  await expect(nadir.named("console.editor_name")).toHaveValue("Kilns in winter");
  await expect(nadir.button("console.save")).toBeHidden();
  await hasNoViolations(nadir.page);
  await nadir.page.screenshot(picture("archived"));
  await nadir.page.setViewportSize({ width: 390, height: 844 });
  await nadir.page.emulateMedia({ colorScheme: "dark" });
  await nadir.page.screenshot(picture("archived-dark-390"));
  await nadir.page.setViewportSize({ width: 1280, height: 800 });

  await nadir.button("console.editor_save_anew").click();
  await expect(nadir.button("console.save")).toBeVisible();
  await expect(nadir.named("console.editor_name")).toHaveValue("Kilns in winter");
  await expect(nadir.page).not.toHaveURL(new RegExp(id));
  await expect(nadir.page.getByRole("dialog")).toHaveCount(0);
  const { campaigns } = await stage.workspace.get("/v1/campaigns");
  const ours = campaigns.filter((it: any) => it.site === stage.site.id);
  expect(ours.map((it: any) => [it.name, it.status]).sort()).toEqual([
    ["Kilns in winter", "draft"],
    ["Kilns", "archived"],
  ]);
});

test("rules for all campaigns leave the hours that an admin sets meanwhile", async ({ stage }) => {
  const mira = await marketer(stage, "Mira");
  await mira.goesTo("#/campaigns/settings");
  const most = mira.named("console.set_per_visit");
  await most.fill("7");
  const office_hours = [{ weekday: 2, from: 480, until: 960 }];
  const proactive = () => ({ time_zone: "Asia/Tokyo", office_hours, holidays: [] });
  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}/proactive`, proactive());
  await mira.button("console.save").click();
  const settings = async () => {
    const { sites } = await stage.workspace.get("/v1/settings");
    return sites.find((it: any) => it.id === stage.site.id).settings.proactive;
  };
  await expect.poll(async () => (await settings()).per_visit).toBe(7);
  expect(await settings()).toMatchObject({ time_zone: "Asia/Tokyo", office_hours });

  // Both set the same: that is said once, and saving again is meant.
  await mira.page.reload();
  await mira.comesToCampaigns(stage.site.name);
  await mira.goesTo("#/campaigns/settings");
  await expect(most).toHaveValue("7");
  await most.fill("9");
  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}/proactive`, { ...proactive(), per_visit: 3 });
  await mira.button("console.save").click();
  await expect(mira.page.getByText(words("console.refused_changed"))).toBeVisible();
  await expect(most).toHaveValue("9");
  await mira.button("console.save").click();
  await expect.poll(async () => (await settings()).per_visit).toBe(9);
});

test("departments that are ticked faster than the relay answers are all served", async ({ stage }) => {
  const other = await stage.workspace.post("/v1/departments", { name: "Workshop", assignment: "offer" });
  const mine = await stage.workspace.post("/v1/departments", { name: "Kiln", assignment: "offer" });
  const wenzel = await stage.workspace.member("Wenzel", "agent", []);
  const ada = await stage.agent("Ada", "admin");
  await ada.page.route("**/v1/members/*", async (route) => {
    await new Promise((done) => setTimeout(done, 500));
    await route.continue();
  });
  await ada.page.goto(`${stage.relay.desk}/#/settings/members`);
  const line = ada.page.getByRole("listitem").filter({ hasText: wenzel.name });
  for (const name of ["Workshop", "Kiln"]) await line.getByRole("checkbox", { name, exact: true }).click();
  const served = async () => {
    const { members } = await stage.workspace.get("/v1/settings");
    return members.find((it: any) => it.id === wenzel.id).departments.sort();
  };
  await expect.poll(served).toEqual([other.id, mine.id].sort());
  for (const name of ["Workshop", "Kiln"]) await expect(line.getByRole("checkbox", { name, exact: true })).toBeChecked();
});
