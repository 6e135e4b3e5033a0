// The chat before its WebAssembly is there: on a slow line one types long before.
import type { Route } from "@playwright/test";

import { expect, test } from "../harness/scene.ts";
import type { Visitor } from "../harness/visitor.ts";

/** Keeps the app away until it is let in. */
async function keepAppAway(visitor: Visitor): Promise<() => void> {
  let letIn = () => {};
  const waits = new Promise<void>((done) => (letIn = done));
  await visitor.context.route(/\.wasm$/, async (route) => {
    await waits;
    // The page may be gone by now.
    await route.continue().catch(() => {});
  });
  return letIn;
}

/** Only the app has a menu that can be opened. */
async function seesApp(visitor: Visitor): Promise<void> {
  await expect(visitor.button("widget.menu")).toBeEnabled();
}

test("what is typed before the app is there stays in its place, and is sent once", async ({ stage }) => {
  const visitor = await stage.visitor();
  const { keyboard } = visitor.page;
  const letAppIn = await keepAppAway(visitor);
  await visitor.opensChat();
  await expect(visitor.composer).toBeFocused();
  await keyboard.type("Do you ship to Kyiv?");
  await keyboard.press("Enter");
  await expect(visitor.composer).toHaveValue("");
  await visitor.sees("Do you ship to Kyiv?");
  await keyboard.type("And how lon does it take?");
  for (let left = 0; left < " does it take?".length; left++) await keyboard.press("ArrowLeft");
  await expect(visitor.button("widget.menu")).toBeDisabled();

  letAppIn();
  await visitor.seesSent("Do you ship to Kyiv?");
  await visitor.seesOnce("Do you ship to Kyiv?");
  // Neither the focus nor the cursor has moved.
  await keyboard.type("g");
  await expect(visitor.composer).toHaveValue("And how long does it take?");
  await keyboard.press("Enter");
  await visitor.seesSent("And how long does it take?");
  await visitor.seesOnce("And how long does it take?");
});

/** What input methods show while a word is composed, and what becomes of it. */
const COMPOSED: [string, string, string, string][] = [
  ["Chinese", "nihao", "nihaoma", "你好吗"],
  ["Japanese", "こn", "こんに", "こんにちは"],
  ["Korean", "하", "한", "한국어"],
  ["Vietnamese", "chà", "chào", "chào"],
];

for (const [language, begun, more, word] of COMPOSED) {
  test(`a ${language} word that is being composed when the app comes is not broken off`, async ({ stage }) => {
    const visitor = await stage.visitor();
    const letAppIn = await keepAppAway(visitor);
    await visitor.opensChat();
    await expect(visitor.composer).toBeFocused();
    const session = await visitor.context.newCDPSession(visitor.page);
    const composes = (text: string) =>
      session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await visitor.composer.evaluate((field) => {
      (globalThis as any).ended = 0;
      field.addEventListener("compositionend", () => (globalThis as any).ended++);
    });
    await composes(begun);
    await expect(visitor.composer).toHaveValue(begun);

    letAppIn();
    await seesApp(visitor);
    expect(await visitor.composer.evaluate(() => (globalThis as any).ended)).toBe(0);
    await composes(more);
    await session.send("Input.insertText", { text: word });
    await expect(visitor.composer).toHaveValue(word);
    await visitor.page.keyboard.press("Enter");
    await visitor.seesSent(word);
  });
}

test("a reload before the app is there loses nothing", async ({ stage }) => {
  const visitor = await stage.visitor();
  const { keyboard } = visitor.page;
  const letAppIn = await keepAppAway(visitor);
  await visitor.opensChat();
  await expect(visitor.composer).toBeFocused();
  await keyboard.type("Is the jug in stock?");
  await keyboard.press("Enter");
  await keyboard.type("The blue o");
  await visitor.page.reload();
  await visitor.opensChat();
  await visitor.sees("Is the jug in stock?");
  await expect(visitor.composer).toHaveValue("The blue o");

  letAppIn();
  await visitor.seesSent("Is the jug in stock?");
  await visitor.seesOnce("Is the jug in stock?");
  await expect(visitor.composer).toHaveValue("The blue o");
});

test("before the app is there one can look away and back", async ({ stage }) => {
  const visitor = await stage.visitor();
  const letAppIn = await keepAppAway(visitor);
  await visitor.opensChat();
  await expect(visitor.composer).toBeFocused();
  await visitor.page.keyboard.type("Wait");
  await visitor.page.keyboard.press("Escape");
  await expect(visitor.composer).toBeHidden();
  await expect(visitor.launcher).toBeFocused();
  letAppIn();
  await visitor.opensChat();
  await expect(visitor.composer).toBeFocused();
  await expect(visitor.composer).toHaveValue("Wait");
});

/** Keeps the chat's page away until it is let in. */
async function keepPageAway(visitor: Visitor): Promise<() => void> {
  let letIn = () => {};
  const waits = new Promise<void>((done) => (letIn = done));
  await visitor.context.route(/\/frame\//, async (route) => {
    await waits;
    await route.continue();
  });
  return letIn;
}

