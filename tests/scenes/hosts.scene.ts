// Pages of other people, with all that they do to themselves, and what the chat leaves on them.
import type { Page } from "@playwright/test";

import { call, closer, field, launcher, test as light, told } from "../harness/host.ts";
import { expect, test } from "../harness/scene.ts";

const KEY = "porchlight:main";
/** Longer than a page is only passed. */
const A_PAGE = 1_100;

const visits = (page: Page): Promise<string[]> =>
  page.evaluate((key) => JSON.parse(sessionStorage.getItem(key)!).visits.map((it: any) => it.url), KEY);

/** What scripts of pages have been seen to do. */
const WORLDS: [string, string][] = [
  ["lists that make JSON of themselves", `Array.prototype.toJSON = function () { return "[" + this.join() + "]" }`],
  ["objects that make JSON of themselves", `Object.prototype.toJSON = function () { return "spoiled" }`],
  ["more in every object", `for (const it of ["extend", "url", "visits", "once", "preview", "asked", "ready"]) Object.prototype[it] = () => { throw 1 }`],
  ["more in every list", `Array.prototype.each = () => { throw 1 }; Array.prototype.toJSON = () => 7`],
  ["another JSON", `JSON = { parse: JSON.parse, stringify: JSON.stringify }; addEventListener("load", () => { JSON.stringify = () => "spoiled" })`],
  ["neither Promise nor fetch", `Promise = fetch = () => { throw 1 }`],
  ["a history that is frozen", `Object.freeze(history)`],
  ["a history of its own", `const push = history.pushState; history.pushState = function (...it) { return push.apply(this, it) }`],
  ["storage that says anything", `for (const it of [localStorage, sessionStorage]) { it["${KEY}"] = '{"visits":[{"url":7}],"sent":"x","U":{"texts":{"open":5}},"V":[]}'; it["porchlight:p:main"] = "[[" }`],
];

for (const [name, script] of WORLDS) {
  light(`the chat works on a page with ${name}`, async ({ host, page }) => {
    const broken: string[] = [];
    page.on("pageerror", (it) => void broken.push(String(it)));
    host.before = `<script>${script}</script>`;
    await page.goto(`${host.origin}/?token=Zx9`);
    await launcher(page).click();
    await expect(field(page)).toBeFocused();
    await page.keyboard.type("Hello");
    await expect(field(page)).toHaveValue("Hello");
    // Pointed at, focused and pressed, it is fetched once.
    expect(host.asked.filter((it) => it.startsWith("/frame/")).length).toBe(1);
    await page.waitForTimeout(A_PAGE);
    await page.evaluate(() => history.pushState({}, "", "/cups"));
    await expect.poll(() => told(page, "page").then((it) => it.at(-1)?.url)).toBe(
      name.endsWith("frozen") ? `${host.origin}/?token=…` : `${host.origin}/cups`,
    );
    await closer(page).click();
    await expect(launcher(page)).toBeFocused();
    const kept = await page.evaluate((key) => sessionStorage.getItem(key), KEY);
    expect(kept).toContain("token=…");
    expect(kept).not.toContain("Zx9");
    expect(broken).toEqual([]);
  });
}

/** How frameworks build a page anew. */
const REBUILDS: [string, () => void][] = [
  ["the body", () => document.documentElement.replaceChild(document.createElement("body"), document.body)],
  ["all in <html>", () => (document.documentElement.innerHTML = "<head></head><body>new</body>")],
  ["<html>", () => document.replaceChild(document.createElement("html"), document.documentElement)],
  [
    "the document",
    () => {
      document.open();
      document.write("<!doctype html><title>New</title><body>new");
      document.close();
    },
  ],
];

for (const [name, rebuild] of REBUILDS) {
  light(`the chat comes back to a page that builds ${name} anew`, async ({ host, page }) => {
    await page.goto(host.origin);
    await expect(launcher(page)).toBeVisible();
    await page.evaluate(() => {
      Object.assign(window, { heard: 0 });
      (window as any).Porchlight("on", "open", () => (window as any).heard++);
    });
    for (const round of [1, 2]) {
      await page.evaluate(rebuild);
      await launcher(page).click();
      await expect(field(page)).toBeFocused();
      await closer(page).click();
      await expect(page.locator("[data-porchlight]")).toHaveCount(1);
      expect(await page.evaluate(() => (window as any).heard)).toBe(round);
    }
    await page.evaluate(rebuild);
    await call(page, "open");
    await expect(field(page)).toBeVisible();
    await expect(closer(page)).toBeVisible();
  });
}

