// What agents do among themselves, and a desk that reads from right to left.
import type { Page } from "@playwright/test";

import { hasNoViolations } from "../harness/axe.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

test("a transfer that is declined comes back, and one that is accepted moves the visitor on", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Who knows about glazes?");
  await ana.accepts();
  const bruno = await stage.agent("Bruno");
  await bruno.goesAvailable();

  await ana.transfersTo("Bruno");
  await expect(ana.conversation).toContainText(words("console.transfer_requested"));
  await bruno.isOffered("Who knows about glazes?");
  await bruno.declines();
  await expect(ana.page.getByText(words("console.notice_declined", { name: "Bruno" }))).toBeVisible();
  await ana.says("I am still here.");

  await ana.transfersTo("Bruno");
  await bruno.accepts();
  await visitor.seesNotice("widget.notice_owner_changed", { name: "Bruno" });
  await bruno.says("I do.");
  await visitor.sees("I do.");
});

test("a supervisor reads along in silence, and whispers", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("May I return a cracked mug?");
  await ana.accepts();

  const sue = await stage.agent("Sue", "supervisor");
  await sue.supervises("May I return a cracked mug?");
  await sue.whispers("Offer a new one.");
  await ana.sees("Offer a new one.");
  await ana.says("We will send you a new one.");
  await visitor.sees("We will send you a new one.");
  const received = await visitor.received.text();
  for (const secret of ["Offer a new one.", "Sue", sue.member.id]) expect(received).not.toContain(secret);
});

/** Notes what the browser is asked to show outside of the page. */
async function watchNotifications(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const Real = Notification;
    const shown: string[] = ((globalThis as any).__shown = []);
    (globalThis as any).Notification = class extends Real {
      constructor(title: string, options: NotificationOptions) {
        super(title, options);
        shown.push(`${title}|${options.requireInteraction}`);
      }
    };
  });
  return () => page.evaluate(() => (globalThis as any).__shown);
}

test("who is elsewhere is told of an offer by the desktop, until somebody answers", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const shown = await watchNotifications(ana.page);
  await ana.page.evaluate(() => dispatchEvent(new Event("blur")));
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is anybody at the desk?");
  await ana.isOffered("Is anybody at the desk?");
  await expect.poll(shown).toHaveLength(1);
  const [only] = await shown();
  expect(only).toMatch(/\|true$/);
});

test("the desk reads from right to left in Arabic, and nothing sticks out", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor("/ar/", { locale: "ar-EG", language: "ar" });
  await visitor.opensChat();
  expect(await (await visitor.chat()).evaluate(() => document.documentElement.dir)).toBe("rtl");
  await visitor.says("مرحبا، هل التوصيل مجاني؟ وكم يستغرق؟");
  await ana.accepts();
  await ana.says("نعم، التوصيل مجاني ويستغرق يومين.");
  await visitor.sees("نعم، التوصيل مجاني ويستغرق يومين.");

  await ana.page.evaluate(() => localStorage.setItem("porchlight:language", "ar"));
  await ana.page.reload();
  await expect(ana.page.getByRole("log", { name: words("console.transcript", {}, "ar") })).toBeVisible();
  await expect(ana.page.getByText("نعم، التوصيل مجاني ويستغرق يومين.").last()).toBeVisible();
  expect(await ana.page.evaluate(() => document.documentElement.dir)).toBe("rtl");
  for (const place of [ana.page, await visitor.chat()]) {
    const [wide, room] = await place.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(room!);
    await hasNoViolations(place);
  }
  // Where the head is short of room, its words give way to its buttons.
  await ana.page.setViewportSize({ width: 800, height: 800 });
  const since = await ana.page.locator(".since").boundingBox();
  const actions = await ana.page.locator(".conversation-head .actions").boundingBox();
  expect(actions!.x + actions!.width).toBeLessThanOrEqual(since!.x);
});