test("while the chat's page is under way keys do no harm, and Escape closes", async ({ stage }) => {
  const visitor = await stage.visitor();
  const { keyboard } = visitor.page;
  const letPageIn = await keepPageAway(visitor);
  await visitor.launcher.focus();
  await keyboard.press("Enter");
  await expect(visitor.closer).toBeVisible();
  await keyboard.press("Enter");
  await keyboard.press("Space");
  await expect(visitor.closer).toBeVisible();
  await keyboard.press("Escape");
  await expect(visitor.launcher).toBeFocused();
  await keyboard.press("Enter");
  letPageIn();
  await expect(visitor.composer).toBeFocused();
  await keyboard.type("Hello");
  await expect(visitor.composer).toHaveValue("Hello");
});

test("whoever goes on to something else while the chat's page is under way stays there", async ({ stage }) => {
  const visitor = await stage.visitor();
  const letPageIn = await keepPageAway(visitor);
  await visitor.launcher.click();
  const elsewhere = visitor.page.getByRole("link").first();
  await elsewhere.focus();
  letPageIn();
  await seesApp(visitor);
  await expect(elsewhere).toBeFocused();
  await expect(visitor.composer).not.toBeFocused();
});

test("the page does not get the keyboard back unasked", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await seesApp(visitor);
  await expect(visitor.composer).toBeFocused();
  // As Chromium does it now and then by itself: what is active on the page stays the frame. What
  // the page does then waits until the frame has heard of it, which no clock can promise.
  await visitor.page.evaluate(() => {
    const held: (() => void)[] = [];
    Object.assign(globalThis, { setTimeout: (work: () => void) => held.push(work), held });
    window.focus();
  });
  await expect(visitor.composer).not.toBeFocused();
  await visitor.page.evaluate(() => (globalThis as any).held.forEach((it: () => void) => it()));
  await expect(visitor.composer).toBeFocused();
  await visitor.page.keyboard.type("Hello");
  await expect(visitor.composer).toHaveValue("Hello");
});

test("a line that is too long waits for the app to say so", async ({ stage }) => {
  const visitor = await stage.visitor();
  const letAppIn = await keepAppAway(visitor);
  await visitor.opensChat();
  const long = "é".repeat(1_001);
  await visitor.writes(long);
  await visitor.composer.press("Enter");
  await expect(visitor.composer).toHaveValue(long);
  letAppIn();
  await visitor.sees(visitor.words("widget.characters_over", { count: 1 }));
  await visitor.doesNotSee("é");
});

test("the page itself presets the language, before and after the chat is there", async ({ stage }) => {
  const visitor = await stage.visitor();
  const speaks = (language: string) =>
    visitor.page.evaluate((it) => (globalThis as any).Porchlight("setLocale", it), language);
  await expect(visitor.launcher).toBeVisible();
  await speaks("vi-VN");
  const vietnamese = visitor.speaking("vi");
  await vietnamese.opensChat();
  await vietnamese.sees(vietnamese.words("widget.greeting"));
  await seesApp(vietnamese);
  await speaks("uk");
  const ukrainian = visitor.speaking("uk");
  await ukrainian.sees(ukrainian.words("widget.greeting"));
  await expect(ukrainian.closer).toBeVisible();
  // It stays for the rest of the visit.
  await visitor.page.reload();
  await expect(ukrainian.launcher).toBeVisible();
});

/** What the app is made of. */
const APP = /\/assets\/widget\.[0-9a-f]+\.(js|wasm)$/;

/** Runs in the chat's page before anything of it does, until somebody has healed it. */
async function spoil(visitor: Visitor, how: string): Promise<void> {
  const isSpoiled = 'location.pathname.startsWith("/frame/") && !sessionStorage.getItem("healed")';
  await visitor.context.addInitScript(`if (${isSpoiled}) { ${how} }`);
}

/** The chat's page as another version of the relay would have written it: of other elements before its own script runs. */
const alterPage = (visitor: Visitor, alter: (form: HTMLFormElement) => void) =>
  spoil(
    visitor,
    `new MutationObserver((_, watch) => {
      const form = document.querySelector("form");
      if (!form?.querySelector(".send")) return;
      watch.disconnect();
      (${alter})(form);
    }).observe(document, { childList: true, subtree: true })`,
  );

/** Why an app may not come: what becomes of its script, or of its WebAssembly. */
const FAILURES: [string, "js" | "wasm", (route: Route) => Promise<void>][] = [
  ["a part of the app that does not load", "wasm", (route) => route.abort()],
  ["a page whose app is not there any more", "js", (route) => route.fulfill({ status: 404 })],
  [
    "an app of which one half is of another build",
    "wasm",
    (route) => route.fulfill({ body: Buffer.from("\0asm\x01\0\0\0"), contentType: "application/wasm" }),
  ],
  ["a browser without WebAssembly", "js", (route) => route.continue()],
];

