// What browsers do to a chat: they freeze it, leave it, take its network and its storage, and turn its clock.
import type { Page } from "@playwright/test";

import { words } from "../harness/names.ts";
import { until } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import { days, expired, hours, setLife, sleepThrough, turnClock } from "../harness/time.ts";
import type { Agent } from "../harness/agent.ts";
import type { Visitor } from "../harness/visitor.ts";

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

test("a visitor who comes back by the back button finds everything, and has sent once what was typed", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  const { page } = visitor;
  await visitor.writes("Typed just before I left.");
  await visitor.composer.press("Enter");
  await page.goto(`${stage.relay.widget}/health`);
  await ana.says("While you were away.");
  await page.goBack();
  await visitor.opensChatAgain();
  await visitor.sees("While you were away.");
  await visitor.seesSent("Typed just before I left.");
  await visitor.seesOnce("Typed just before I left.");
  await ana.seesOnce("Typed just before I left.");
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

test("where storage is full the chat works, and says that it will not be remembered", async ({ stage }) => {
  const { visitor, ana } = await talk(stage, { full: true });
  await visitor.sees(words("widget.not_remembered"));
  await stage.relay.kill();
  await visitor.says("Nothing of this fits.");
  await stage.relay.resume();
  await visitor.seesSent("Nothing of this fits.");
  await goOn(visitor, ana);
});

test("storage that is emptied under an open chat takes nothing away", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  await visitor.context.setOffline(true);
  await visitor.says("Kept where it can be forgotten.");
  await (await visitor.chat()).evaluate(() => (localStorage.clear(), sessionStorage.clear()));
  await visitor.context.setOffline(false);
  await visitor.seesSent("Kept where it can be forgotten.");
  await goOn(visitor, ana);
});

for (const [wrong, by] of [["ahead", days(3)], ["behind", days(-3)]] as const) {
  test(`clocks that are set three days ${wrong} and right again keep nobody waiting`, async ({ stage }) => {
    const { visitor, ana } = await talk(stage);
    for (const { page } of [visitor, ana]) await turnClock(page, by);
    await stage.relay.kill();
    await visitor.says("Sent by a wrong clock.");
    await stage.relay.resume();
    await visitor.seesSent("Sent by a wrong clock.");
    await goOn(visitor, ana);
    for (const { page } of [visitor, ana]) await turnClock(page, -by);
    await goOn(visitor, ana, " now");
  });
}

test("a visitor who wakes after twelve hours with a token that is over goes on", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  await setLife(visitor.page, "frozen");
  await setLife(visitor.page, "active");
  await sleepThrough(visitor.page, hours(12));
  const chat = await visitor.chat();
  const key = `porchlight:${stage.site.id}:token`;
  const stored = () => chat.evaluate((key) => localStorage.getItem(key)!, key);
  const old = expired(await stored(), stage.site.id, Date.now() - days(1));
  await chat.evaluate(([key, old]) => localStorage.setItem(key, old), [key, old] as const);
  await stage.relay.kill();
  await stage.relay.resume();
  await goOn(visitor, ana);
  await until("a new token", async () => Number((await stored()).split(".").at(-2)) > Date.now());
});

test("a console that slept all night is there in the morning", async ({ stage }) => {
  const { visitor, ana } = await talk(stage);
  await setLife(ana.page, "frozen");
  await visitor.says("It is late, I know.");
  await visitor.seesSent("It is late, I know.");
  // What was open at the other end of the night is long gone.
  await stage.relay.kill();
  await stage.relay.resume();
  await setLife(ana.page, "active");
  await sleepThrough(ana.page, hours(12));
  await ana.sees("It is late, I know.");
  await goOn(visitor, ana);
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
