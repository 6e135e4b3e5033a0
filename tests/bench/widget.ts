// What the chat costs the page that it is on, beside the page without it and beside the floor.
// Writes JSON to the file that it is told.
import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";

import { type Browser, type BrowserContext, type Page, chromium } from "@playwright/test";

import { words } from "../harness/names.ts";
import { freePort } from "../harness/process.ts";
import { Relay } from "../harness/relay.ts";
import { Workspace } from "../harness/workspace.ts";
import { CAMPAIGNS, FEW, publish } from "./campaigns.ts";
import { type Chat, Pages, VARIANTS, type Variant } from "./pages.ts";

const ROUNDS = 7;

/** Loads in a round of which the launcher's time is the median: single ones differ by more than twice. */
const LOADS = 5;

/** A middling telephone on a middling network. */
const SLOW = { cpu: 4, latency: 60, throughput: 9_000_000 / 8 };

const LAUNCHER = words("loader.open");

/** Notes in every frame when the launcher is there, when one can type, and what was in the way. */
function watch(launcher: string): void {
  const roots: (Document | ShadowRoot)[] = [document];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    roots.push(root);
    return root;
  };
  const now = () => performance.timeOrigin + performance.now();
  const seen: Record<string, any> = { longTasks: [], shifts: [] };
  (globalThis as any).__seen = seen;
  const shown = (element: Element | null) => (element?.getBoundingClientRect().width ?? 0) > 0;
  const look = () => {
    seen.launcher ??= roots.some((root) => shown(root.querySelector(`[aria-label^="${launcher}"]`)))
      ? performance.now()
      : undefined;
    const active = roots.map((root) => root.activeElement).find((it) => it instanceof HTMLTextAreaElement);
    if (active && !(active as HTMLTextAreaElement).disabled && shown(active)) seen.typeable ??= now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  addEventListener("pointerdown", () => (seen.pressed = now()), true);
  const observe = (type: string, note: (entry: any) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("longtask", (entry) => seen.longTasks.push(entry.duration));
  observe("layout-shift", (entry) => seen.shifts.push(entry.value));
}

interface Load {
  blocking_ms: number;
  longest_task_ms: number;
  layout_shift: number;
}

interface Weight {
  requests: number;
  bytes: number;
  wasm: boolean;
}

/** Requests to the relay until now, and their bytes as they travel. */
class Scale {
  readonly #pending: Promise<{ name: string; bytes: number }>[] = [];

  constructor(page: Page, origin: string) {
    page.on("requestfinished", (request) => {
      if (!request.url().startsWith(origin)) return;
      this.#pending.push(this.#weigh(request));
    });
  }

  /**
   * Browsers take brotli over TLS only, and nothing here is TLS: so it is asked for once more as a
   * browser would ask in production. What comes uncompressed would be compressed by the network on
   * its way, at level 4.
   */
  async #weigh(request: any): Promise<{ name: string; bytes: number }> {
    const name = request.url();
    const { encoding, body } = await asInProduction(name);
    if (encoding === "br") return { name, bytes: body.length };
    const plain = await (await request.response()).body();
    const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };
    return { name, bytes: brotliCompressSync(plain, { params }).length };
  }

  async read(): Promise<Weight> {
    const all = await Promise.all(this.#pending);
    const bytes = all.reduce((sum, it) => sum + it.bytes, 0);
    return { requests: all.length, bytes, wasm: all.some((it) => it.name.includes(".wasm")) };
  }
}

function asInProduction(url: string): Promise<{ encoding: string | undefined; body: Buffer }> {
  const { host, port, pathname, search } = new URL(url);
  const headers = { Host: host, "Accept-Encoding": "br", "Accept-Language": "en-US" };
  return new Promise((done, fail) => {
    const options = { host: "127.0.0.1", port, path: pathname + search, headers };
    get(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        done({ encoding: response.headers["content-encoding"], body: Buffer.concat(chunks) });
      });
    }).on("error", fail);
  });
}

class Bench {
  readonly #browser: Browser;
  readonly #pages: Pages;
  readonly #widget: string;

  constructor(browser: Browser, pages: Pages, widget: string) {
    this.#browser = browser;
    this.#pages = pages;
    this.#widget = widget;
  }

