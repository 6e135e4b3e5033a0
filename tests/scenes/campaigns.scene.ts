// Campaigns on a page: the loader alone, beside a relay that only answers what it is asked.
import { readFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { join } from "node:path";

import { type Page, expect, test as base } from "@playwright/test";

import { ROOT, freePort } from "../harness/process.ts";

const TEXTS = { open: "Open chat", close: "Close chat", title: "Chat", unread: "Unread: {count}", failed: "Failed", again: "Again" };
const SECRETS = readFileSync(join(ROOT, "tests/secrets.txt"), "utf8").trim();
/** Nobody waits as long in a test as on a page. */
const SOON = 0.5;

const greeting = (id: string, rule: unknown, ...rest: unknown[]) => [id, rule, [["a", 1, `Hello from ${id}`]], ...rest];

/** A shop on one origin and a relay on another, which keeps what it is asked and told. */
class Stage {
  readonly asked: string[] = [];
  readonly counts: any[] = [];
  campaigns: unknown[] = [];
  site: unknown[] = [9, 9, "UTC", 1];
  availability: unknown = { on: true, departments: ["d1"], next: "Lan", country: "VN" };
  preview: unknown[] | undefined;
  readonly #server: Server;
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((request, response) => {
      const { host = "", origin } = request.headers;
      const url = new URL(request.url!, `http://${host}`);
      const answer = (kind: string, body: string | Buffer, status = 200) => {
        response.writeHead(status, { "Content-Type": kind, "Access-Control-Allow-Origin": origin ?? "*" });
        response.end(body);
      };
      if (host.startsWith("shop.")) return answer("text/html", this.#page());
      this.asked.push(url.pathname + url.search);
      if (url.pathname.startsWith("/assets/")) return answer("text/javascript", read(url.pathname));
      if (url.pathname.startsWith("/frame/")) return answer("text/html", FRAME);
      if (url.pathname.endsWith("/availability")) return answer("application/json", JSON.stringify(this.availability));
      if (url.pathname.endsWith("/counts")) {
        let body = "";
        request.on("data", (it) => (body += it));
        request.on("end", () => {
          this.counts.push(...JSON.parse(body).counts);
          answer("text/plain", "", 204);
        });
        return;
      }
      const token = url.searchParams.get("preview");
      if (token && !this.preview) return answer("text/javascript", "", 404);
      answer("text/javascript", this.#script(token ? this.preview! : this.campaigns, !!token));
    });
  }

  static async open(): Promise<Stage> {
    const port = await freePort();
    const stage = new Stage(port);
    await new Promise<void>((done) => stage.#server.listen(port, "127.0.0.1", done));
    return stage;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  address(path = "/"): string {
    return `http://shop.localhost:${this.#port}${path}`;
  }

  /** What was counted, added up, as `id variant`. */
  sums(): { [what: string]: { [kind: string]: number } } {
    const sums: any = {};
    for (const { campaign, variant, ...kinds } of this.counts) {
      const sum = (sums[`${campaign} ${variant}`] ??= {});
      for (const [kind, n] of Object.entries(kinds)) sum[kind] = (sum[kind] ?? 0) + (n as number);
    }
    return sums;
  }

  #page(): string {
    return `<!doctype html><title>Shop</title><body style="height:3000px">
      <button id="buy">Buy</button><p id="more">More</p>
      <script async src="http://chat.localhost:${this.#port}/s/main.js"></script>`;
  }

  #script(campaigns: unknown[], preview: boolean): string {
    const config = {
      site: "main",
      origin: `http://chat.localhost:${this.#port}`,
      color: "#0b5fff",
      on_color: "#fff",
      at_start: false,
      language: "en",
      texts: TEXTS,
      secrets: SECRETS,
      ...(campaigns.length ? { campaigns: [this.site, campaigns] } : {}),
      ...(preview ? { preview } : {}),
    };
    const manifest = JSON.parse(read("/manifest.json").toString());
    const code = read(manifest[campaigns.length ? "proactive.js" : "loader.js"]).toString();
    return code.replace("__PORCHLIGHT_CONFIG__", () => JSON.stringify(config));
  }
}

const read = (path: string) => readFileSync(join(ROOT, "dist/public", path));

/** A frame that says that it is there, and keeps what it is told. */
const FRAME = `<!doctype html><body><script>
  window.told = [];
  addEventListener("message", ({ data, ports }) => {
    if (data.porchlight != "port") return;
    window.port = ports[0];
    ports[0].onmessage = (it) => window.told.push(it.data);
  });
  parent.postMessage({ porchlight: "ready" }, "*");
</script>`;

const test = base.extend<{ stage: Stage }>({
  stage: async ({}, use) => {
    const stage = await Stage.open();
    await use(stage);
    stage.close();
  },
});

const bubble = (page: Page) => page.getByRole("dialog", { name: "Chat" });
const launcher = (page: Page) => page.getByRole("button", { name: "Open chat" });
const call = (page: Page, ...of: unknown[]) => page.evaluate((it) => (window as any).Porchlight(...it), of as any);
/** The loader has begun, and taken down the page's address. */
const ready = (page: Page) =>
  page.evaluate(() => new Promise<void>((done) => (window as any).Porchlight("on", "ready", () => done())));
/** What the frame was told of campaigns. */
const told = async (page: Page) => {
  const frame = page.frames().find((it) => it.url().includes("/frame/"));
  return (await frame?.evaluate(() => (window as any).told.filter((it: any) => it.type == "campaign"))) ?? [];
};
const says = (page: Page, message: unknown) =>
  page.frames().find((it) => it.url().includes("/frame/"))!.evaluate((it) => (window as any).port.postMessage(it), message as any);
/** Away, so that the page sends what it has counted. */
const leave = (page: Page) => page.goto("about:blank");
const quiet = async (page: Page) => {
  await page.waitForTimeout(900);
  await expect(bubble(page)).toHaveCount(0);
};

test("nothing is asked before the conditions hold, and then who is there, once", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", [["page", 1.5], ["on", ""]])];
  await page.goto(stage.address());
  await expect(launcher(page)).toBeVisible();
  await page.waitForTimeout(800);
  expect(stage.asked).toEqual(["/s/main.js"]);
  await expect(bubble(page)).toContainText("Hello from c1");
  expect(stage.asked.filter((it) => it.endsWith("/availability"))).toHaveLength(1);
  expect(stage.asked.filter((it) => /frame|wasm/.test(it))).toEqual([]);
});

test("nobody is there: a campaign that needs somebody is silent, and the next one speaks", async ({ page, stage }) => {
  stage.availability = { on: false };
  stage.campaigns = [greeting("c1", [["on", ""]]), greeting("c2", [])];
  await page.goto(stage.address());
  await expect(bubble(page)).toContainText("Hello from c2");
  await leave(page);
  await expect.poll(() => stage.sums()).toEqual({ "c2 a": { eligible: 1, shown: 1 } });
});

test("the bubble is pressed, closed, and closed by the Escape key", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", []), greeting("c2", ["attr", "go"])];
  await page.goto(stage.address());
  await bubble(page).getByText("Hello from c1").click();
  await expect(bubble(page)).toHaveCount(0);
  await expect.poll(() => told(page)).toMatchObject([{ id: "c1", variant: "a", text: "Hello from c1", replies: [] }]);
  await page.goto(stage.address());
  await call(page, "setAttributes", { go: 1 });
  await bubble(page).getByRole("button", { name: "Close chat" }).click();
  await expect(bubble(page)).toHaveCount(0);
  await leave(page);
  await expect
    .poll(() => stage.sums())
    .toEqual({ "c1 a": { eligible: 1, shown: 1, clicked: 1 }, "c2 a": { eligible: 1, shown: 1, dismissed: 1 } });
});

