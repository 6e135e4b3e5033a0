// A visitor's first minutes with files: who they are before anything was said, what is under way when
// they press Enter, and what cannot be sent.
import { expect, test } from "../harness/scene.ts";
import type { Visitor } from "../harness/visitor.ts";

const file = (name: string, text = `what ${name} says`) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

/** Holds requests back until they are let go. */
async function hold(visitor: Visitor, pattern: RegExp): Promise<() => void> {
  let letGo = () => {};
  const waits = new Promise<void>((done) => (letGo = done));
  await visitor.context.route(pattern, async (route) => {
    await waits;
    await route.continue().catch(() => {});
  });
  return letGo;
}

test("six files before the first line, and Enter while they are under way", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  const letGo = await hold(visitor, /\/(visitors|files)$/);
  await visitor.opensChat();
  const names = [1, 2, 3, 4, 5, 6].map((n) => `invoice-${n}.txt`);
  await visitor.attaches(...names.map((it) => file(it)));
  await visitor.says("My six invoices.");
  await expect(visitor.composer).toHaveValue("");
  await expect(visitor.line("My six invoices.")).toContainText("invoice-6.txt");

  letGo();
  await visitor.seesSent("My six invoices.");
  await ana.isOffered("My six invoices.");
  await ana.accepts();
  for (const name of names) await expect(ana.page.getByText(name).first()).toBeVisible();
});

test("two tabs whose first lines, one with a file, are sent in the same moment are one visitor", async ({ stage }) => {
  const first = await stage.visitor();
  const letGo = await hold(first, /\/visitors$/);
  await first.opensChat();
  const second = await first.opensTab(`${stage.shop.origin}/products/jar`);
  await second.opensChat();
  await first.attaches(file("jar.txt"));
  await first.says("Is this the jar?");
  await second.says("Is it in stock?");
  letGo();
  for (const tab of [first, second]) {
    await tab.seesSent("Is this the jar?");
    await tab.seesOnce("Is this the jar?");
    await tab.seesOnce("Is it in stock?");
  }
});

test("what is dropped anywhere is attached or refused with a reason, and never opened", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.context.route(/\.wasm$/, async (route) => {
    await waits;
    await route.continue().catch(() => {});
  });
  let letAppIn = () => {};
  const waits = new Promise<void>((done) => (letAppIn = done));
  await visitor.opensChat();
  // Before the app is there.
  await drops(visitor, ".scroller", [["early.txt", 5]]);
  await visitor.sees("early.txt");
  await visitor.writes("With a file from the start.");
  await visitor.composer.press("Enter");
  await expect(visitor.composer).toHaveValue("With a file from the start.");
  letAppIn();
  await expect(visitor.button("widget.file_remove", { name: "early.txt" })).toBeVisible();
  await visitor.composer.press("Enter");
  await visitor.seesSent("With a file from the start.");

  // Afterwards, on the head, where nothing else takes it.
  await drops(visitor, ".head", [["late.txt", 5], ["empty.txt", 0], ["film.mp4", 25_000_001]]);
  await expect(visitor.button("widget.file_remove", { name: "late.txt" })).toBeVisible();
  await visitor.sees(visitor.words("widget.file_empty", { name: "empty.txt" }));
  await visitor.sees(visitor.words("widget.file_too_large", { name: "film.mp4", limit: "25 MB" }));
  await expect(visitor.button("widget.file_retry", { name: "empty.txt" })).toHaveCount(0);

  // Cells of a spreadsheet come with a picture of themselves, a screenshot alone.
  await pastes(visitor, { "text/plain": "Jug\t12", "text/html": "<table>", picture: true });
  await expect(visitor.button("widget.file_remove", { name: "image.png" })).toHaveCount(0);
  await pastes(visitor, { picture: true });
  await expect(visitor.button("widget.file_remove", { name: "image.png" })).toBeVisible();
});

test("files outlive the network and a reload, or are named", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("One moment.");
  await visitor.seesSent("One moment.");
  await visitor.context.setOffline(true);
  await visitor.attaches(file("tunnel.txt"));
  await expect(visitor.frame.getByText(visitor.words("widget.waiting_for_connection")).first()).toBeVisible();
  await visitor.says("Sent from a tunnel.");
  await visitor.context.setOffline(false);
  await visitor.seesSent("Sent from a tunnel.");
  await expect(visitor.line("Sent from a tunnel.")).toContainText("tunnel.txt");

  await visitor.attaches(file("kept.txt"));
  await expect(visitor.button("widget.file_remove", { name: "kept.txt" })).toBeVisible();
  await hold(visitor, /\/files$/);
  await visitor.attaches(file("gone.txt"));
  await visitor.writes("Both of them.");
  await visitor.page.reload();
  await visitor.opensChatAgain();
  await visitor.sees(visitor.words("widget.file_gone", { name: "gone.txt" }));
  await expect(visitor.composer).toHaveValue("Both of them.");
  await visitor.composer.press("Enter");
  await visitor.seesSent("Both of them.");
  await expect(visitor.line("Both of them.")).toContainText("kept.txt");
});

/** Drops files of these names and sizes on a part of the chat's page; nobody may leave it to the browser. */
async function drops(visitor: Visitor, on: string, files: [string, number][]): Promise<void> {
  const taken = await (await visitor.chat()).evaluate(([on, files]) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of files) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
    const target = document.querySelector(on)!;
    const events = ["dragover", "drop"].map((type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    return events.map((it) => !target.dispatchEvent(it));
  }, [on, files] as const);
  expect(taken).toEqual([true, true]);
}

async function pastes(visitor: Visitor, clipboard: { "text/plain"?: string; "text/html"?: string; picture: boolean }): Promise<void> {
  await visitor.composer.evaluate((field, { picture, ...texts }) => {
    const clipboardData = new DataTransfer();
    for (const [type, text] of Object.entries(texts)) clipboardData.items.add(text, type);
    if (picture) clipboardData.items.add(new File([new Uint8Array(9)], "image.png", { type: "image/png" }));
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, clipboard);
}
