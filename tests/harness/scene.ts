// The stage: one relay for all scenes of a file, and for each scene its own shop, queue and people.
import { type Browser, type BrowserContext, test as base } from "@playwright/test";

import { Agent } from "./agent.ts";
import { freePort } from "./process.ts";
import { Relay } from "./relay.ts";
import { Shop } from "./shop.ts";
import { giveClock } from "./time.ts";
import { Visitor } from "./visitor.ts";
import { type Member, type Role, type Site, Workspace } from "./workspace.ts";

export { expect } from "@playwright/test";

export interface Scenery {
  /** How the department's conversations find an agent. */
  assignment: "manual" | "offer";
  /** The site's settings that are not as usual. */
  settings: Record<string, unknown>;
}

/** What is special about a visitor's browser. */
export interface Arrival {
  locale?: string;
  /** What the visitor's clocks show. */
  timeZone?: string;
  /** The language of the interface that the visitor expects. */
  language?: string;
  /** The browser denies all storage, as some private windows do. */
  forgetful?: boolean;
  /** The browser's storage has no room left. */
  full?: boolean;
  /** What chance says each time, from 0 until before 1. */
  chance?: number;
}

function forget(): void {
  const get = () => {
    throw new DOMException("denied", "SecurityError");
  };
  Object.defineProperty(window, "localStorage", { get });
  Object.defineProperty(window, "sessionStorage", { get });
}

function fill(): void {
  const refuse = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  Object.defineProperty(Storage.prototype, "setItem", { value: refuse });
}

/** What belongs to one scene. */
export class Stage {
  readonly relay: Relay;
  readonly workspace: Workspace;
  readonly department: string;
  readonly departmentName: string;
  readonly site: Site;
  readonly shop: Shop;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  constructor(
    browser: Browser,
    workspace: Workspace,
    department: { id: string; name: string },
    site: Site,
    shop: Shop,
  ) {
    this.#browser = browser;
    this.relay = workspace.relay;
    this.workspace = workspace;
    this.department = department.id;
    this.departmentName = department.name;
    this.site = site;
    this.shop = shop;
  }

  /** Somebody new on the shop's page, with a browser of their own. */
  async visitor(path = "/", options: Arrival = {}): Promise<Visitor> {
    const context = await this.#browser.newContext({ locale: options.locale ?? "en-US", timezoneId: options.timeZone });
    this.#contexts.push(context);
    await giveClock(context);
    if (options.forgetful) await context.addInitScript(forget);
    if (options.full) await context.addInitScript(fill);
    const { chance } = options;
    if (chance !== undefined) await context.addInitScript((it) => (Math.random = () => it), chance);
    const visitor = new Visitor(await context.newPage(), options.language);
    await visitor.visits(`${this.shop.origin}${path}`);
    return visitor;
  }

  /** A new member of the scene's department, signed in to the console. */
  async agent(name: string, role: Role = "agent"): Promise<Agent> {
    const member = await this.workspace.member(name, role, [this.department]);
    return this.signIn(member);
  }

  async signIn(member: Member, locale = "en-US"): Promise<Agent> {
    const context = await this.#browser.newContext({
      locale,
      permissions: ["notifications"],
    });
    this.#contexts.push(context);
    await giveClock(context);
    const agent = new Agent(await context.newPage(), member, this.department, this.departmentName);
    await agent.signsIn(await this.workspace.signInLink(member));
    return agent;
  }

  /** What each page shows, as text: all that is left of a scene that failed where nobody can look at it. */
  async describe(): Promise<string> {
    const pages = this.#contexts.flatMap((it) => it.pages());
    const described = pages.map(async (page) => {
      const body = page.locator("body").ariaSnapshot({ timeout: 2_000 });
      return `${page.url()}\n${(await body.catch(String)).slice(0, 5_000)}`;
    });
    return (await Promise.all(described)).join("\n\n");
  }

  async clear(): Promise<void> {
    await Promise.all(this.#contexts.map((it) => it.close()));
    await this.shop.close();
  }
}

let counter = 0;

// Playwright reads from the first parameter what a fixture needs: nothing.
async function withRelay({}, use: (relay: Relay) => Promise<void>): Promise<void> {
  const relay = await Relay.start();
  await use(relay);
  await relay.stop();
}

export const test = base.extend<
  { scenery: Scenery; stage: Stage },
  { relay: Relay; workspace: Workspace }
>({
  relay: [withRelay, { scope: "worker", timeout: 90_000 }],
  workspace: [
    async ({ relay }, use) => use(await Workspace.setUp(relay)),
    { scope: "worker" },
  ],
  scenery: [{ assignment: "offer", settings: {} }, { option: true }],
  stage: async ({ browser, workspace, scenery }, use, info) => {
    const name = `Department ${++counter}`;
    const port = await freePort();
    const department = await workspace.department(name, scenery.assignment);
    const origin = `http://shop.localhost:${port}`;
    const site = await workspace.site(`Shop ${counter}`, [origin], department, scenery.settings);
    const shop = await Shop.open(port, workspace.relay.widget, site.id);
    const stage = new Stage(browser, workspace, { id: department, name }, site, shop);
    await use(stage);
    if (info.status !== info.expectedStatus) {
      console.log(`${info.title} left these pages:\n${await stage.describe()}`);
    }
    await stage.clear();
    if (info.status !== info.expectedStatus) {
      await info.attach("relay.log", { body: workspace.relay.log, contentType: "text/plain" });
    }
    workspace.relay.mustNotHavePanicked();
  },
});

/** For scenes that no other conversation's timers may disturb: a relay of their own. */
export const alone = test.extend<{}, { relay: Relay }>({
  relay: [withRelay, { scope: "worker", timeout: 90_000 }],
});
