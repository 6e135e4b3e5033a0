// The console is fetched in parts: the list first, all else when it is opened or when nothing else is to be done.
import type { Page } from "@playwright/test";

import type { Agent } from "../harness/agent.ts";
import { hasNoViolations } from "../harness/axe.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

const PART = /\/assets\/console-((?:split|chunk)_[a-z0-9_]+)\.[0-9a-f]{10}\.wasm$/;
const picture = (name: string) => ({ path: `dist/work/scenes/parts-${name}.png` });

/** The parts that a page asks for from now on, by name; those of the page before it do not count. */
function listens(page: Page): string[] {
  const asked: string[] = [];
  page.on("domcontentloaded", () => void asked.splice(0));
  page.on("request", (request) => {
    const name = PART.exec(request.url())?.[1];
    if (name) asked.push(name);
  });
  return asked;
}

/** Loads the console anew in a browser that always has something else to do: nothing is fetched ahead. */
async function loadsBusy(agent: Agent): Promise<void> {
  await agent.page.addInitScript(() => void (globalThis.requestIdleCallback = () => 0));
  await agent.page.reload();
  await expect(agent.list).toBeVisible();
}

const settings = (agent: Agent) => agent.page.getByRole("link", { name: words("console.settings") });
const places = (agent: Agent) => agent.page.getByRole("navigation", { name: words("console.settings") });
const missing = (agent: Agent) => agent.page.getByRole("alert").filter({ hasText: words("console.part_missing") });

test("the list needs no part, and what is opened is fetched then", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  const asked = listens(ada.page);
  await loadsBusy(ada);
  expect(asked).toEqual([]);

  // It is slow to come: that is seen, and heard.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await ada.page.route(PART, async (route) => {
    await held;
    await route.continue();
  });
  await settings(ada).click();
  const waiting = ada.page.getByRole("status").filter({ hasText: words("console.loading") });
  await expect(waiting.getByRole("progressbar")).toBeVisible();
  await ada.page.screenshot(picture("waiting"));
  await hasNoViolations(ada.page);
  release();
  await expect(places(ada)).toBeVisible();
  await expect(ada.page.getByRole("link", { name: stage.site.name })).toBeVisible();
  await expect(waiting).toBeHidden();
  expect(asked).toContain("split_settings");
  expect(asked).not.toContain("split_marketing");
  expect(asked).not.toContain("split_desk");

  // It is there for good.
  const n_asked = asked.length;
  await ada.page.getByRole("link", { name: words("console.conversations") }).click();
  await expect(ada.list).toBeVisible();
  await settings(ada).click();
  await expect(places(ada)).toBeVisible();
  expect(asked.length).toBe(n_asked);
});

test("who is idle has everything at hand before it is opened", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  const asked = listens(ana.page);
  await ana.page.reload();
  await expect(ana.list).toBeVisible();
  await expect.poll(() => asked).toContain("split_settings");
  expect(asked).toContain("split_desk");
  // Of the marketers' pages an agent has none.
  expect(asked).not.toContain("split_marketing");
});

test("without a network a part that does not come is said, nothing is lost, and it comes with the network", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  await ada.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Do you repair teapots?");
  await ada.accepts();
  await loadsBusy(ada);
  await expect(ada.line("Do you repair teapots?")).toBeVisible();
  await ada.input.fill("We do, for a year aft");

  // The first page fetched everything ahead, and the browser would have it still.
  await (await ada.page.context().newCDPSession(ada.page)).send("Network.clearBrowserCache");
  await ada.page.context().setOffline(true);
  await settings(ada).click();
  await expect(missing(ada)).toContainText(words("console.part_missing_why"));
  const again = ada.button("console.retry", missing(ada));
  await again.click();
  await expect(again).toBeVisible();
  await hasNoViolations(ada.page);
  await ada.page.screenshot(picture("missing"));
  await ada.page.emulateMedia({ colorScheme: "dark" });
  await ada.page.setViewportSize({ width: 390, height: 844 });
  await ada.page.screenshot(picture("missing-dark-390"));
  await ada.page.setViewportSize({ width: 1280, height: 800 });

  await ada.page.context().setOffline(false);
  // The network is back: that is noticed without a press.
  await expect(places(ada)).toBeVisible();
  await expect(ada.page.getByRole("link", { name: stage.site.name })).toBeVisible();
  await ada.page.goBack();
  await expect(ada.input).toHaveValue("We do, for a year aft");
});

test("a part that cannot be had is tried again at each press", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  await loadsBusy(ada);
  // The files of this console are gone; those of another are under other names.
  await ada.page.route(PART, (route) => route.fulfill({ status: 404, body: "" }));
  await settings(ada).click();
  await expect(missing(ada)).toBeVisible();
  const again = ada.button("console.retry", missing(ada));
  await again.click();
  await expect(again).toBeVisible();
  await ada.page.unrouteAll();
  await again.click();
  await expect(places(ada)).toBeVisible();
  await expect(ada.page.getByRole("link", { name: stage.site.name })).toBeVisible();
});

test("where only a newer console is left, the page is loaded again", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  await loadsBusy(ada);
  await ada.page.route(PART, (route) => route.fulfill({ status: 404, body: "" }));
  await settings(ada).click();
  await expect(missing(ada)).toBeVisible();
  await ada.page.unrouteAll();
  await ada.button("console.crash_reload", missing(ada)).click();
  await expect(places(ada)).toBeVisible();
});

test("what is unsaved is asked about although the part with the questions cannot be had", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  await loadsBusy(ada);
  await settings(ada).click();
  await expect(places(ada)).toBeVisible();
  await ada.page.route(PART, (route) => route.fulfill({ status: 404, body: "" }));
  await ada.page.getByRole("link", { name: words("console.topics"), exact: true }).click();
  const name = ada.page.getByRole("textbox", { name: words("console.field_name"), exact: true });
  await name.fill("Glazes");
  await ada.page.getByRole("link", { name: words("console.conversations") }).click();
  const question = ada.page.getByRole("dialog", { name: words("console.leave_title") });
  await ada.button("console.leave_stay", question).click();
  await expect(name).toHaveValue("Glazes");
  await ada.page.getByRole("link", { name: words("console.conversations") }).click();
  await ada.button("console.leave_go", question).click();
  await expect(ada.list).toBeVisible();
});

test("settings that the relay could not tell say so, and come with the network", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  await ada.page.route("**/v1/settings", (route) => route.abort());
  await settings(ada).click();
  await expect(places(ada)).toBeVisible();
  const why = ada.page.getByText(words("console.refused_unavailable"));
  await expect(why).toBeVisible();
  await expect(ada.page.getByText(words("console.loading"))).toBeHidden();
  await hasNoViolations(ada.page);
  await ada.page.screenshot(picture("settings-offline"));
  await ada.page.context().setOffline(true);
  await ada.page.unrouteAll();
  await ada.page.context().setOffline(false);
  await expect(ada.page.getByRole("link", { name: stage.site.name })).toBeVisible();
  await expect(why).toBeHidden();
});
