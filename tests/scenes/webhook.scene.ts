// What the customer's own inbox core is told.
import { createHmac } from "node:crypto";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { hasNoViolations } from "../harness/axe.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import { words } from "../harness/names.ts";
import { mustBeEvent } from "../harness/openapi.ts";
import { until } from "../harness/process.ts";

const picture = (name: string) => ({ path: `dist/work/scenes/inbox-${name}.png` });

interface Delivery {
  id: string;
  body: any;
  genuine: (secret: string) => boolean;
}

/** What a receiver answers to a request, of which it knows how many came before. */
type Answering = (delivery: Delivery, before: number) => number;

interface Receiver {
  url: string;
  /** What it answered with 2xx. */
  deliveries: Delivery[];
  /** What it did not take. */
  refused: Delivery[];
  answers: (answering: Answering) => void;
  close: () => void;
}

async function receiver(answering: Answering): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const refused: Delivery[] = [];
  let answers = answering;
  const server = createServer(async (request, response) => {
    const delivery = await read(request);
    const status = answers(delivery, deliveries.length + refused.length);
    (status < 300 ? deliveries : refused).push(delivery);
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/inbox`,
    deliveries,
    refused,
    answers: (answering) => (answers = answering),
    close: () => server.close(),
  };
}

async function read(request: IncomingMessage): Promise<Delivery> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const header = (name: string) => String(request.headers[`webhook-${name}`]);
  const id = header("id");
  const genuine = (secret: string) => {
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const signed = createHmac("sha256", key).update(`${id}.${header("timestamp")}.${text}`).digest("base64");
    return header("signature").split(" ").includes(`v1,${signed}`);
  };
  const body = JSON.parse(text);
  mustBeEvent(body);
  return { id, body, genuine };
}

/** Sets the site's webhook, or takes it away. */
function webhook(stage: Stage, url: string | null, settings = {}): Promise<any> {
  return stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, {
    name: stage.site.name,
    origins: [stage.shop.origin],
    department: stage.department,
    settings,
    webhook_url: url,
  });
}

async function settingsOf(stage: Stage): Promise<any> {
  const { sites } = await stage.workspace.get("/v1/settings");
  return sites.find((it: any) => it.id === stage.site.id);
}

interface Writer {
  says: (text: string) => Promise<void>;
  /** Dials once more: the conversation then knows what holds now, whoever told it before. */
  dialsAgain: () => Promise<void>;
}

/** A visitor who has been told that the conversation is ready. */
async function visitor(stage: Stage): Promise<Writer> {
  let socket = await stage.workspace.visitor(stage.site.id);
  const greet = async () => {
    socket.say({ type: "hello", version: 1, epoch: 0 });
    await socket.hears("ready");
  };
  await greet();
  let n = 0;
  return {
    says: async (text) => {
      socket.say({ type: "post", client_id: `w${++n}`, text });
      await socket.hears("ack");
    },
    dialsAgain: async () => {
      socket = await stage.workspace.visitorAgain(socket);
      await greet();
    },
  };
}

/** The texts of the messages among these, in their order. */
function texts(deliveries: Delivery[]): string[] {
  return deliveries.flatMap(({ body }) => body.type === "message.created" ? [body.data.message.text] : []);
}

test("a receiver that comes back is told everything in order, signed, and nothing internal", async ({ stage }) => {
  // Down for the first delivery, as receivers are.
  const { url, deliveries, close } = await receiver((_, before) => (before === 0 ? 503 : 204));
  const { workspace } = stage;
  const { secret } = (await webhook(stage, url)).webhook;
  const visitor = await workspace.visitor(stage.site.id);
  visitor.say({ type: "hello", version: 1, epoch: 0 });
  await visitor.hears("ready");
  for (const [n, text] of ["One.", "Two.", "Three."].entries()) {
    visitor.say({ type: "post", client_id: `w${n}`, text });
    await visitor.hears("ack");
  }
  visitor.say({ type: "end" });

  const types = () => deliveries.map((it) => it.body.type);
  await until("the end of the session", async () => types().includes("session.closed"));
  expect(types()[0]).toBe("session.opened");
  expect(texts(deliveries)).toEqual(["One.", "Two.", "Three."]);
  expect(new Set(deliveries.map((it) => it.id)).size).toBe(deliveries.length);
  expect(deliveries.every((it) => it.genuine(secret))).toBe(true);
  close();
});

test("410 switches off every open conversation, and setting the address again sends what is stored", async ({ stage }) => {
  const { url, deliveries, refused, answers, close } = await receiver(() => 410);
  await webhook(stage, url);
  const [ana, ben] = [await visitor(stage), await visitor(stage)];
  await ana.says("Ana 1");
  await until("the webhook to be off", async () => (await settingsOf(stage)).webhook.disabled);
  for (const n of [2, 3, 4]) {
    await ana.says(`Ana ${n}`);
    await ben.says(`Ben ${n}`);
  }
  // Who had not heard of it yet learns it from the receiver, once.
  await until("both to wait", async () => (await settingsOf(stage)).undelivered?.count === 2);
  expect(refused.length).toBeLessThanOrEqual(2);
  expect((await settingsOf(stage)).undelivered.longest[0].cause).toEqual({ type: "switched_off" });

  answers(() => 204);
  await webhook(stage, url);
  await until("all that was stored", async () => texts(deliveries).length === 7);
  const of = (name: string) => texts(deliveries).filter((it) => it.startsWith(name));
  expect(of("Ana")).toEqual(["Ana 1", "Ana 2", "Ana 3", "Ana 4"]);
  expect(of("Ben")).toEqual(["Ben 2", "Ben 3", "Ben 4"]);
  await until("nobody to wait", async () => !(await settingsOf(stage)).undelivered);
  close();
});

test("what was said while a site had no webhook is sent to nobody", async ({ stage }) => {
  const { url, deliveries, close } = await receiver(() => 204);
  await webhook(stage, url);
  const [ana, ben] = [await visitor(stage), await visitor(stage)];
  await ana.says("Before");
  await until("the first message", async () => texts(deliveries).includes("Before"));
  await webhook(stage, null);
  await ana.dialsAgain();
  await ana.says("Meanwhile");
  await ben.says("Meanwhile too");
  await webhook(stage, `${url}/another`);
  await ana.dialsAgain();
  await ana.says("After");
  await ben.says("After too");
  await until("both messages", async () => texts(deliveries).length === 3);
  expect(texts(deliveries).sort()).toEqual(["After", "After too", "Before"]);
  close();
});

test("an admin sees which event is not taken and why, and leaves it out", async ({ stage }) => {
  const rejects: Answering = ({ body }) => (body.data.message?.text?.startsWith("Bad") ? 400 : 204);
  const { url, deliveries, close } = await receiver(rejects);
  await webhook(stage, url, { mask_sensitive: true });
  const ana = await visitor(stage);
  for (const text of ["My card is 4111 1111 1111 1111", "Bad", "Behind it"]) await ana.says(text);
  await until("an event to wait", async () => (await settingsOf(stage)).undelivered);

  const { page } = await stage.agent("Ada", "admin");
  await page.goto(`${stage.relay.desk}/#/settings/sites/${stage.site.id}`);
  // The list of deliveries has the attempts, and nothing to decide.
  const skip = page.getByRole("button", { name: words("console.undelivered_skip") });
  const event = page.getByRole("listitem").filter({ hasText: "The receiver answered 400.", has: skip });
  await expect(event).toContainText("message.created");
  await skip.click();
  await expect(event).toHaveCount(0);
  await until("what follows", async () => texts(deliveries).includes("Behind it"));
  expect(texts(deliveries)).toEqual([expect.stringMatching(/^My card is \*+1111$/), "Behind it"]);
  await until("nobody to wait", async () => !(await settingsOf(stage)).undelivered);
  close();
});

