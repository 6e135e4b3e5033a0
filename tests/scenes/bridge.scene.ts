// The inbox that a company already has answers in the chat: `examples/bridge-receiver` stands for it, and
// the standard's own library for everybody else's.
import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { Webhook } from "standardwebhooks";

import { hasNoViolations } from "../harness/axe.ts";
import { send } from "../harness/http.ts";
import { KIM, Receiver, bridge, says } from "../harness/inbox.ts";
import { words } from "../harness/names.ts";
import { mustBeEvent } from "../harness/openapi.ts";
import { temporaryFolder, until } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import type { Visitor } from "../harness/visitor.ts";

/** The headers of what an inbox says or asks, from no browser. */
function signedBy(by: Webhook, id: string, text: string, at = new Date()) {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": by.sign(id, at, text),
    Origin: "",
  };
}

/** Whether a delivery is signed with the private half of a public key, as another Ed25519 sees it. */
function isSignedBy(key: string, headers: Record<string, string>, body: string): boolean {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(key.slice(5), "base64")]);
  const signature = headers["webhook-signature"]!.split(" ").find((it) => it.startsWith("v1a,"))!;
  const content = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  return verify(null, content, publicKey, Buffer.from(signature.slice(4), "base64"));
}

test("an inbox that is killed in the middle loses nothing and shows nothing twice", async ({ stage }) => {
  const { path, remove } = temporaryFolder();
  const receiver = await Receiver.of(stage, join(path, "book.jsonl"));
  const secret = await bridge(stage, receiver.url);
  await receiver.starts(secret);

  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is it open today?");
  await receiver.hears("visitor Is it open today?");
  receiver.types("Yes, <b>until six</b>.");
  await expect(visitor.line("Yes, <b>until six</b>.")).toBeVisible();
  await expect(visitor.transcript.getByText("Kim", { exact: true }).first()).toBeVisible();

  // What was typed while the relay did not take it, and what the visitor writes while nobody is there.
  await bridge(stage, receiver.url, false);
  receiver.types("We have a new kiln, too.");
  await receiver.hears("agent.message 401");
  await receiver.dies();
  await visitor.says("And tomorrow?");
  await bridge(stage, receiver.url);
  await receiver.starts(secret);
  await receiver.hears("visitor And tomorrow?");
  expect(receiver.output).not.toContain("visitor Is it open today?");
  await expect(visitor.line("We have a new kiln, too.")).toBeVisible();
  receiver.types("Tomorrow as well.");
  await expect(visitor.line("Tomorrow as well.")).toBeVisible();
  const said = (await visitor.transcript.getByRole("article").allInnerTexts()).join("\n");
  const answers = ["Yes, <b>until six</b>.", "We have a new kiln, too.", "Tomorrow as well."];
  expect(answers.map((it) => said.split(it).length - 1)).toEqual([1, 1, 1]);
  expect(said.indexOf(answers[1]!)).toBeLessThan(said.indexOf(answers[2]!));

  receiver.types("/missed 0");
  await receiver.hears('"text":"Is it open today?"');
  receiver.types("/end");
  await visitor.seesNotice("widget.notice_ended_by_agent");
  await receiver.dies();
  remove();
});