  /** Somebody who has never been here. */
  async #visit<T>(slow: boolean, work: (page: Page, context: BrowserContext) => Promise<T>): Promise<T> {
    const context = await this.#browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 } });
    await context.addInitScript(watch, LAUNCHER);
    const page = await context.newPage();
    if (slow) {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.cpu });
      const { latency, throughput } = SLOW;
      const network = { offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput };
      await session.send("Network.emulateNetworkConditions", network);
    }
    try {
      return await work(page, context);
    } finally {
      await context.close();
    }
  }

  /** From the navigation to a launcher on the page. */
  launcher(variant: Exclude<Variant, "none">): Promise<number> {
    return this.#visit(true, async (page) => {
      await page.goto(this.#pages.address(variant), { waitUntil: "load" });
      await page.waitForFunction(() => (globalThis as any).__seen.launcher !== undefined);
      return page.evaluate(() => (globalThis as any).__seen.launcher);
    });
  }

  /** Loads the page and leaves it alone for a while. */
  load(variant: Variant): Promise<Load> {
    return this.#visit(true, async (page) => {
      await page.goto(this.#pages.address(variant), { waitUntil: "load" });
      if (variant !== "none") await page.waitForFunction(() => (globalThis as any).__seen.launcher !== undefined);
      await page.waitForTimeout(2_000);
      const { longTasks, shifts } = await page.evaluate(() => (globalThis as any).__seen);
      return {
        blocking_ms: longTasks.reduce((sum: number, it: number) => sum + Math.max(0, it - 50), 0),
        longest_task_ms: Math.max(0, ...longTasks),
        layout_shift: shifts.reduce((sum: number, it: number) => sum + it, 0),
      };
    });
  }

  /**
   * What all script of the page costs its main thread until two seconds after it has loaded, by the
   * clock of that thread: what else the machine does is not counted. Nothing watches the page.
   */
  async script(variant: Variant | Chat): Promise<number> {
    const context = await this.#browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.cpu });
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(this.#pages.address(variant), { waitUntil: "load" });
    if (variant !== "none") await page.getByRole("button", { name: LAUNCHER }).waitFor();
    await page.waitForTimeout(2_000);
    const { metrics } = await session.send("Performance.getMetrics");
    await context.close();
    return metrics.find((it) => it.name === "ScriptDuration")!.value * 1_000;
  }

  /**
   * For how long tasks keep a page from answering that was at rest when the script came: beyond 50 ms
   * each, as is usual. While a page loads, its own tasks are longer than all that is measured here.
   */
  blocking(variant: Chat): Promise<number> {
    return this.#visit(true, async (page) => {
      await page.goto(this.#pages.address("none"), { waitUntil: "load" });
      await page.waitForTimeout(1_000);
      await page.evaluate((source) => {
        (globalThis as any).__seen.longTasks.length = 0;
        document.head.append(Object.assign(document.createElement("script"), { async: true, src: source }));
      }, this.#pages.script(variant));
      await page.getByRole("button", { name: LAUNCHER }).waitFor();
      await page.waitForTimeout(2_000);
      const longTasks: number[] = await page.evaluate(() => (globalThis as any).__seen.longTasks);
      return longTasks.reduce((sum, it) => sum + Math.max(0, it - 50), 0);
    });
  }

  /** From the press to a composer that takes letters. */
  clickToType(variant: Variant, hover: boolean): Promise<number> {
    return this.#visit(true, async (page) => {
      await page.goto(this.#pages.address(variant), { waitUntil: "load" });
      const launcher = page.getByRole("button", { name: LAUNCHER });
      await launcher.waitFor();
      await page.waitForTimeout(500);
      const box = (await launcher.boundingBox())!;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      if (hover) {
        await page.mouse.move(x, y);
        await page.waitForTimeout(300);
      }
      await page.mouse.click(x, y);
      return await this.#typeable(page);
    });
  }

  async #typeable(page: Page): Promise<number> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      for (const frame of page.frames()) {
        const typeable = await frame.evaluate(() => (globalThis as any).__seen?.typeable).catch(() => undefined);
        if (typeable) return typeable - (await page.evaluate(() => (globalThis as any).__seen.pressed));
      }
      if (Date.now() > deadline) throw new Error("nobody could type within 30 s");
      await page.waitForTimeout(50);
    }
  }

  /**
   * What travels until the launcher shows, and until a first message is sent. One can type long
   * before that, but what was typed must also get away, so everything that it takes is weighed.
   */
  async weigh(): Promise<{ launcher: Weight; sending: Weight; few: Weight; campaigns: Weight }> {
    const [few, campaigns] = [await this.#weighLauncher("few"), await this.#weighLauncher("campaigns")];
    return this.#visit(false, async (page) => {
      const scale = new Scale(page, this.#widget);
      await page.goto(this.#pages.address("porchlight"), { waitUntil: "load" });
      await page.getByRole("button", { name: LAUNCHER }).waitFor();
      await page.waitForTimeout(2_000);
      const launcher = await scale.read();
      await page.getByRole("button", { name: LAUNCHER }).click();
      await this.#typeable(page);
      await page.keyboard.type("Do you ship to Kyiv?");
      await page.keyboard.press("Enter");
      const chat = page.frameLocator(`iframe[title="${words("loader.title")}"]`);
      await chat.getByRole("article").getByText(words("widget.sent")).waitFor();
      return { launcher, sending: await scale.read(), few, campaigns };
    });
  }

  #weighLauncher(chat: Chat): Promise<Weight> {
    return this.#visit(false, async (page) => {
      const scale = new Scale(page, this.#widget);
      await page.goto(this.#pages.address(chat), { waitUntil: "load" });
      await page.getByRole("button", { name: LAUNCHER }).waitFor();
      await page.waitForTimeout(2_000);
      return scale.read();
    });
  }
}