/** The chat has failed; it is tried again, and what was typed is there and can be sent. */
async function triesAgain(visitor: Visitor, typed: string): Promise<void> {
  const failed = visitor.page.getByText(visitor.words("loader.failed"));
  await expect(failed).toBeVisible();
  await expect(visitor.closer).toBeVisible();
  await visitor.context.unrouteAll();
  await (await visitor.chat()).evaluate(() => sessionStorage.setItem("healed", "1"));
  await visitor.page.getByRole("button", { name: visitor.words("loader.again") }).click();
  await expect(failed).toBeHidden();
  await seesApp(visitor);
  await expect(visitor.composer).toHaveValue(typed);
  await visitor.composer.press("Enter");
  await visitor.seesSent(typed);
  await visitor.seesOnce(typed);
}

for (const [failure, part, happens] of FAILURES) {
  test(`${failure} takes nothing that was typed, and one can try again`, async ({ stage }) => {
    const visitor = await stage.visitor();
    let letIn = () => {};
    const waits = new Promise<void>((done) => (letIn = done));
    await visitor.context.route(APP, async (route) => {
      await waits;
      await (route.request().url().endsWith(part) ? happens(route) : route.continue());
    });
    if (failure.startsWith("a browser")) await spoil(visitor, "delete globalThis.WebAssembly");
    await visitor.opensChat();
    await visitor.writes("Do you ship to Kyiv?");
    letIn();
    await triesAgain(visitor, "Do you ship to Kyiv?");
  });
}

test("an app that stops of a mistake of its own takes nothing that was typed, and tells which build it is", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.context.addInitScript(() => {
    const real = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const made = await real(...given);
      const memory = Object.values(made.instance.exports).find((it) => it instanceof WebAssembly.Memory);
      return Object.assign(globalThis, { memory }), made;
    };
  });
  await visitor.opensChat();
  await seesApp(visitor);
  await visitor.writes("Do you ship to Kyiv");
  // What it knows is nonsense now, so that it stops at the next key.
  await (await visitor.chat()).evaluate(() => new Uint8Array((globalThis as any).memory.buffer).fill(255));
  const told = visitor.page.waitForRequest(/\/v1\/stops\/widget\.[0-9a-f]{10}\.js$/);
  await visitor.composer.press("?");
  expect((await told).postData()).toBeNull();
  await triesAgain(visitor, "Do you ship to Kyiv?");
  const { stops } = await stage.workspace.get("/v1/settings");
  // Other scenes have stopped the console of this relay.
  expect(stops).toContainEqual({ app: "widget", build: expect.stringMatching(/^[0-9a-f]{10}$/), n: 1, last: expect.any(Number) });
});

test("a page that has no field to write in is loaded anew, and takes nothing that was typed", async ({ stage }) => {
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await seesApp(visitor);
  await visitor.writes("Two blue jugs");
  await alterPage(visitor, (form) => form.remove());
  await visitor.page.reload();
  await visitor.launcher.waitFor();
  // The page waits eight seconds for the chat, once, which nobody here has to.
  await visitor.page.evaluate(() => {
    const real = setTimeout;
    const hurried = (work: () => void, time = 0) => {
      if (time >= 8_000) Object.assign(window, { setTimeout: real });
      return real(work, Math.min(time, 2_000));
    };
    Object.assign(window, { setTimeout: hurried });
  });
  await visitor.launcher.click();
  await triesAgain(visitor, "Two blue jugs");
});

/** What the page of another version has otherwise than the app knows it. */
const VERSIONS: [string, (form: HTMLFormElement) => void][] = [
  ["an old page beside a new app", (form) => {
    form.className = form.querySelector("div")!.className = "of-another-version";
  }],
  ["a new page beside an old app", (form) => {
    const unknown = (name: string) => Object.assign(document.createElement(name), { className: "unknown", textContent: "New" });
    form.prepend(unknown("div"));
    form.querySelector(".field")!.prepend(unknown("button"));
    form.before(unknown("section"), unknown("form"));
    document.querySelector(".head")!.append(unknown("p"));
  }],
];

for (const [what, alter] of VERSIONS) test(`${what}, and what writes into its field unasked, take nothing that was typed`, async ({ stage }) => {
  const visitor = await stage.visitor();
  await alterPage(visitor, alter);
  const letAppIn = await keepAppAway(visitor);
  await visitor.opensChat();
  await expect(visitor.composer).toBeFocused();
  await visitor.page.keyboard.type("Two blue jugs");
  letAppIn();
  await seesApp(visitor);
  await expect(visitor.composer).toBeFocused();
  await expect(visitor.composer).toHaveValue("Two blue jugs");
  // A spell-checker that tells nobody.
  await visitor.composer.evaluate((it) => ((it as HTMLTextAreaElement).value = "Two blue mugs"));
  await visitor.page.keyboard.press("Enter");
  await visitor.seesSent("Two blue mugs");
  // What browsers fill in, they tell of.
  await visitor.composer.evaluate((it) => {
    (it as HTMLTextAreaElement).value = "and a cup";
    it.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await visitor.button("widget.send").click();
  await visitor.seesSent("and a cup");
});
