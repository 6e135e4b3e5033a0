// Who is there: visitors are told when the team is back, by their own clocks and in their own words, and
// see the faces of nobody who cannot answer.
import type { Locator } from "@playwright/test";

import { send } from "../harness/http.ts";
import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import type { Visitor } from "../harness/visitor.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/hours-${name}.png` });

/** In three days at nine, by UTC: a weekday whatever the visitor's clocks say. */
function inThreeDays(): Date {
  const at = new Date(Date.now() + 3 * 86_400_000);
  at.setUTCHours(9, 0, 0, 0);
  return at;
}

const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, until: 1_440 }));
const proactive = (hours: object) => ({ time_zone: "UTC", office_hours: [], holidays: [], ...hours });

async function setsHours(stage: Stage, hours: object): Promise<void> {
  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}/proactive`, proactive(hours));
}

/** What the relay believes of a site it believes for two seconds. */
async function opens(visitor: Visitor): Promise<void> {
  await visitor.page.waitForTimeout(2_100);
  await visitor.page.reload();
  await visitor.opensChatAgain();
}

const head = (visitor: Visitor): Locator => visitor.frame.locator(".head");
const faces = (visitor: Visitor): Locator => head(visitor).locator(".team .avatar");
const greeting = (visitor: Visitor): Locator => visitor.frame.locator(".rows .theirs").first();

function back(at: Date, language: string, timeZone: string): string {
  const write = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { ...parts, timeZone }).format(at);
  return words("hours.back_on", { day: write({ weekday: "long" }), time: write({ hour: "numeric", minute: "2-digit" }) }, language);
}

/** Without the signs that keep a value apart in a text of the other direction. */
const bare = (text: string | null) => (text ?? "").replace(/[\u2066-\u2069\u200e\u200f]/g, "").replace(/\s+/g, " ");

test("an admin sets hours, and visitors are told when somebody is back, in their words and by their clocks", async ({ stage }) => {
  const at = inThreeDays();
  const ada = await stage.agent("Ada", "admin");
  const silent = await stage.visitor();
  await silent.opensChat();
  await expect(head(silent).locator("p")).toHaveText("");

  await ada.goesTo("#/settings/hours");
  const all = ada.page.getByRole("main");
  const line = all.getByRole("listitem").filter({ has: ada.page.getByRole("link", { name: stage.site.name, exact: true }) });
  await expect(line).toContainText(words("console.hours_unset"));
  await line.getByRole("link").click();
  const preview = ada.page.getByRole("region", { name: words("console.hours_preview") });
  await expect(preview).toContainText(words("console.hours_silent"));
  await all.getByLabel(words("console.hours_zone")).fill("Nowhere/Land");
  await ada.button("console.office_add").click();
  const weekday = ((at.getUTCDay() + 6) % 7) + 1;
  await all.getByLabel(words("console.office_day")).selectOption(String(weekday));
  await all.getByLabel(words("console.field_from"), { exact: true }).fill("09:00");
  await ada.button("console.save").click();
  await expect(all).toContainText(words("console.wrong_time_zone"));
  await all.getByLabel(words("console.hours_zone")).fill("UTC");
  await preview.getByLabel(words("console.hours_reader")).fill("UTC");
  await expect(preview).toContainText(back(at, "en", "UTC"));
  await preview.getByLabel(words("console.hours_reader")).fill("Asia/Tokyo");
  await expect(preview).toContainText(back(at, "en", "Asia/Tokyo"));
  await ada.page.screenshot(picture("settings"));
  await ada.button("console.save").click();
  await expect(ada.page.getByText(words("console.saved"))).toBeVisible();
  await ada.goesTo("#/settings/hours");
  await expect(line).toContainText(words("console.hours_closed"));
  await ada.page.screenshot(picture("settings-all"));

  const people: [string, string, string][] = [
    ["en", "en-US", "America/New_York"],
    ["vi", "vi-VN", "Asia/Ho_Chi_Minh"],
    ["ar", "ar-EG", "Africa/Cairo"],
  ];
  for (const [language, locale, timeZone] of people) {
    const visitor = await stage.visitor("/", { language, locale, timeZone });
    await opens(visitor);
    const told = bare(back(at, language, timeZone));
    await expect.poll(async () => bare(await head(visitor).locator("p").textContent())).toBe(told);
    await expect.poll(async () => bare(await greeting(visitor).textContent())).toContain(told);
    await expect(faces(visitor)).toHaveCount(0);
    await visitor.page.emulateMedia({ colorScheme: language === "vi" ? "dark" : "light" });
    if (language === "ar") await visitor.page.setViewportSize({ width: 390, height: 844 });
    await visitor.page.screenshot(picture(`closed-${language}`));
  }
});

test("it is said before the app is there, and by the team's clocks to a browser that tells none", async ({ stage }) => {
  const at = inThreeDays();
  const weekday = ((at.getUTCDay() + 6) % 7) + 1;
  await setsHours(stage, { time_zone: "Asia/Tokyo", office_hours: [{ weekday, from: 18 * 60, until: 20 * 60 }] });
  const page = async (query: string) => {
    const { text } = await send(stage.relay.widget, `/frame/${stage.site.id}?lang=en${query}`);
    return bare(text);
  };
  expect(await page("&tz=America%2FNew_York")).toContain(bare(back(at, "en", "America/New_York")));
  for (const query of ["", "&tz=", "&tz=Nowhere%2FLand", "&tz=%00"]) {
    expect(await page(query)).toContain("at 6:00 PM GMT+9");
  }
});

test("within hours the faces are of those who are there, and if nobody is, that is said", async ({ stage }) => {
  await setsHours(stage, { office_hours: always });
  const visitor = await stage.visitor();
  await opens(visitor);
  await expect(head(visitor).locator("p")).toHaveText(words("hours.nobody"));
  await expect(greeting(visitor)).toContainText(words("hours.nobody"));
  await expect(faces(visitor)).toHaveCount(0);
  await visitor.page.screenshot(picture("nobody"));
  const ana = await stage.agent("Ana");
  const ben = await stage.agent("Ben");
  await ana.goesAvailable();
  await ben.goesAvailable();
  await expect(async () => {
    await opens(visitor);
    await expect(faces(visitor)).toHaveCount(2, { timeout: 500 });
  }).toPass();
  expect((await faces(visitor).allTextContents()).sort()).toEqual(["A", "B"]);
  await expect(head(visitor).locator("p")).toHaveText("");
  await visitor.page.screenshot(picture("open"));

  // On a holiday nobody is there, whoever is at the desk.
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await setsHours(stage, { office_hours: always, holidays: [{ from: today, until: tomorrow }] });
  await opens(visitor);
  await expect(faces(visitor)).toHaveCount(0);
  await expect(head(visitor).locator("p")).toContainText("We are back");

  // A department keeps its own hours.
  await stage.workspace.call("PUT", `/v1/departments/${stage.department}`, {
    name: "Sales", hours: { time_zone: "UTC", week: always, holidays: [] },
  });
  await opens(visitor);
  await expect(faces(visitor)).toHaveCount(2);
  // What does not speak of hours leaves them as they are.
  await stage.workspace.call("PUT", `/v1/departments/${stage.department}`, { name: "Sales", assignment: "offer" });
  await opens(visitor);
  await expect(faces(visitor)).toHaveCount(2);
});

test("whoever comes is told within what time the team has answered of late, once enough is known of it", async ({ stage }) => {
  await setsHours(stage, { office_hours: always });
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  for (let n = 1; n <= 5; n++) {
    const other = await stage.workspace.visitor(stage.site.id);
    other.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    await other.hears("ready");
    other.say({ type: "post", client_id: "q", text: `Question ${n}` });
    await other.hears("ack");
    const id = await stage.workspace.conversationOf(`Question ${n}`);
    // The desk has heard that somebody waits.
    await ana.isOffered(`Question ${n}`);
    await opens(visitor);
    await expect(head(visitor).locator("p")).toHaveText("");
    await ana.accepts();
    await ana.says(`Answer ${n}`);
    await other.hears("entry");
    other.drop();
    expect(id).toBeTruthy();
  }
  const wait = (language: string) =>
    new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "long" }).format(5);
  for (const [language, locale] of [["en", "en-US"], ["vi", "vi-VN"], ["uk", "uk-UA"], ["ar", "ar-EG"]] as const) {
    const reader = await stage.visitor("/", { language, locale });
    const told = bare(words("hours.usual_wait", { time: wait(language) }, language));
    await expect(async () => {
      await opens(reader);
      expect(bare(await head(reader).locator("p").textContent())).toBe(told);
    }).toPass();
    await expect.poll(async () => bare(await greeting(reader).textContent())).toContain(told);
    await reader.page.emulateMedia({ colorScheme: language === "vi" ? "dark" : "light" });
    await reader.page.setViewportSize({ width: 390, height: 844 });
    await reader.page.screenshot(picture(`wait-${language}`));
  }
});

test("hours that cannot be are refused, and what was set stays", async ({ stage }) => {
  await setsHours(stage, { office_hours: always });
  for (const wrong of [
    { time_zone: "Mars/Olympus", office_hours: always },
    { office_hours: [{ weekday: 8, from: 0, until: 60 }] },
    { office_hours: [{ weekday: 1, from: 60, until: 60 }] },
    { holidays: [{ from: "2026-12-25", until: "2026-12-24" }] },
    { holidays: [{ from: "2026-02-30", until: "2026-03-01" }] },
    { office_hours: Array.from({ length: 29 }, () => always[0]) },
    { holidays: Array.from({ length: 61 }, () => ({ from: "2026-12-25", until: "2026-12-25" })) },
  ]) {
    await expect(setsHours(stage, wrong)).rejects.toThrow(/malformed|too_many/);
    const hours = { time_zone: "UTC", week: [], holidays: [], ...wrong, ...("office_hours" in wrong && { week: wrong.office_hours }) };
    delete (hours as any).office_hours;
    const put = stage.workspace.call("PUT", `/v1/departments/${stage.department}`, { name: "Sales", hours });
    await expect(put).rejects.toThrow(/malformed|too_many/);
  }
  const { sites } = await stage.workspace.get("/v1/settings");
  const site = sites.find((it: any) => it.id === stage.site.id);
  expect(site.settings.proactive.office_hours).toEqual(always);
});
