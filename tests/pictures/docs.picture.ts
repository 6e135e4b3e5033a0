// The pictures in `docs/`: `cargo xtask pictures` makes all of them, with people who say what they
// always say. Look at each before it is committed.
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { ROOT } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const SIZE = { width: 1280, height: 800 };

const picture = (page: Page, name: string, more: object = {}) =>
  page.screenshot({ path: join(ROOT, "docs", `${name}.png`), animations: "disabled", caret: "hide", ...more });

/** Ben on the page of a teapot, and Ana, who has answered him. */
async function talk(stage: Stage) {
  const ana = await stage.agent("Ana Reyes");
  await ana.goesAvailable();
  const ben = await stage.visitor("/products/teapot");
  await ben.opensChat();
  await ben.says("Hello! Does the Fen teapot drip when it pours?");
  await ana.isOffered("Fen teapot");
  await ana.accepts();
  await ana.says("Hi! Not a drop: the spout is cut after the first firing.");
  await ben.sees("Not a drop");
  return { ana, ben };
}

test("both sides", async ({ stage, browser }) => {
  const { ana, ben } = await talk(stage);
  await ben.page.setViewportSize({ width: 760, height: 640 });
  await ana.page.setViewportSize({ width: 1190, height: 640 });
  await ben.says("Wonderful. And can it be here by Friday?");
  await ana.sees("by Friday");
  await ana.says("If you order today, yes. Shall I put one aside for you?");
  await ben.sees("put one aside");
  const sides: string[] = [];
  for (const { page } of [ben, ana]) {
    await page.waitForTimeout(500);
    sides.push((await page.screenshot({ animations: "disabled", caret: "hide" })).toString("base64"));
  }
  const page = await browser.newPage({ viewport: { width: 1974, height: 640 } });
  const images = sides.map((it) => `<img src="data:image/png;base64,${it}">`).join("");
  await page.setContent(`<body style="margin:0;display:flex;gap:24px;background:#fff">${images}</body>`);
  await picture(page, "both-sides");
  await page.close();
});

test("without a network", async ({ stage }) => {
  const { ana, ben } = await talk(stage);
  for (const person of [ana, ben]) await person.page.setViewportSize(SIZE);
  await ana.page.context().setOffline(true);
  await ana.writesAndSends("It holds a litre, enough for five cups.");
  await picture(ana.page, "offline-agent");
  await ana.page.context().setOffline(false);
  await ben.page.context().setOffline(true);
  await ben.says("Does it come with a lid?");
  await expect(ben.line("come with a lid")).toContainText(ben.words("widget.waiting_for_connection"));
  await picture(ben.page, "offline-visitor");
  await ben.page.context().setOffline(false);
});

test("a campaign", async ({ stage }) => {
  const text = (message: string, ...replies: string[]) => ({ text: message, replies });
  const plan = {
    name: "Help on the pricing page",
    rule: {
      rule: "all",
      of: [
        { rule: "is", condition: "url", matches: { how: "is", value: "/pricing" } },
        { rule: "is", condition: "page_time", seconds: 30 },
      ],
    },
    variants: [
      {
        key: "a",
        weight: 1,
        texts: {
          en: text("Any questions about our prices? We are happy to help.", "How much is shipping?", "Do you offer discounts?"),
          vi: text("Bạn có câu hỏi về giá không?"),
          ar: text("هل لديك أسئلة عن الأسعار؟"),
        },
      },
      { key: "b", weight: 1, texts: { en: text("Can we help you choose?") } },
    ],
    control: 20,
    goal: { what: { goal: "conversation" }, hours: 24 },
  };
  const { id } = await stage.workspace.post("/v1/campaigns", { site: stage.site.id, plan });
  await stage.workspace.post(`/v1/campaigns/${id}/status`, { status: "live" });
  const mira = await stage.agent("Mira", "marketer");
  const { page } = mira;
  await page.setViewportSize({ width: 1280, height: 1000 });
  await mira.goesTo(`#/campaigns/${id}`);
  await page.getByRole("button", { name: /30/ }).first().click();
  await page.waitForTimeout(500);
  await picture(page, "proactive-editor");

  // Invented figures: nobody waits for so many visitors.
  const report = await stage.workspace.get(`/v1/campaigns/${id}/report`);
  await page.route(`**/v1/campaigns/${id}/report`, async (route) => {
    await route.fulfill({ json: { ...report, days: days() } });
  });
  await page.setViewportSize({ width: 1280, height: 1320 });
  await mira.goesTo(`#/campaigns/${id}/report`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("svg").last()).toBeVisible();
  await page.waitForTimeout(500);
  await picture(page, "proactive-report", { fullPage: true });
});

/** Three weeks in which the first variant helps most. */
function days() {
  const groups = [["0", 350, 0, 0.011], ["a", 750, 0.93, 0.034], ["b", 710, 0.93, 0.02]] as const;
  return Array.from({ length: 21 }, (_, n) => n + 8).flatMap((date) =>
    groups.map(([variant, mean, shown, talks], group) => {
      const eligible = Math.round(mean * (1 + 0.2 * Math.sin(date * (group + 2) * 1.7)));
      const seen = Math.round(eligible * shown);
      const conversations = Math.round(eligible * talks);
      const counts = {
        eligible,
        shown: seen,
        clicked: Math.round(seen * 0.09),
        dismissed: Math.round(seen * 0.22),
        conversations,
        goals: Math.round(conversations * 0.95),
        value: conversations * 3_400,
      };
      return { day: `2026-11-${String(date).padStart(2, "0")}`, variant, counts };
    }),
  );
}
