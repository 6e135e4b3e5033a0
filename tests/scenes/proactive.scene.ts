// Campaigns from the marketer who writes one to the visitor who meets it, and back as figures.
import type { Page } from "@playwright/test";

import { chosen } from "../../widget/loader/src/proactive/data.ts";
import { hasNoViolations } from "../harness/axe.ts";
import { send } from "../harness/http.ts";
import { Marketer } from "../harness/marketer.ts";
import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const MESSAGE = "Wondering how this glaze wears? Ask us.";
const REPLY = "Is it dishwasher safe?";

/** What is said in English, for campaigns that are not written in the editor. */
function plan(name: string, more: Record<string, unknown> = {}) {
  const texts = { en: { text: `${name} speaks.`, replies: [] } };
  return { name, rule: { rule: "all", of: [] }, variants: [{ key: "a", weight: 1, texts }], ...more };
}

async function publish(stage: Stage, name: string, more: Record<string, unknown> = {}): Promise<string> {
  const campaign = await stage.workspace.post("/v1/campaigns", { site: stage.site.id, plan: plan(name, more) });
  await stage.workspace.post(`/v1/campaigns/${campaign.id}/status`, { status: "live" });
  await isPublic(stage, campaign.id);
  return campaign.id;
}

/** The edge reads a site anew every two seconds. */
async function isPublic(stage: Stage, campaign: string): Promise<void> {
  const script = async () => (await send(stage.relay.widget, `/s/${stage.site.id}.js`)).text;
  await expect.poll(script, { timeout: 15_000 }).toContain(campaign);
}

async function marketer(stage: Stage, name: string): Promise<Marketer> {
  const marketer = new Marketer(await stage.agent(name, "marketer"));
  await marketer.comesToCampaigns(stage.site.name);
  return marketer;
}

/** Counts are sent when a page is left, and stored a second later. */
async function counted(stage: Stage, campaign: string, of: string, variant: string, n: number): Promise<void> {
  const sum = async () => {
    const { days } = await stage.workspace.get(`/v1/campaigns/${campaign}/report`);
    const mine = days.filter((it: any) => it.variant === variant);
    return mine.reduce((sum: number, it: any) => sum + (it.counts[of] ?? 0), 0);
  };
  await expect.poll(sum, { timeout: 15_000 }).toBe(n);
}

async function fits(page: Page): Promise<void> {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide).toBeLessThanOrEqual(room!);
}

