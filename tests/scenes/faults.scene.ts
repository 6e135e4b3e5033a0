// What browsers do to a chat: they freeze it, put it aside, take its network and its storage, and turn its clock.
import type { Page } from "@playwright/test";

import { words } from "../harness/names.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import { setLife } from "../harness/time.ts";
import type { Agent } from "../harness/agent.ts";
import type { Visitor } from "../harness/visitor.ts";

// Playwright switches the back/forward cache off, which people do not.
test.use({ launchOptions: async ({ launchOptions }, use) =>
  use({ ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] }) });

// A relay that is killed takes its time to come back where the machine has much to do.
test.describe.configure({ timeout: 240_000 });

/** A visitor and an agent, talking. */
async function talk(stage: Stage, options = {}): Promise<{ visitor: Visitor; ana: Agent }> {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor("/", options);
  await visitor.opensChat();
  await visitor.says("Is anybody there?");
  await ana.isOffered("Is anybody there?");
  await ana.accepts();
  await ana.says("Yes.");
  await visitor.sees("Yes.");
  return { visitor, ana };
}

/** Both still hear each other, and nothing stands there twice. */
async function goOn(visitor: Visitor, ana: Agent, tag = ""): Promise<void> {
  await visitor.says(`Still there${tag}?`);
  await visitor.seesSent(`Still there${tag}?`);
  await ana.sees(`Still there${tag}?`);
  await ana.says(`Still here${tag}.`);
  await visitor.sees(`Still here${tag}.`);
  await ana.seesOnce(`Still there${tag}?`);
  await visitor.seesOnce(`Still here${tag}.`);
}

test("a tab that was frozen shows what it missed", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  await setLife(visitor.page, "frozen");
  await ana.says("Are you frozen?");
  await setLife(visitor.page, "active");
  await visitor.sees("Are you frozen?");
  await goOn(visitor, ana);
});

test("a console that was frozen shows what it missed", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  await setLife(ana.page, "frozen");
  await visitor.says("Have I lost you?");
  await visitor.seesSent("Have I lost you?");
  await setLife(ana.page, "active");
  await ana.sees("Have I lost you?");
  await goOn(visitor, ana);
});

test("a tab that is closed in mid-send has sent once when its visitor comes back", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  await visitor.writes("Bye for now!");
  await visitor.composer.press("Enter");
  // Without waiting for anything: the message may or may not have left.
  const tab = visitor.context.newPage();
  await visitor.page.close();
  const again = visitor.in(await tab);
  await again.visits(stage.shop.origin);
  await again.opensChatAgain();
  await again.seesSent("Bye for now!");
  await again.seesOnce("Bye for now!");
  await ana.seesOnce("Bye for now!");
});

test("two tabs that both lost the network send what each has, once", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  const second = await visitor.opensTab(`${stage.shop.origin}/products/jar`);
  await second.opensChatAgain();
  await second.sees("Yes.");
  await visitor.context.setOffline(true);
  await visitor.says("From the first tab.");
  await second.says("From the second tab.");
  await visitor.context.setOffline(false);
  for (const tab of [visitor, second]) {
    await tab.seesOnce("From the first tab.");
    await tab.seesOnce("From the second tab.");
  }
  await ana.seesOnce("From the first tab.");
  await ana.seesOnce("From the second tab.");
});

for (const { language, locale, question, meanwhile } of [
  { language: "en", locale: "en-US", question: "Do you ship to Canada?", meanwhile: "And to Mexico?" },
  { language: "vi", locale: "vi-VN", question: "Cửa hàng có giao đến Huế không?", meanwhile: "Và đến Đà Lạt nữa?" },
]) {
  test(`both see what is sent and what is not while the network is away: ${language}`, async ({ stage }) => {
    const member = await stage.workspace.member("Ana", "agent", [stage.department]);
    const ana = await stage.signIn(member);
    await ana.goesAvailable();
    const visitor = await stage.visitor("/", { locale, language });
    await visitor.opensChat();
    await visitor.says(question);
    await visitor.seesSent(question);
    await ana.accepts();
    await ana.says("One moment, please.");
    await visitor.sees("One moment, please.");

    for (const { page } of [visitor, ana]) await page.context().setOffline(true);
    await visitor.says(meanwhile);
    await visitor.sees(visitor.words("widget.offline"));
    await visitor.sees(visitor.words("widget.unsent", { count: 1 }));
    await expect(visitor.line(meanwhile)).not.toContainText(visitor.words("widget.sent"));
    await expect(visitor.line(meanwhile)).toContainText(visitor.words("widget.waiting_for_connection"));
    await ana.writesAndSends("Yes, we do.");
    await expect(ana.page.getByText(words("console.link_lost")).first()).toBeVisible();
    await expect(ana.line("Yes, we do.")).toContainText(words("console.sending"));
    await show(visitor.page, `offline-visitor-${language}`);
    await show(ana.page, `offline-agent-${language}`);

    for (const { page } of [visitor, ana]) await page.context().setOffline(false);
    await visitor.seesSent(meanwhile);
    await ana.seesSent("Yes, we do.");
    await visitor.sees("Yes, we do.");
    await expect(ana.page.getByText(words("console.link_lost"))).toHaveCount(0);
  });
}

/** A picture for whoever wants to look. */
async function show(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `dist/work/scenes/${name}.png` });
}