test("by the keyboard: the bubble comes before the launcher, and Escape closes it", async ({ page, stage }) => {
  stage.campaigns = [[...greeting("c1", []).slice(0, 2), [["a", 1, "Hello", ["Yes"]]]]];
  await page.goto(stage.address());
  await expect(bubble(page)).toBeVisible();
  const focused = () =>
    page.evaluate(() => {
      const root = document.querySelector<HTMLElement>("[data-porchlight]")!.shadowRoot!;
      return root.activeElement?.getAttribute("aria-label") ?? root.activeElement?.textContent;
    });
  const order = [];
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press("Tab");
    order.push(await focused());
  }
  expect(order).toEqual([undefined, "Close chat", "Hello", "Yes", "Open chat"]);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Escape");
  await expect(bubble(page)).toHaveCount(0);
});

test("the close button is large enough, and the bubble moves nothing", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", [])];
  await page.addInitScript(() => {
    (window as any).shifts = 0;
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) (window as any).shifts += (it as any).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(stage.address());
  const box = await bubble(page).getByRole("button", { name: "Close chat" }).boundingBox();
  expect(box!.width).toBeGreaterThanOrEqual(24);
  expect(box!.height).toBeGreaterThanOrEqual(24);
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => (window as any).shifts)).toBe(0);
});