light("a page that takes the launcher away for good is not fought, and `open` opens", async ({ host, page }) => {
  const said: string[] = [];
  page.on("console", (it) => void said.push(it.text()));
  await page.goto(host.origin);
  await expect(launcher(page)).toBeVisible();
  await page.evaluate(() => {
    const remove = () => document.querySelector("[data-porchlight]")?.remove();
    const watch = new MutationObserver(remove);
    Object.assign(window, { relent: () => watch.disconnect() });
    watch.observe(document.documentElement, { childList: true });
    remove();
  });
  await expect.poll(() => said).toEqual(["Porchlight: removed by the page"]);
  await page.evaluate(() => (window as any).relent());
  await call(page, "open");
  await expect(field(page)).toBeFocused();
});

light("nearly two hundred replaced addresses are one page, and real pages stay", async ({ host, page }) => {
  await page.goto(`${host.origin}/?utm_source=letter`);
  await launcher(page).click();
  await expect(field(page)).toBeFocused();
  for (const path of ["/cups", "/bowls"]) {
    await page.waitForTimeout(A_PAGE);
    await page.evaluate((it) => history.pushState({}, "", it), path);
  }
  // Chromium itself lets no more than two hundred through in ten seconds.
  await page.evaluate(() => {
    for (let n = 0; n < 190; n++) history.replaceState({}, "", `/bowls?y=${n}`);
  });
  const all = ["/?utm_source=letter", "/cups", "/bowls?y=189"].map((it) => host.origin + it);
  expect(await visits(page)).toEqual(all);
  // Once somebody talks, pages are told: each once, and what was replaced in its place.
  await page.frames()[1]!.evaluate(() => (window as any).port.postMessage({ type: "open", on: true }));
  await expect.poll(async () => (await told(page, "visits")).flatMap((it) => it.visits.map((it: any) => it.url))).toEqual(all);
  await page.evaluate(() => history.replaceState({}, "", "/bowls?y=last"));
  await expect.poll(async () => (await told(page, "visits")).length).toBe(2);
  const [first, second] = await told(page, "visits");
  expect(second.visits.map((it: any) => it.at)).toEqual([first.visits[2].at]);
});

/** As focus-trap, Bootstrap and Radix do it. */
const TRAPS: [string, string][] = [
  ["while it comes down", `document.addEventListener("focusin", back, true)`],
  ["while it goes up", `document.addEventListener("focusin", back)`],
  ["at the window", `window.addEventListener("focusin", back)`],
];

for (const [name, trap] of TRAPS) {
  light(`beside a modal that holds the focus, ${name}, one can write`, async ({ host, page }) => {
    host.before = `<div role="dialog"><input id="in" aria-label="In the modal"></div><script>
      let n = 0;
      const inside = document.querySelector("#in");
      const back = ({ target }) => { if (target != inside && n++ < 500) inside.focus(); window.pulled = n };
      addEventListener("load", () => { ${trap}; inside.focus() });</script>`;
    await page.goto(host.origin);
    const modal = page.getByLabel("In the modal");
    await expect(modal).toBeFocused();
    await launcher(page).click();
    await page.keyboard.type("one ");
    await expect(field(page)).toBeFocused();
    await page.keyboard.type("two ");
    await modal.click();
    await page.keyboard.type("in the modal");
    await field(page).click();
    await page.keyboard.type("three");
    const [outside, written] = [await modal.inputValue(), await field(page).inputValue()];
    // Keys that come before the chat's page is there do nothing; none comes to another place, or twice.
    expect(outside).toMatch(/^(one |one|on|o|)in the modal$/);
    expect(written).toMatch(/^(one |ne |e | |)two three$/);
    expect(outside.length + written.length).toBeLessThanOrEqual("one in the modaltwo three".length);
    expect(await page.evaluate(() => (window as any).pulled ?? 0)).toBeLessThan(5);
  });
}

light("wrong calls warn in words and change nothing; the queue is heard in order", async ({ host, page }) => {
  const said: string[] = [];
  page.on("console", (it) => void said.push(it.text()));
  const broken: string[] = [];
  page.on("pageerror", (it) => void broken.push(String(it)));
  host.before = `<script>window.Porchlight ||= (...call) => (Porchlight.q ||= []).push(call); window.heard = [];
    for (const it of ["ready", "open"]) Porchlight("on", it, () => heard.push(it));
    Porchlight("prefill", { name: "Ana", email: "ana@home.example" });
    Porchlight("open"); Porchlight("opne"); Porchlight("on", "open"); Porchlight.q.push(null, 5, []);</script>`;
  await page.goto(host.origin);
  await expect(field(page)).toBeFocused();
  expect(await page.evaluate(() => (window as any).heard)).toEqual(["ready", "open"]);
  for (const it of [["setLocale", 5], ["prefill", "x"], ["prefill", null], ["on", "open", 7], ["debug", "yes"], ["track"]]) {
    await call(page, ...it);
  }
  await call(page, "prefill", { phone: "123" });
  await call(page, "prefill", { text: "Hi" });
  await expect.poll(() => said.length).toBeGreaterThanOrEqual(11);
  for (const it of said) expect(it).toMatch(/^Porchlight .*(no such call|argument \d is no (string|object|function|boolean)|iterable)/);
  expect(broken).toEqual([]);
  // Whoever says more, and whoever loads the frame anew, is told all of it.
  await page.evaluate(() => document.documentElement.append(document.querySelector("[data-porchlight]")!));
  await expect.poll(async () => (await told(page, "prefill")).at(-1)?.details).toEqual({
    name: "Ana",
    email: "ana@home.example",
    phone: "123",
    text: "Hi",
  });
});