test("a marketer writes, previews and publishes a campaign; a visitor meets and answers it; the report counts it", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const mira = await marketer(stage, "Mira");
  const refused: string[] = [];
  mira.page.on("console", (it) => void (it.text().includes("Content Security Policy") && refused.push(it.text())));
  await hasNoViolations(mira.page);
  await mira.begins();
  await mira.named("console.editor_name").fill("Glaze questions");
  await mira.addsAddress("contains", "/products/");
  await mira.addsNumber("console.condition_pages", "console.field_least", 2);
  await mira.addsNumber("console.condition_page_time", "console.field_seconds", 1);
  await mira.named("console.text_message").fill(MESSAGE);
  await mira.named("console.text_replies").fill(REPLY);
  await mira.button("console.goal_none").click();
  await mira.named("console.editor_goal").selectOption("conversation");
  await hasNoViolations(mira.page);
  await mira.page.keyboard.press("Escape");
  await mira.saves();
  const campaign = mira.id;

  // The preview shows it where none of its conditions holds, and before anybody else can see it.
  await mira.named("console.preview_page").fill(`${stage.shop.origin}/`);
  const opened = mira.page.context().waitForEvent("page");
  await mira.button("console.preview_try").click();
  const preview = await opened;
  await expect(preview.getByText(MESSAGE)).toBeVisible();
  await preview.close();

  await mira.publishes();
  await isPublic(stage, campaign);
  const visitor = await stage.visitor("/");
  const bubble = visitor.page.getByText(MESSAGE);
  await expect(visitor.launcher).toBeVisible();
  await expect(bubble).toBeHidden();
  await visitor.page.locator('a[href*="mug"]').first().click();
  await expect(bubble).toBeVisible();
  await hasNoViolations(visitor.page);
  await visitor.page.getByRole("button", { name: REPLY }).click();
  await visitor.sees(MESSAGE);
  await visitor.sees(REPLY);

  await ana.isOffered(REPLY);
  await expect(ana.offer).toContainText(words("console.proactive"));
  await ana.accepts();
  await expect(ana.transcript.getByRole("article").first()).toContainText(MESSAGE);
  await ana.sees(REPLY);
  const by = words("console.proactive_by", { campaign: "Glaze questions" });
  await expect(ana.list.getByRole("img", { name: by })).toBeVisible();
  const details = ana.page.getByRole("complementary", { name: words("console.details") });
  const variant = words("console.proactive_variant", { campaign: "Glaze questions", letter: "A" });
  await expect(details).toContainText(variant);
  await hasNoViolations(ana.page);
  await ana.says("It is.");
  await visitor.sees("It is.");
  // What there is to filter by is told once, and Ana came before the campaign.
  await ana.page.reload();
  await ana.button("console.filters").click();
  const filter = ana.page.getByRole("combobox", { name: words("console.campaign"), exact: true });
  await filter.selectOption({ label: "Glaze questions" });
  await expect(ana.list.getByRole("link")).toHaveCount(1);

  await visitor.visits(`${stage.shop.origin}/`);
  await counted(stage, campaign, "conversations", "a", 1);
  await mira.goesTo(`#/campaigns/${campaign}/report`);
  await expect(mira.page.getByRole("heading", { level: 1 })).toContainText("Glaze questions");
  const figures = () => mira.figures(words("console.variant", { letter: "A" }));
  await expect.poll(figures).toEqual([1, 1, 1, 0, 1, 1, 0]);
  await hasNoViolations(mira.page);
  expect(refused, "the marketers' pages keep to the console's own policy").toEqual([]);
});

test("the control group is counted and sees nothing", async ({ stage }) => {
  const control = { control: 50, collects_messages: true };
  const campaign = await publish(stage, "Half", control);
  const visitorOf = async (none: boolean) => {
    const seeds = Array.from({ length: 200 }, (_, n) => n / 200);
    const seed = seeds.find((it) => !chosen([campaign, 0 as any, [["a", 1, ""]], 0, 50], `${it}`) === none);
    return stage.visitor("/", { chance: seed! });
  };
  const met = await visitorOf(false);
  await expect(met.page.getByText("Half speaks.")).toBeVisible();
  await met.visits("about:blank");
  await counted(stage, campaign, "shown", "a", 1);

  const spared = await visitorOf(true);
  await expect(spared.launcher).toBeVisible();
  // Nothing is seen of it, so only what the visit remembers says when it would have spoken.
  const remembered = () => spared.page.evaluate((key) => sessionStorage.getItem(key), `porchlight:p:${stage.site.id}`);
  await expect.poll(remembered).toContain(campaign);
  await expect(spared.page.getByText("Half speaks.")).toBeHidden();
  await spared.visits("about:blank");
  await counted(stage, campaign, "eligible", "0", 1);
  await counted(stage, campaign, "shown", "0", 0);

  const mira = await marketer(stage, "Mira");
  await mira.goesTo(`#/campaigns/${campaign}/report`);
  await expect.poll(() => mira.figures(words("console.editor_control"))).toEqual([1, 0, 0, 0, 0, 0, 0]);
  await expect(mira.page.getByText(words("console.verdict_unsure")).first()).toBeVisible();
});