const shuffled = <T>(values: readonly T[]) => [...values].sort(() => Math.random() - 0.5);
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** When the launcher shows, by turns and with nothing between, so that the machine's moods are everybody's. */
async function launchers(bench: Bench): Promise<Partial<Record<Variant, number>>> {
  const variants = ["floor", "porchlight", "campaigns"] as const;
  const rounds: Record<(typeof variants)[number], number[]> = { floor: [], porchlight: [], campaigns: [] };
  for (let round = 0; round < ROUNDS; round++) {
    console.error(`  launcher, round ${round + 1} of ${ROUNDS}`);
    const loads: typeof rounds = { floor: [], porchlight: [], campaigns: [] };
    for (let load = 0; load < LOADS; load++) {
      for (const variant of shuffled(variants)) loads[variant].push(await bench.launcher(variant));
    }
    for (const variant of variants) rounds[variant].push(median(loads[variant]));
  }
  return { floor: median(rounds.floor), porchlight: median(rounds.porchlight), campaigns: median(rounds.campaigns) };
}

async function times(bench: Bench): Promise<Record<Variant, Record<string, number>>> {
  const loads: Record<Variant, Load[]> = { none: [], floor: [], porchlight: [], campaigns: [] };
  const clicks: Record<Variant, number[]> = { none: [], floor: [], porchlight: [], campaigns: [] };
  const hovers: Record<Variant, number[]> = { none: [], floor: [], porchlight: [], campaigns: [] };
  // Nobody's first visit should pay for a cold machine.
  for (const variant of VARIANTS) await bench.load(variant);
  for (let round = 0; round < ROUNDS; round++) {
    console.error(`  round ${round + 1} of ${ROUNDS}`);
    for (const variant of shuffled(VARIANTS)) {
      loads[variant].push(await bench.load(variant));
      if (variant === "none" || variant === "campaigns") continue;
      clicks[variant].push(await bench.clickToType(variant, false));
      hovers[variant].push(await bench.clickToType(variant, true));
    }
  }
  const launcher = await launchers(bench);
  const figures = (variant: Variant) => ({
    launcher_ms: launcher[variant] ?? Number.NaN,
    blocking_ms: median(loads[variant].map((it) => it.blocking_ms)),
    longest_task_ms: median(loads[variant].map((it) => it.longest_task_ms)),
    layout_shift: median(loads[variant].map((it) => it.layout_shift)),
    click_to_type_ms: median(clicks[variant]),
    hover_click_to_type_ms: median(hovers[variant]),
  });
  const [none, floor, porchlight, campaigns] = VARIANTS.map(figures);
  return { none: none!, floor: floor!, porchlight: porchlight!, campaigns: campaigns! };
}

const [, , outfile] = process.argv;
if (!outfile) throw new Error("where shall the figures go?");
const relay = await Relay.start();
const port = await freePort();
const sites: Record<Chat, string> = { porchlight: "", few: "", campaigns: "" };
const pages = await Pages.serve(port, (it) => `${relay.widget}/s/${sites[it]}.js`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    // In one process with the page, so that the frame is as slow as the page is.
    ...["--disable-site-isolation-trials", "--disable-features=Translate,IsolateOrigins,site-per-process"],
  ],
});
try {
  const workspace = await Workspace.setUp(relay);
  const department = await workspace.department("Bench");
  const shop = [`http://shop.localhost:${port}`];
  sites.porchlight = (await workspace.site("Bench", shop, department)).id;
  sites.few = (await workspace.site("A few campaigns", shop, department)).id;
  sites.campaigns = (await workspace.site("Campaigns", shop, department)).id;
  await publish(workspace, sites.few, FEW);
  await publish(workspace, sites.campaigns, CAMPAIGNS);
  const bench = new Bench(browser, pages, relay.widget);
  const weight = await bench.weigh();
  console.error(`  weight: ${JSON.stringify(weight)}`);
  const measured = await times(bench);
  const scripted = ["none", "floor", "porchlight", "few", "campaigns"] as const;
  const script = new Map(scripted.map((it) => [it, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const variant of scripted) script.get(variant)!.push(await bench.script(variant));
  }
  const [without, floor, chat, few, many] = scripted.map((it) => median(script.get(it)!));
  const blocking: Record<"porchlight" | "campaigns", number[]> = { porchlight: [], campaigns: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const variant of ["porchlight", "campaigns"] as const) blocking[variant].push(await bench.blocking(variant));
  }
  const campaigns = {
    n: CAMPAIGNS,
    script_ms: many! - chat!,
    chat_script_ms: chat! - without!,
    few_script_ms: few! - without!,
    floor_script_ms: floor! - without!,
    blocking_ms: median(blocking.campaigns),
    chat_blocking_ms: median(blocking.porchlight),
  };
  const result = { rounds: ROUNDS, loads: LOADS, slow: SLOW, weight, times: measured, campaigns };
  writeFileSync(outfile, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  pages.close();
  await relay.stop();
}