test("an admin connects an inbox, tests it, changes its secret, and the secret is shown once", async ({ stage }) => {
  const { url, deliveries, refused, answers, close } = await receiver(() => 204);
  const ada = await stage.agent("Ada", "admin");
  const { page } = ada;
  const secret = page.getByRole("textbox", { name: words("console.webhook_secret"), exact: true });
  const link = page.getByRole("region", { name: words("console.webhook_link") });
  const newest = () => deliveries.at(-1)!;
  await page.goto(`${stage.relay.desk}/#/settings/sites/${stage.site.id}`);
  await page.getByRole("textbox", { name: words("console.webhook_url"), exact: true }).fill(url);
  await ada.button("console.save").click();
  await expect(secret).toContainText("whsec_");
  const first = (await secret.innerText()).trim();
  await link.screenshot(picture("secret"));
  await page.reload();
  await expect(page.getByText(words("console.webhook_log_none"))).toBeVisible();
  await expect(page.getByText(first)).toHaveCount(0);

  // A test, taken and not taken: exactly what was sent, exactly what came back.
  const sent = page.getByRole("region", { name: words("console.webhook_test_sent") });
  await ada.button("console.webhook_test").click();
  await expect(sent).toContainText(`POST ${url}`);
  await expect(page.getByText("204", { exact: true })).toBeVisible();
  expect([newest().body.type, newest().genuine(first)]).toEqual(["ping", true]);
  await expect(sent).toContainText(`webhook-id: ${newest().id}`);
  answers(() => 503);
  await ada.button("console.webhook_test").click();
  await expect(page.getByText("503", { exact: true })).toBeVisible();
  expect(refused.at(-1)!.body.type).toBe("ping");
  answers(() => 204);
  await link.screenshot(picture("test"));
  await hasNoViolations(page);

  // While two secrets hold, everything is signed with both.
  await ada.button("console.webhook_rotate").click();
  await expect(secret).not.toContainText(first);
  await expect(secret).toContainText("whsec_");
  const second = (await secret.innerText()).trim();
  const ana = await visitor(stage);
  await ana.says("With two");
  await until("a delivery", async () => texts(deliveries).includes("With two"));
  expect([newest().genuine(first), newest().genuine(second)]).toEqual([true, true]);
  await ada.button("console.webhook_end").click();
  await expect(ada.button("console.webhook_rotate")).toBeVisible();
  await ana.dialsAgain();
  await ana.says("With one");
  await until("a delivery", async () => texts(deliveries).includes("With one"));
  expect([newest().genuine(first), newest().genuine(second)]).toEqual([false, true]);
  close();
});