test("closed once is silent for that visit, and one is on the screen at a time", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", []), greeting("c2", [])];
  await page.goto(stage.address());
  await expect(bubble(page)).toHaveCount(1);
  await page.waitForTimeout(700);
  await expect(bubble(page)).toHaveCount(1);
  await bubble(page).getByRole("button", { name: "Close chat" }).click();
  await quiet(page);
  await page.goto(stage.address("/other"));
  await quiet(page);
});

test("an answer is sent, begins a conversation, and is counted", async ({ page, stage }) => {
  const goal = [1, "chat"];
  stage.campaigns = [["c1", [], [["a", 1, "Hello", ["Yes", "No"], "I would"]], 0, 0, 0, "Lan", goal]];
  await page.goto(stage.address());
  await expect(bubble(page)).toContainText("Lan");
  await bubble(page).getByRole("button", { name: "No" }).click();
  const message = { id: "c1", variant: "a", who: "Lan", replies: ["Yes", "No"] };
  await expect.poll(() => told(page)).toMatchObject([{ ...message, send: "No", draft: "I would" }]);
  // After a reload the panel says it again, and sends nothing.
  await page.reload();
  await launcher(page).click();
  await expect.poll(() => told(page)).toMatchObject([message]);
  expect((await told(page))[0].send).toBeUndefined();
  await says(page, { type: "event", name: "conversation:started" });
  await page.waitForTimeout(100);
  await page.reload();
  await launcher(page).click();
  await page.waitForTimeout(500);
  expect(await told(page)).toEqual([]);
  await leave(page);
  await expect
    .poll(() => stage.sums())
    .toEqual({ "c1 a": { eligible: 1, shown: 1, clicked: 1, conversations: 1, goals: 1 } });
});

test("the control group sees nothing, is counted, and reaches goals", async ({ page, stage }) => {
  stage.campaigns = [
    ["c1", [], [["a", 1, "Hello"]], 0, 100, 0, 0, [1, "buy"]],
    ["c2", [], [["a", 1, "Hello too"]], 0, 100, 0, 0, [1, "url", 1, "^/thanks"]],
    greeting("c3", ["attr", "go"]),
  ];
  await page.goto(stage.address());
  await quiet(page);
  await page.goto(stage.address("/thanks"));
  await expect(launcher(page)).toBeVisible();
  await page.waitForTimeout(500);
  await call(page, "track", "purchase", { value: 12.5 });
  await call(page, "track", "purchase", { value: 1 });
  // A campaign whose control group the visitor is in does not keep others from speaking.
  await call(page, "setAttributes", { go: true });
  await expect(bubble(page)).toContainText("c3");
  await leave(page);
  await expect
    .poll(() => stage.sums())
    .toEqual({
      "c1 0": { eligible: 1, goals: 1, value: 1350 },
      "c2 0": { eligible: 1, goals: 1 },
      "c3 a": { eligible: 1, shown: 1 },
    });
});

