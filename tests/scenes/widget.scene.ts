// The chat on a page, before anybody answers.
import { expect, test } from "../harness/scene.ts";
import { words } from "../harness/names.ts";

test("nothing but the script is requested until somebody shows intent", async ({ stage }) => {
  const visitor = await stage.visitor();
  await expect(visitor.launcher).toBeVisible();
  await visitor.page.waitForLoadState("networkidle");
  const requested = () => visitor.received.urls.filter((it) => it.startsWith(stage.relay.widget));
  expect(requested()).toEqual([`${stage.relay.widget}/s/${stage.site.id}.js`]);

  await visitor.launcher.hover();
  await expect.poll(() => requested().length).toBeGreaterThan(1);
});

test("no cookie is set, ever", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Do you take card payments?");
  expect(await visitor.context.cookies()).toEqual([]);
});

test("a message of 1,000 characters is sent, and of 1,001 is not", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  // Counted as people count: a pile of flags and letters is not longer for its bytes.
  const thousand = "é".repeat(998) + "…!";
  await visitor.writes(`${thousand}x`);
  await visitor.sees(words("widget.characters_over", { count: 1 }));
  await expect(visitor.button("widget.send")).toBeDisabled();
  await visitor.composer.press("Enter");
  await expect(visitor.composer).toHaveValue(`${thousand}x`);

  await visitor.says(thousand);
  await visitor.seesSent(thousand);
  await expect(visitor.composer).toHaveValue("");
});

test("six files can go with a message, and the seventh is refused in a clear sentence", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  const file = (n: number) => ({
    name: `invoice-${n}.txt`,
    mimeType: "text/plain",
    buffer: Buffer.from(`invoice number ${n}`),
  });
  await visitor.attaches(...[1, 2, 3, 4, 5, 6].map(file));
  await visitor.attaches(file(7));
  await expect(visitor.frame.getByRole("alert")).toContainText("invoice-7.txt");
  await visitor.doesNotSee("invoice-7.txt");
  await visitor.says("My six invoices.");
  for (const n of [1, 2, 3, 4, 5, 6]) await expect(visitor.transcript.getByText(`invoice-${n}.txt`)).toBeVisible();
});

test("two tabs show one conversation", async ({ stage }) => {
  const first = await stage.visitor();
  await first.opensChat();
  await first.says("Is the jar really airtight?");
  const second = await first.opensTab(`${stage.shop.origin}/products/jar`);
  await second.opensChat();
  await second.sees("Is the jar really airtight?");
  await second.says("I mean for coffee.");
  await first.sees("I mean for coffee.");
  await first.seesOnce("I mean for coffee.");
  await second.seesOnce("Is the jar really airtight?");
});

test("a reload in mid-send loses nothing and sends once", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("First.");
  await visitor.seesSent("First.");
  await visitor.writes("Second.");
  await visitor.composer.press("Enter");
  // Without waiting for anything: the message may or may not have left.
  await visitor.page.reload();
  await visitor.opensChatAgain();
  await visitor.seesSent("Second.");
  await visitor.seesOnce("First.");
  await visitor.seesOnce("Second.");
});

test("where storage is denied the chat works until the page is left, and says so", async ({ stage }) => {
  const visitor = await stage.visitor("/", { forgetful: true });
  await visitor.opensChat();
  await visitor.sees(words("widget.not_remembered"));
  await visitor.says("Nobody shall know.");
  await visitor.seesSent("Nobody shall know.");
});

test("what another script has spoiled in the page's storage keeps nobody from the chat", async ({ stage }) => {
  const visitor = await stage.visitor();
  await expect(visitor.launcher).toBeVisible();
  const spoiled = await visitor.page.evaluate(() => {
    const names = Object.keys(sessionStorage).filter((it) => it.startsWith("porchlight:"));
    for (const name of names) sessionStorage.setItem(name, "{");
    return names.length;
  });
  expect(spoiled).toBeGreaterThan(0);
  await visitor.page.reload();
  await visitor.opensChat();
  await visitor.says("Is anybody there?");
  await visitor.seesSent("Is anybody there?");
});

test("a message written offline is kept and sent when the network is back", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Are you there?");
  await visitor.seesSent("Are you there?");
  await visitor.context.setOffline(true);
  await visitor.says("The train is in a tunnel.");
  await visitor.page.reload().catch(() => {});
  await visitor.context.setOffline(false);
  await visitor.visits(stage.shop.origin);
  await visitor.opensChatAgain();
  await visitor.seesSent("The train is in a tunnel.");
  await visitor.seesOnce("The train is in a tunnel.");
});

test("a page with a strict policy has the chat with two directives", async ({ stage }) => {
  const visitor = await stage.visitor("/strict");
  const complaints: string[] = [];
  visitor.page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) complaints.push(message.text());
  });
  await visitor.opensChat();
  await visitor.says("Is it safe to write here?");
  await visitor.seesSent("Is it safe to write here?");
  expect(complaints).toEqual([]);
});

test("on an Arabic page the chat stands on the left and its texts are isolated", async ({ stage }) => {
  const visitor = await stage.visitor("/ar/");
  const box = (await visitor.launcher.boundingBox())!;
  expect(box.x + box.width).toBeLessThan(640);
  await visitor.opensChat();
  await visitor.says("مرحبا، هل التوصيل مجاني؟");
  await visitor.seesSent("مرحبا، هل التوصيل مجاني؟");
});

for (const { language, locale, question } of [
  { language: "vi", locale: "vi-VN", question: "Cửa hàng có giao hàng vào cuối tuần không?" },
  { language: "uk", locale: "uk-UA", question: "Чи доставляєте ви посилки у вихідні?" },
  { language: "zh-Hant", locale: "zh-TW", question: "請問你們週末有送貨嗎？" },
  { language: "zh-Hans", locale: "zh-CN", question: "请问你们周末送货吗？" },
]) {
  test(`the chat speaks the browser's language: ${language}`, async ({ stage }) => {
    const visitor = await stage.visitor("/", { locale, language });
    await visitor.opensChat();
    await visitor.says(question);
    await visitor.endsChat();
    await visitor.seesNotice("widget.notice_ended_by_you");
  });
}

test("with the keyboard alone one opens, writes and closes", async ({ stage }) => {
  const visitor = await stage.visitor();
  const { page } = visitor;
  await visitor.launcher.focus();
  await page.keyboard.press("Enter");
  await expect(visitor.composer).toBeFocused();
  await page.keyboard.type("Only keys");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("on two lines");
  await page.keyboard.press("Enter");
  await visitor.sees("on two lines");
  await visitor.seesSent("Only keys");
  await page.keyboard.press("Escape");
  await expect(visitor.composer).toBeHidden();
  await expect(visitor.launcher).toBeFocused();
});
