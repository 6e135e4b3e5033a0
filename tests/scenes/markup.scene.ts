// What people write is shown as it was written, in whatever field, and never becomes part of a page;
// what is masked is masked everywhere, at once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Page } from "@playwright/test";

import { send } from "../harness/http.ts";
import { words } from "../harness/names.ts";
import { ROOT } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const MARKUP: string[] = JSON.parse(readFileSync(join(ROOT, "tests/harness/markup.json"), "utf8"));

/** Notes whatever ran, and whatever a policy refused, in each frame of a page. */
async function watches(page: Page): Promise<string[]> {
  const seen: string[] = [];
  await page.exposeFunction("__noted", (what: string) => seen.push(what));
  await page.context().addInitScript(() => {
    const note = (what: string) => (globalThis as any).__noted?.(`${location.pathname}: ${what}`);
    for (const name of ["alert", "confirm", "prompt", "print"]) {
      (globalThis as any)[name] = () => void note(name);
    }
    document.addEventListener("securitypolicyviolation", (it) => note(`${it.violatedDirective} ${it.blockedURI}`));
  });
  page.on("dialog", (it) => (seen.push(it.message()), void it.dismiss()));
  await page.reload();
  return seen;
}

/** What no text can have brought: elements that load or run, handlers, addresses that run. */
function foreign(place: Page | Frame): Promise<string[]> {
  return place.evaluate(() => {
    const risky = "iframe, object, embed, base, math, marquee, video, audio, details, noscript, template, link[href*=evil], meta[http-equiv=refresh], img:not([src^=blob]):not([src^=http])";
    const found = [...document.querySelectorAll(risky)].map((it) => it.outerHTML);
    const scripts = [...document.scripts].filter((it) => it.textContent!.includes("alert(1)") && it.type !== "application/json");
    for (const it of document.querySelectorAll("*")) {
      const runs = [...it.attributes].some(
        ({ name, value }) => name.startsWith("on") || (/^(href|src|action|formaction|data)$/.test(name) && /^\s*(java\s*script|data|vbscript):/i.test(value)),
      );
      if (runs) found.push(it.outerHTML);
    }
    return [...found, ...scripts.map((it) => it.outerHTML)].map((it) => it.slice(0, 200));
  });
}

function siteForm(stage: Stage, changes: object, settings: object): object {
  const { name, department } = stage.site;
  return { name, origins: [stage.shop.origin], department, settings, ...changes };
}