light("`hide` in the queue hides from the beginning", async ({ host, page }) => {
  await page.addInitScript(() => {
    const seen: boolean[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const button = document.querySelector("[data-porchlight]")?.shadowRoot?.querySelector("button:last-of-type");
      if (button) seen.push(button.checkVisibility());
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  host.before = `<script>window.Porchlight ||= (...call) => (Porchlight.q ||= []).push(call); Porchlight("hide")</script>`;
  await page.goto(host.origin);
  await page.waitForFunction(() => (window as any).seen.length > 10);
  expect(await page.evaluate(() => (window as any).seen.includes(true))).toBe(false);
});

light("`destroy` leaves nothing, and the tag a second time starts again", async ({ host, page }) => {
  await page.addInitScript(() => {
    const added = new Set<string>();
    Object.assign(window, { added });
    for (const target of [window, document, visualViewport!]) {
      const { addEventListener, removeEventListener } = target;
      target.addEventListener = function (type: string, ...rest: any[]) {
        added.add(type);
        rest[1]?.signal?.addEventListener("abort", () => added.delete(type));
        return addEventListener.call(target, type, rest[0], rest[1]);
      } as any;
      target.removeEventListener = function (type: string, ...rest: any[]) {
        added.delete(type);
        return removeEventListener.call(target, type, rest[0], rest[1]);
      } as any;
    }
  });
  await page.goto(host.origin);
  await launcher(page).click();
  await expect(field(page)).toBeFocused();
  await page.frames()[1]!.evaluate(() => (window as any).port.postMessage({ type: "open", on: true }));
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).length)).toBe(1);
  await call(page, "destroy");
  await page.evaluate(() => history.pushState({}, "", "/later"));
  await page.waitForTimeout(500);
  const left = await page.evaluate(() => ({
    stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
    nodes: document.querySelectorAll("[data-porchlight], iframe").length,
    // Playwright has some of its own.
    listeners: [...(window as any).added].filter((it) => /^(message|online|focus|focusin|popstate|hashchange|resize|scroll)$/.test(it)),
    global: "Porchlight" in window,
  }));
  expect(left).toEqual({ stored: [], nodes: 0, listeners: [], global: false });
  await page.evaluate((src) => document.head.append(Object.assign(document.createElement("script"), { src })), host.tag);
  await launcher(page).click();
  await expect(field(page)).toBeFocused();
});

test("`reset` ends a person: in every tab nothing is left of them", async ({ stage }) => {
  const ana = await stage.visitor("/?token=Zx9");
  await ana.opensChat();
  await ana.says("My number is 4711");
  await ana.seesSent("My number is 4711");
  await ana.writes("and I live in");
  const other = await ana.opensTab(stage.shop.origin);
  await other.opensChatAgain();
  await other.sees("My number is 4711");
  await ana.page.evaluate(() => {
    Object.assign(window, { heard: 0 });
    (window as any).Porchlight("on", "open", () => (window as any).heard++);
    (window as any).Porchlight("prefill", { name: "Ana" });
    (window as any).Porchlight("reset");
  });
  await expect(ana.launcher).toBeVisible();
  // The frame has forgotten once it has come and gone.
  await expect.poll(() => ana.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await expect(other.launcher).toBeVisible();
  for (const tab of [ana, other]) {
    await tab.opensChat();
    await tab.sees(tab.words("widget.greeting"));
    await tab.doesNotSee("4711");
    await expect(tab.composer).toHaveValue("");
    const kept = await (await tab.chat()).evaluate(() => [...Object.keys(localStorage), ...Object.values(localStorage)]);
    expect(kept.filter((it) => /token|line|Ana|4711/.test(it))).toEqual([]);
  }
  // What listens goes on listening, and whoever comes next is somebody else.
  expect(await ana.page.evaluate(() => (window as any).heard)).toBe(1);
  await ana.says("I am Ben");
  await ana.seesSent("I am Ben");
});