test("the standard's own library is understood, and nobody else is", async ({ stage }) => {
  const deliveries: { headers: Record<string, string>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    deliveries.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const secret = await bridge(stage, url);
  const library = new Webhook(secret);
  const socket = await stage.workspace.visitor(stage.site.id);
  socket.say({ type: "hello", version: 1, epoch: 0 });
  await socket.hears("ready");
  socket.say({ type: "post", client_id: "v1", text: "Hello" });
  await socket.hears("ack");
  await until("two deliveries", async () => deliveries.length >= 2);
  for (const { headers, body } of deliveries) library.verify(body, headers);
  const { sites } = await stage.workspace.get("/v1/settings");
  const [key] = sites.find((it: any) => it.id === stage.site.id).webhook.public_keys;
  expect(deliveries.every(({ headers, body }) => isSignedBy(key, headers, body))).toBe(true);
  const { data } = JSON.parse(deliveries[0]!.body);
  const conversation = data.conversation_id;

  const path = `/v1/sites/${stage.site.id}/bridge`;
  const signed = (id: string, text: string, at = new Date(), by = library) => signedBy(by, id, text, at);
  const post = (text: string, headers: Record<string, string>) =>
    send(stage.relay.desk, path, { method: "POST", body: text, headers });
  const message = (text: string, more = {}) =>
    JSON.stringify({
      type: "agent.message",
      timestamp: new Date().toISOString(),
      data: { conversation_id: conversation, agent: { name: "Kim" }, text, ...more },
    });
  const text = message("Hi there");
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  const good = signed("m1", text);
  const first = await post(text, good);
  expect([first.status, first.text]).toEqual([200, expect.stringMatching(/^{"seq":\d+}$/)]);
  // Replayed, retried and said in other words: the same answer, and one line.
  for (const [body, headers] of [[text, good], [text, signed("m1", text)]] as const) {
    const again = await post(body, headers);
    expect([again.status, again.text]).toEqual([200, first.text]);
  }
  const others = message("Other words");
  expect((await post(others, signed("m1", others))).text).toBe(first.text);

  const wrong = new Webhook(Buffer.from("another secret of some length").toString("base64"));
  const without = (name: string) => ({ ...signed("m2", text), [name]: "" });
  const refused: [string, string, Record<string, string>][] = [
    ["a tampered body", text.replace("Hi", "Ha"), signed("m2", text)],
    ["too old", text, signed("m2", text, ago(6))],
    ["too new", text, signed("m2", text, ago(-6))],
    ["another secret", text, signed("m2", text, new Date(), wrong)],
    ["another id", text, { ...signed("m2", text), "webhook-id": "m3" }],
    ["no id", text, without("webhook-id")],
    ["no time", text, without("webhook-timestamp")],
    ["no signature", text, without("webhook-signature")],
  ];
  for (const [what, body, headers] of refused) {
    const answer = await post(body, headers);
    expect.soft([answer.status, answer.text], what).toEqual([401, '{"reason":"unauthorized"}']);
  }
  const large = message("x".repeat(1_000_000));
  const bad: [string, string, number][] = [
    ["a megabyte", large, 413],
    ["what is sent out", deliveries[1]!.body, 400],
    ["another type", '{"type":"agent.dances","data":{}}', 400],
    ["a field that there is not", message("Hi", { colour: "red" }), 400],
    ["a text that is too long", message("x".repeat(1_001)), 400],
    ["a conversation that there is not", message("Hi", { conversation_id: "main-nobody" }), 404],
    ["another workspace's", message("Hi", { conversation_id: "other-abc" }), 404],
  ];
  for (const [what, body, status] of bad) {
    const answer = await post(body, signed(randomUUID(), body));
    expect.soft(answer.status, `${what}: ${answer.text}`).toBe(status);
    expect.soft(answer.text, what).toMatch(/^{"reason":"[a-z_]+"}$/);
  }

  const missed = `${path}/conversations/${conversation}/messages?after=0`;
  const page = await send(stage.relay.desk, missed, { headers: signed("g1", missed) });
  const { events } = JSON.parse(page.text);
  const textOf = (it: string) => JSON.parse(it).data.message?.text;
  const texts = events.map((it: any) => it.data.message?.text).filter(Boolean);
  expect(texts).toEqual(["Hello", "Hi there"]);
  await until("all deliveries", async () => deliveries.some((it) => textOf(it.body) === "Hi there"));
  expect(events.map((it: any) => it.id)).toEqual(deliveries.map((it) => it.headers["webhook-id"]));
  const other = missed.replace("after=0", "after=1");
  expect((await send(stage.relay.desk, other, { headers: signed("g2", missed) })).status).toBe(401);

  // A key of its own, of which the site knows the public half alone.
  const own = generateKeyPairSync("ed25519");
  const half = own.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  const byKey = (id: string, body: string) => {
    const headers = signed(id, body);
    const content = `${id}.${headers["webhook-timestamp"]}.${body}`;
    const signature = sign(null, Buffer.from(content), own.privateKey).toString("base64");
    return { ...headers, "webhook-signature": `v1a,${signature}` };
  };
  const byOwnKey = message("By a key");
  expect((await post(byOwnKey, byKey("p1", byOwnKey))).status).toBe(401);
  await bridge(stage, url, true, { settings: { inbox_key: `whpk_${half}` } });
  await until("the key to be known", async () => (await post(byOwnKey, byKey("p1", byOwnKey))).status === 200);
  expect((await post(`${byOwnKey} `, byKey("p2", byOwnKey))).status).toBe(401);

  // Whose webhook may not answer is not heard, whoever has its secret.
  await bridge(stage, url, false);
  await until("the switch to be known", async () => (await post(text, signed("m9", text))).status === 401);
  server.close();
});

test("the inbox gets a visitor's file by an address of its own, which ends with it", async ({ stage }) => {
  const heard: any[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    heard.push(JSON.parse(body));
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const secret = await bridge(stage, url, true);
  const bytes = Buffer.from("Paid: 12 euros");
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.attaches({ name: "receipt.txt", mimeType: "text/plain", buffer: bytes });
  await visitor.says("Here it is");
  const files = () => heard.flatMap((it) => it.data.message?.files ?? []);
  await until("the file", async () => files().length === 1);
  const [file] = files();
  expect([file.name, file.bytes]).toEqual(["receipt.txt", bytes.length]);
  const fetched = (address: string = file.url) => {
    const { origin, pathname, search } = new URL(address);
    return send(origin, `${pathname}${search}`);
  };
  expect(await fetched()).toMatchObject({ status: 200, text: String(bytes) });
  const days = (Number(new URL(file.url).searchParams.get("expires")) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(3.9);
  expect((await fetched(file.url.replace("expires=1", "expires=2"))).status).toBe(403);

  // What becomes of the contact is told without the remarks of the team, and so is who answers here.
  const conversation_id = heard[0].data.conversation_id;
  const fields = { email: "ursula@example.com", notes: "Is in a hurry" };
  await says(stage, secret, "contact.fields", { conversation_id, agent: KIM, fields });
  await says(stage, secret, "contact.tags", { conversation_id, agent: KIM, add: ["vip"] });
  const of = (type: string) => heard.find((it) => it.type === type)?.data;
  await until("the tags", async () => of("tags.changed"));
  expect(of("visitor.upserted")).toMatchObject({ by: "agent", contact: { email: fields.email } });
  expect(of("tags.changed").tags).toEqual(["vip"]);
  expect(JSON.stringify(heard)).not.toContain(fields.notes);
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  await ana.isOffered("Here it is");
  await ana.accepts();
  await until("the assignee", async () => heard.some((it) => it.data.assignee?.name === "Ana"));

  // The site tells somebody else: this address is worth nothing any more.
  await bridge(stage, `${url}other`, true);
  await until("the address to be known", async () => (await fetched()).status === 403);
  await bridge(stage, url, true);
  await until("the old address to be known", async () => (await fetched()).status === 200);

  // What is to be erased goes to nobody, until it is kept after all.
  const desk = await stage.workspace.deskSocket();
  desk.say({ type: "hello", version: 1 });
  await desk.hears("welcome");
  const does = (type: string) => desk.say({ type: "bulk", operation: { type }, conversations: [conversation_id] });
  does("block");
  await until("the file to be hidden", async () => (await fetched()).status === 404);
  const other = await stage.visitor();
  await other.opensChat();
  await other.says("Somebody else");
  const isHeard = (text: string) => heard.some((it) => it.data.message?.text === text);
  await until("what others say", async () => isHeard("Somebody else"));
  expect(of("session.closed")).toBeUndefined();
  does("unblock");
  await until("what was owed", async () => of("session.closed")?.cause === "blocked");
  expect((await fetched()).status).toBe(200);
  server.close();
});

/** An admin says on the site's page that nobody of the desk answers. */
async function choosesOnlyTheirs(stage: Stage): Promise<void> {
  const { page } = await stage.agent("Ada", "admin");
  await page.goto(`${stage.relay.desk}/#/settings/sites/${stage.site.id}`);
  const group = page.locator("section.group").filter({ hasText: words("console.webhook_hint") });
  const toggle = (key: string) => group.getByRole("switch", { name: words(key) });
  const field = (key: string) => group.getByLabel(words(key));
  const save = page.getByRole("button", { name: words("console.save"), exact: true });
  await expect(field("console.webhook_url")).not.toBeEmpty();
  // Only who may answer can be the only one who does.
  await expect(toggle("console.webhook_only")).toHaveCount(0);
  await toggle("console.webhook_answers").check();
  await expect(field("console.webhook_failover")).toHaveCount(0);
  await toggle("console.webhook_only").check();
  await expect(field("console.webhook_failover")).toHaveValue("15");
  await field("console.webhook_key").fill("whpk_short");
  await save.click();
  await expect(page.getByText(words("console.wrong_key"))).toBeVisible();
  await field("console.webhook_key").fill("");
  await save.click();
  await expect(page.getByText(words("console.saved"))).toBeVisible();
  await hasNoViolations(page);
  for (const [language, colorScheme, width] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await page.reload();
    const there = page.locator("section.group").filter({ hasText: words("console.webhook_hint", {}, language) });
    await there.screenshot({ path: `dist/work/scenes/bridge-mode-${language}-${colorScheme}-${width}.png` });
    const name = words("console.webhook_link", {}, language);
    const link = page.getByRole("region", { name });
    await link.screenshot({ path: `dist/work/scenes/bridge-keys-${language}-${colorScheme}-${width}.png` });
  }
}

const LOOKS = [
  ["en", "light", 1_280],
  ["en", "dark", 1_280],
  ["vi", "light", 390],
  ["ar", "dark", 390],
] as const;

/** An inbox that takes what it is sent, or answers with what `status` says. */
async function inbox(): Promise<{ url: string; heard: any[]; answers: (status: number) => void; close: () => void }> {
  const heard: any[] = [];
  let status = 204;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    if (status === 204) heard.push(JSON.parse(body));
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, heard, answers: (it) => (status = it), close: () => server.close() };
}

test("where only the own inbox answers the desk reads, until that inbox is away for too long", async ({ stage }) => {
  const { url, heard, answers, close } = await inbox();
  const secret = await bridge(stage, url, false);
  await choosesOnlyTheirs(stage);
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is it open today?");
  await ana.page.getByRole("tab", { name: words("console.tab_unassigned") }).click();
  const row = ana.list.getByRole("link").filter({ hasText: "Is it open today?" });
  await expect(row).toContainText(words("console.state_elsewhere"));
  await until("the message outside", async () => heard.some((it) => it.data.message?.text === "Is it open today?"));
  const conversation = heard[0].data.conversation_id;
  await row.click();
  await expect(ana.line("Is it open today?")).toBeVisible();
  await expect(ana.button("console.follow_up")).toHaveCount(0);
  await expect(ana.offer).toHaveCount(0);
  await ana.page.screenshot({ path: "dist/work/scenes/bridge-read-only.png" });

  await says(stage, secret, "agent.message", { conversation_id: conversation, agent: KIM, text: "Until six." });
  await expect(visitor.line("Until six.")).toBeVisible();

  // It takes nothing any more: who waits is offered here, and who comes next. The page counts in minutes.
  await bridge(stage, url, true, { settings: { only_elsewhere: true, failover: 1_000 } });
  answers(503);
  await visitor.says("Thank you!");
  const undelivered = async () => {
    const { sites } = await stage.workspace.get("/v1/settings");
    return sites.find((it: any) => it.id === stage.site.id).undelivered?.longest[0];
  };
  await until("it to be away", async () => {
    const event = await undelivered();
    return event !== undefined && event.since + 1_500 < Date.now();
  });
  await ana.isOffered("Thank you!");
  await ana.accepts();
  await ana.says("You are welcome.");
  await expect(visitor.line("You are welcome.")).toBeVisible();
  const other = await stage.visitor();
  await other.opensChat();
  await other.says("Hello? Anybody?");
  await ana.isOffered("Hello? Anybody?");
  await ana.accepts();
  await expect(ana.line("Hello? Anybody?")).toBeVisible();
  await ana.says("I am here.");
  await expect(other.line("I am here.")).toBeVisible();
  close();
});

test("while the own inbox is away and nobody is at the desk, visitors are told so, and what they leave is kept", async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const { url, heard, answers, close } = await inbox();
  await bridge(stage, url, true, { settings: { only_elsewhere: true, failover: 1_000 } });
  const head = (visitor: Visitor) => visitor.frame.locator(".head p");
  const greeting = (visitor: Visitor) => visitor.frame.locator(".rows .theirs").first();
  const first = await stage.visitor();
  await first.opensChat();
  await expect(head(first)).toHaveText("");
  answers(503);
  await first.says("Is it open today?");

  const looks = [
    ["en", "en-US", 1_280],
    ["vi", "vi-VN", 390],
    ["ar", "ar-EG", 390],
  ] as const;
  for (const [language, locale, width] of looks) {
    const visitor = await stage.visitor("/", { language, locale });
    // What the relay knows of a site it knows for two seconds, and an inbox is away after its third failure.
    await expect(async () => {
      await visitor.page.reload();
      await visitor.opensChatAgain();
      await expect(head(visitor)).toHaveText(words("hours.kept", {}, language), { timeout: 3_000 });
    }).toPass();
    await expect(greeting(visitor)).toContainText(words("hours.kept", {}, language));
    await visitor.page.setViewportSize({ width, height: 844 });
    await visitor.page.emulateMedia({ colorScheme: language === "en" ? "light" : "dark" });
    await visitor.page.screenshot({ path: `dist/work/scenes/bridge-kept-${language}.png` });
    if (language === "en") await visitor.says("Is my vase ready? Please write to anna@shop.example.");
  }

  // Whoever comes to the desk finds the message and the address.
  const ana = await stage.agent("Ana");
  await ana.listsAll();
  await ana.list.getByRole("link").filter({ hasText: "Is my vase ready?" }).click();
  await expect(ana.line("Is my vase ready?")).toBeVisible();
  await ana.goesAvailable();
  const welcomed = await stage.visitor();
  await expect(async () => {
    await welcomed.page.reload();
    await welcomed.opensChatAgain();
    await expect(welcomed.frame.locator(".head .team .avatar")).toHaveCount(1, { timeout: 3_000 });
  }).toPass();
  await expect(greeting(welcomed)).not.toContainText(words("hours.kept"));

  // The inbox is back: it has all of it, and answers; of the desk nobody's face is shown any more.
  answers(204);
  const said = (text: string) => heard.find((it) => it.data.message?.text?.startsWith(text));
  const triesNow = async () => {
    const { sites } = await stage.workspace.get("/v1/settings");
    const waiting = sites.find((it: any) => it.id === stage.site.id).undelivered?.longest ?? [];
    const tries = ({ conversation, seq }: any) =>
      stage.workspace.call("POST", `/v1/sites/${stage.site.id}/deliveries`, { conversation, seq, action: "retry" });
    // What was taken meanwhile is tried no more.
    for (const event of waiting) await tries(event).catch(() => null);
  };
  await until("both messages", async () => {
    await triesNow();
    return said("Is my vase ready?") && said("Is it open today?");
  });
  const conversation = said("Is my vase ready?").data.conversation_id;
  const of = (type: string) => heard.find((it) => it.type === type && it.data.conversation_id === conversation);
  await until("the address", async () => of("visitor.upserted"));
  expect(of("visitor.upserted").data).toMatchObject({ by: "visitor", contact: { email: "anna@shop.example" } });
  await expect(async () => {
    await welcomed.page.reload();
    await welcomed.opensChatAgain();
    await expect(welcomed.frame.locator(".head .team .avatar")).toHaveCount(0, { timeout: 3_000 });
  }).toPass();
  await expect(head(welcomed)).toHaveText("");
  close();
});

test("the team's notes are sent where an admin says so, and visitors are shown none", async ({ stage }) => {
  const { url, heard, close } = await inbox();
  const secret = await bridge(stage, url);
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is my vase ready?");
  const ana = await stage.agent("Ana");
  await ana.followsUp("Is my vase ready?");
  await ana.says("One moment");
  await ana.notes("Paid in March");
  await ana.says("I am looking");
  const of = (type: string) => heard.filter((it) => it.type === type).map((it) => it.data.message.text ?? null);
  await until("the answer", async () => of("message.created").includes("I am looking"));
  expect(of("note.created")).toEqual([]);

  const { page } = await stage.agent("Ada", "admin");
  await page.goto(`${stage.relay.desk}/#/settings/sites/${stage.site.id}`);
  await page.getByRole("switch", { name: words("console.webhook_notes") }).check();
  await page.getByRole("button", { name: words("console.save"), exact: true }).click();
  await expect(page.getByText(words("console.saved"))).toBeVisible();
  await page.reload();
  await expect(page.getByRole("switch", { name: words("console.webhook_notes") })).toBeChecked();

  /** The texts of the notes that the inbox is told of when it asks what it has missed. */
  const missed = async (): Promise<unknown[]> => {
    const path = `/v1/sites/${stage.site.id}/bridge/conversations/${heard[0].data.conversation_id}/messages?after=0`;
    const answer = await send(stage.relay.desk, path, { headers: signedBy(new Webhook(secret), "missed", path) });
    return (JSON.parse(answer.text).events ?? []).filter((it: any) => it.type === "note.created").map((it: any) => it.data.message.text);
  };
  // A conversation hears of what was set a moment later.
  await until("the conversation to know", async () => (await missed()).length === 1);
  // One after the other: what is edited before it is sent is sent as it is then.
  await ana.notes("Fired twice");
  await until("the note", async () => of("note.created").includes("Fired twice"));
  await ana.edits("Fired twice", "Fired once");
  await until("its edit", async () => of("note.edited").includes("Fired once"));
  await ana.deletes("Fired once");
  await until("its end", async () => of("note.deleted").length === 1);
  expect(of("note.created")).toEqual(["Fired twice"]);
  heard.forEach((it) => mustBeEvent(it));
  await ana.says("It is ready.");
  await expect(visitor.line("It is ready.")).toBeVisible();
  expect((await visitor.transcript.innerText()).match(/Paid|Fired/)).toBeNull();

  // What is asked for is what would be sent now, also of before.
  expect(await missed()).toEqual(["Paid in March", null]);
  close();
});