test("pages, clicks, events, cart and scrolling", async ({ page, stage }) => {
  stage.campaigns = [
    greeting("c1", [
      ["past", 1, "^/a/?([?#]|$)", 1, "^/b/?([?#]|$)"],
      ["pages", 3],
      ["click", "#buy"],
      ["event", "seen", 2],
      ["value", 20],
      ["items", 0, 3],
      ["scroll", 60],
      ["title", "^shop$"],
      ["query", "utm_source", "^mail$"],
    ]),
  ];
  // The loader begins after the page is painted, and knows nothing of a page that is left before.
  await page.goto(stage.address("/"));
  await ready(page);
  await page.goto(stage.address("/a"));
  await call(page, "track", "seen");
  await ready(page);
  // A page counts as visited once it was there for a second.
  await page.waitForTimeout(1_100);
  // Within the page.
  await page.evaluate(() => history.pushState({}, "", "/b?utm_source=Mail"));
  await call(page, "track", "seen");
  await call(page, "cart", { value: 25, items: 2 });
  await page.locator("#buy").click();
  await quiet(page);
  await page.evaluate(() => scrollTo(0, 1500));
  await expect(bubble(page)).toBeVisible();
});

test("the clock stands while nobody looks", async ({ page, stage, context }) => {
  stage.campaigns = [greeting("c1", ["page", 2])];
  // Another window in front, as far as the page can tell.
  await context.addInitScript(() => {
    let looks = true;
    Object.defineProperty(document, "hasFocus", { value: () => looks });
    (window as any).look = (it: boolean) => {
      looks = it;
      dispatchEvent(new Event(it ? "focus" : "blur"));
    };
  });
  await page.goto(stage.address());
  await expect(launcher(page)).toBeVisible();
  await page.evaluate(() => (window as any).look(false));
  await page.waitForTimeout(2_500);
  await expect(bubble(page)).toHaveCount(0);
  await page.evaluate(() => (window as any).look(true));
  await page.waitForTimeout(SOON * 1000);
  await expect(bubble(page)).toHaveCount(0);
  await expect(bubble(page)).toBeVisible({ timeout: 4_000 });
});

test("leaving the page at its top, and stillness", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", ["any", ["exit", 1], ["idle", 60]])];
  await page.goto(stage.address());
  await page.mouse.move(300, 300);
  await quiet(page);
  await page.evaluate(() => document.documentElement.dispatchEvent(
    new MouseEvent("mouseout", { bubbles: true, clientY: -1 }),
  ));
  await expect(bubble(page)).toBeVisible();
});

test("a visitor is known again with consent, and is not without", async ({ browser, stage }) => {
  stage.campaigns = [greeting("c1", [], -1), greeting("c2", ["visits", 2])];
  for (const remembers of [1, 0]) {
    stage.site = [9, 9, "UTC", remembers];
    const context = await browser.newContext();
    const first = await context.newPage();
    await first.goto(stage.address());
    await expect(bubble(first)).toContainText("c1");
    const kept = await first.evaluate(() => localStorage.getItem("porchlight:p:main"));
    expect(kept != null).toBe(!!remembers);
    await first.close();
    const second = await context.newPage();
    // The next day.
    await second.addInitScript(() => {
      const kept = localStorage.getItem("porchlight:p:main");
      if (!kept || sessionStorage.length) return;
      const visitor = JSON.parse(kept);
      for (const id in visitor.met) visitor.met[id][1] -= 86_400;
      localStorage.setItem("porchlight:p:main", JSON.stringify({ ...visitor, at: visitor.at - 86_400 }));
    });
    await second.goto(stage.address());
    await expect(bubble(second)).toContainText(remembers ? "c2" : "c1");
    expect(await context.cookies()).toEqual([]);
    await context.close();
  }
});