test("an admin pauses what is sent, sees what was delivered, and sends again what was left out", async ({ stage }) => {
  const { url, deliveries, refused, answers, close } = await receiver(() => 204);
  await webhook(stage, url);
  const ada = await stage.agent("Ada", "admin");
  const { page } = ada;
  const row = (text: string) => page.getByRole("listitem").filter({ hasText: text });
  const log = page.getByRole("region", { name: words("console.webhook_log") });
  const look = () => ada.button("console.webhook_log_look").click();
  await page.goto(`${stage.relay.desk}/#/settings/sites/${stage.site.id}`);
  const ana = await visitor(stage);
  await ana.says("Before");
  await until("a delivery", async () => texts(deliveries).includes("Before"));
  await ada.button("console.webhook_pause").click();
  await expect(page.getByText(words("console.webhook_paused"), { exact: true })).toBeVisible();
  await ana.dialsAgain();
  await ana.says("Meanwhile");
  await until("it to wait", async () => (await settingsOf(stage)).undelivered?.count === 1);
  await page.reload();
  await expect(row(words("console.undelivered_paused"))).toContainText("message.created");
  expect(texts(deliveries)).toEqual(["Before"]);
  await ada.button("console.webhook_resume").click();
  await until("what waited", async () => texts(deliveries).length === 2);
  expect(texts(deliveries)).toEqual(["Before", "Meanwhile"]);

  await until("nothing to wait", async () => !(await settingsOf(stage)).undelivered);

  // A receiver that never takes something: left out, and sent once more when it can.
  answers(({ body }) => (body.data.message?.text === "Bad" ? 422 : 204));
  await ana.says("Bad");
  await until("an event to wait", async () => (await settingsOf(stage)).undelivered);
  await page.reload();
  await ada.button("console.undelivered_skip").click();
  await expect(async () => {
    await look();
    await expect(log.getByText(words("console.webhook_left_out"), { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(log.getByText(words("console.webhook_taken", { status: 204 })).first()).toBeVisible();
  await expect(log.getByText(words("console.undelivered_status", { status: 422 })).first()).toBeVisible();
  await expect(log.getByRole("listitem").first()).toContainText(/message\.created.* · attempt \d · \d+ ms · /);
  await log.screenshot(picture("log"));
  await hasNoViolations(page);
  answers(() => 204);
  await log.getByRole("button", { name: words("console.webhook_again") }).click();
  await until("it to be sent again", async () => texts(deliveries).includes("Bad"));
  expect(deliveries.at(-1)!.id).toBe(refused.at(-1)!.id);
  // Nothing else was sent twice.
  expect(new Set(deliveries.map((it) => it.id)).size).toBe(deliveries.length);

  for (const [language, width] of [["ar", 390], ["vi", 390], ["zh-Hant", 1_280]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await page.reload();
    await expect(page.getByText("message.created").first()).toBeVisible();
    const regions = ["console.webhook_link", "console.webhook_log"].map((it) => words(it, {}, language));
    for (const [n, name] of regions.entries()) {
      await page.getByRole("region", { name }).screenshot(picture(`${language}-${n}`));
    }
  }
  close();
});