test("what is wrong is said beside its field, and nothing of it is published", async ({ stage }) => {
  const mira = await marketer(stage, "Mira");
  await mira.begins();
  await mira.named("console.text_message").fill("Hello");
  await mira.addsCondition("console.condition_title");
  await mira.named("console.field_compare").selectOption("regex");
  await mira.named("console.field_text").fill("(?=a)");
  await expect(mira.page.getByText(words("console.trouble_regex_look"))).toBeVisible();
  await mira.named("console.field_text").fill("Mug");
  await expect(mira.page.getByText(words("console.trouble_regex_look"))).toBeHidden();
  await mira.page.keyboard.press("Escape");
  await mira.addsAddress("is", "/a");
  await mira.addsAddress("is", "/b");
  await mira.button("console.campaign_publish").click();
  await expect(mira.page.getByText(words("console.wrong_troubles"))).toBeVisible();
  await hasNoViolations(mira.page);
  const chip = mira.page.getByRole("button", { name: words("console.when_page", { page: "/b" }) });
  await chip.click();
  await expect(mira.page.getByText(words("console.trouble_contradiction"))).toBeVisible();
  await mira.button("console.condition_remove").click();
  await mira.publishes();
});

test("campaigns are ordered, paused and archived by keyboard alone", async ({ stage }) => {
  for (const name of ["First", "Second", "Third"]) await publish(stage, name);
  const mira = await marketer(stage, "Mira");
  await expect.poll(() => mira.order()).toEqual(["First", "Second", "Third"]);
  const up = mira.page.getByRole("button", { name: words("console.campaign_up", { name: "Third" }) });
  await up.focus();
  await mira.page.keyboard.press("Enter");
  await expect.poll(() => mira.order()).toEqual(["First", "Third", "Second"]);
  await expect(up).toBeFocused();
  await mira.page.keyboard.press("Enter");
  await expect.poll(() => mira.order()).toEqual(["Third", "First", "Second"]);
  await mira.page.reload();
  await mira.comesToCampaigns(stage.site.name);
  await expect.poll(() => mira.order()).toEqual(["Third", "First", "Second"]);

  await mira.campaign("First").getByRole("button", { name: words("console.campaign_pause") }).press("Enter");
  await expect(mira.campaign("First")).toContainText(words("console.campaign_paused"));
  await mira.page.getByRole("button", { name: words("console.campaign_menu", { name: "Second" }) }).press("Enter");
  await mira.page.keyboard.press("ArrowDown");
  await mira.page.keyboard.press("Enter");
  await mira.button("console.campaign_archive", mira.page.getByRole("dialog")).press("Enter");
  await expect.poll(() => mira.order()).toEqual(["Third", "First"]);
});

test("campaigns are ordered by dragging them", async ({ stage }) => {
  for (const name of ["First", "Second", "Third"]) await publish(stage, name);
  const mira = await marketer(stage, "Mira");
  await expect.poll(() => mira.order()).toEqual(["First", "Second", "Third"]);
  await mira.campaign("Third").dragTo(mira.campaign("First"));
  await expect.poll(() => mira.order()).toEqual(["Third", "First", "Second"]);
  await mira.campaign("Third").dragTo(mira.campaign("Second"));
  await expect.poll(() => mira.order()).toEqual(["First", "Second", "Third"]);
  await mira.page.reload();
  await mira.comesToCampaigns(stage.site.name);
  await expect.poll(() => mira.order()).toEqual(["First", "Second", "Third"]);
});

test("the marketers' pages read from right to left, and fit a telephone", async ({ stage }) => {
  const campaign = await publish(stage, "Ahlan", { control: 10 });
  const mira = await marketer(stage, "Mira");
  await mira.page.evaluate(() => localStorage.setItem("porchlight:language", "ar"));
  await mira.page.setViewportSize({ width: 390, height: 844 });
  await mira.page.reload();
  for (const place of ["#/campaigns", `#/campaigns/${campaign}`, `#/campaigns/${campaign}/report`, "#/campaigns/settings"]) {
    await mira.goesTo(place);
    await expect(mira.page.getByRole("heading").first()).toBeAttached();
    expect(await mira.page.evaluate(() => document.documentElement.dir)).toBe("rtl");
    await fits(mira.page);
    await hasNoViolations(mira.page);
  }
});