test("by code: one at once, suppressed, and explained", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", ["pages", 50])];
  const said: string[] = [];
  page.on("console", (it) => said.push(it.text()));
  await page.goto(stage.address());
  await expect(launcher(page)).toBeVisible();
  await call(page, "debug", true);
  await expect.poll(() => said.join()).toContain(`Porchlight campaign c1: waits for ["pages",50] (1)`);
  await call(page, "suppressCampaigns", true);
  await expect.poll(() => said.join()).toContain("the page suppresses campaigns");
  await call(page, "suppressCampaigns", false);
  await page.evaluate(() => {
    (window as any).heard = [];
    (window as any).Porchlight("on", "campaign:shown", (it: unknown) => (window as any).heard.push(it));
  });
  await call(page, "campaign", "c1");
  await expect(bubble(page)).toContainText("c1");
  expect(await page.evaluate(() => (window as any).heard)).toEqual([{ id: "c1", variant: "a" }]);
});

test("a broken campaign breaks nothing, and says so", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", ["title", ["(", 1]]), greeting("c2", ["week", "x"]), greeting("c3", [])];
  stage.site = [9, 9, "Nowhere/Land", 0];
  const said: string[] = [];
  page.on("console", (it) => said.push(it.text()));
  await page.addInitScript(() => sessionStorage.setItem("porchlight:p:main", JSON.stringify({ site: 0, attr: {}, event: {}, debug: true, visitor: { met: {}, shown: [], began: 1, at: 1e12, visits: 1, seed: "1" } })));
  await page.goto(stage.address());
  await expect(bubble(page)).toContainText("c3");
  await expect.poll(() => said.filter((it) => it.includes("broken")).length).toBe(2);
});

test("a preview shows through every condition and counts nothing", async ({ page, stage }) => {
  stage.preview = [greeting("c9", ["pages", 50])];
  await page.goto(stage.address("/?porchlight_preview=c9.1.x"));
  await expect(bubble(page)).toContainText("c9");
  expect(stage.asked.slice(0, 2)).toEqual(["/s/main.js", "/s/main.js?preview=c9.1.x"]);
  await bubble(page).getByText("c9").click();
  await expect.poll(() => told(page)).toMatchObject([{ id: "c9" }]);
  await leave(page);
  await page.waitForTimeout(300);
  expect(stage.counts).toEqual([]);
});

test("a preview that does not hold is the page as it is", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", [])];
  await page.goto(stage.address("/?porchlight_preview=wrong"));
  await expect(bubble(page)).toContainText("c1");
});

test("where no campaign is live, the calls are there and do nothing", async ({ page, stage }) => {
  const said: string[] = [];
  page.on("console", (it) => said.push(it.text()));
  await page.goto(stage.address());
  await expect(launcher(page)).toBeVisible();
  const calls: [string, unknown][] = [
    ["campaign", "x"], ["suppressCampaigns", true], ["track", "x"], ["setAttributes", {}], ["cart", {}], ["debug", true],
  ];
  for (const [name, argument] of calls) await call(page, name, argument);
  expect(said).toEqual([]);
  expect(stage.asked).toEqual(["/s/main.js"]);
});

test("the panel opens by a campaign without taking the focus, but not on a phone", async ({ page, stage }) => {
  stage.campaigns = [greeting("c1", [], 0, 0, 1)];
  await page.goto(stage.address());
  await expect.poll(() => told(page)).toMatchObject([{ id: "c1" }]);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await says(page, { type: "close" });
  await leave(page);
  await expect.poll(() => stage.sums()).toEqual({ "c1 a": { eligible: 1, shown: 1, dismissed: 1 } });
  const context = await page.context().browser()!.newContext({ viewport: { width: 390, height: 800 } });
  const phone = await context.newPage();
  await phone.goto(stage.address());
  await expect(bubble(phone)).toBeVisible();
  const box = (await bubble(phone).boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await context.close();
});