test("whatever people write is shown as it was written, and nothing of it runs", async ({ stage }) => {
  const [image, quote] = [MARKUP[3]!, MARKUP[4]!];
  const short = MARKUP.filter((it) => it.length <= 60 && !it.includes("\t"));
  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, siteForm(stage, { name: image }, {
    appearance: { greeting: { en: quote } },
  }));
  for (const it of short.slice(0, 8)) {
    await stage.workspace.post("/v1/topics", { name: it });
    await stage.workspace.post("/v1/canned-replies", { shortcut: `s${short.indexOf(it)}`, text: it, department: null });
  }
  const campaign = await stage.workspace.post("/v1/campaigns", {
    site: stage.site.id,
    plan: {
      name: image,
      rule: { rule: "all", of: [] },
      variants: [{ key: "a", weight: 1, texts: { en: { text: quote, replies: short.slice(0, 4) } } }],
    },
  });

  const visitor = await stage.visitor(`/?q=${encodeURIComponent(image)}#${image}`);
  const atVisitor = await watches(visitor.page);
  const adam = await stage.agent(image, "admin");
  const atDesk = await watches(adam.page);
  await visitor.opensChat();
  await visitor.sees(quote);
  await visitor.attaches({ name: `${quote}.txt`, mimeType: "text/plain", buffer: Buffer.from(MARKUP.join("\n")) });
  await visitor.says("The first of many");
  const conversation = await stage.workspace.conversationOf("The first of many");
  const team = await stage.workspace.conversationSocket(conversation);
  team.say({ type: "hello", version: 1, epoch: 0 });
  await team.hears("ready");
  const details = { name: image, email: quote, phone: "<svg onload=alert(1)>", extra: quote, notes: MARKUP.slice(0, 20).join("\n") };
  team.say({ type: "take" });
  team.say({ type: "set_contact", details });
  team.say({ type: "set_tags", tags: short.slice(0, 20) });
  for (const [n, text] of MARKUP.entries()) {
    team.say({ type: "post", client_id: `p${n}`, visibility: "public", text });
  }
  for (const [n, text] of MARKUP.entries()) {
    team.say({ type: "post", client_id: `n${n}`, visibility: "note", text });
    await team.hears("ack");
  }

  // The widget.
  for (const text of [MARKUP.at(0)!, MARKUP.at(-1)!]) await visitor.sees(text);
  expect(await foreign(await visitor.chat())).toEqual([]);
  const shown = await visitor.transcript.innerText();
  for (const it of MARKUP.filter((it) => !/[\t\u2028]/.test(it))) expect(shown).toContain(it);

  // The desk: list, conversation, details, settings, campaigns.
  await adam.page.getByRole("tab", { name: words("console.tab_all") }).click();
  await adam.goesTo(`#/conversation/${conversation}`);
  await adam.sees(MARKUP.at(-1)!);
  await expect(adam.page.getByText(short[19]!, { exact: true }).first()).toBeVisible();
  expect(await foreign(adam.page)).toEqual([]);
  for (const place of ["sites", "members", "topics", "canned-replies"]) {
    await adam.page.evaluate((hash) => (location.hash = hash), `#/settings/${place}`);
    const shown = adam.page.getByRole("main").getByText(image).or(adam.page.getByRole("textbox"));
    await expect(shown.first()).toBeAttached();
    expect(await foreign(adam.page)).toEqual([]);
  }
  await adam.page.evaluate((hash) => (location.hash = hash), `#/campaigns/${campaign.id}`);
  const stageOfCampaign = adam.page.getByRole("complementary", { name: words("console.preview") });
  await expect(stageOfCampaign.getByText(quote).first()).toBeVisible();
  // The preview has the site's colour, which the console's policy must not refuse.
  await expect(stageOfCampaign.locator(".stage-launcher")).toHaveCSS("background-color", "rgb(11, 95, 255)");
  expect(await foreign(adam.page)).toEqual([]);
  expect({ atVisitor, atDesk }).toEqual({ atVisitor: [], atDesk: [] });
});

test("an open console follows the masking setting, in what it shows, edits, links and saves", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor("/?mail=ursula%40example.com");
  await visitor.opensChat();
  const file = { name: "4111 1111 1111 1111.txt", mimeType: "text/plain", buffer: Buffer.from("x") };
  await visitor.attaches(file);
  await visitor.says("I am on https://shop.example/?mail=ursula@example.com");
  await ana.accepts();
  await ana.sees("ursula@example.com");
  const link = ana.transcript.getByRole("link", { name: "https://shop.example/" });
  await expect(link).toHaveCount(1);
  await expect(ana.page.getByLabel(words("console.field_extra"))).toBeEditable();

  const conversation = await stage.workspace.conversationOf("I am on https://shop.example/?mail=ursula@example.com");
  const team = await stage.workspace.conversationSocket(conversation);
  team.say({ type: "hello", version: 1, epoch: 0 });
  await team.hears("ready");
  team.say({ type: "set_contact", details: { email: "ursula@example.com" } });
  await expect(ana.page.getByLabel(words("console.email"))).toHaveValue("ursula@example.com");

  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, siteForm(stage, {}, { mask_sensitive: true }));
  await ana.sees("u*****@example.com");
  await expect(link).toHaveCount(0);
  await expect(ana.page.getByText(/ursula|4111/)).toHaveCount(0);
  await expect(ana.page.getByLabel(words("console.email"))).toHaveCount(0);
  const extra = ana.page.getByLabel(words("console.field_extra"));
  await extra.fill("C-1001");
  await ana.button("console.save").click();
  for (;;) {
    const { conversation: now } = await team.hears("conversation");
    if (!now.contact.details.extra) continue;
    expect(now.contact.details).toMatchObject({ email: "ursula@example.com", extra: "C-1001" });
    break;
  }
  const asked = ana.page.context().waitForEvent("request", (it) => it.url().includes("/f/"));
  await ana.transcript.getByRole("button", { name: "1111.txt" }).click();
  const address = new URL((await asked).url());
  const answer = await send(address.origin, address.pathname + address.search);
  expect(answer.status).toBe(200);
  const disposition = decodeURIComponent(String(answer.headers["content-disposition"]));
  expect(disposition).toContain("************1111.txt");
  expect(disposition).not.toContain("4111");

  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, siteForm(stage, {}, {}));
  await ana.sees("ursula@example.com");
  await expect(link).toHaveCount(1);
});
