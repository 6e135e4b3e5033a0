// The API: an admin makes a key, a program reads and answers with it, and it is worth nothing once it is deleted.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Page } from "@playwright/test";

import { hasNoViolations } from "../harness/axe.ts";
import { send } from "../harness/http.ts";
import { words } from "../harness/names.ts";
import { DOCUMENT, type Exchange, mustBeAsDocumented } from "../harness/openapi.ts";
import { ROOT, temporaryFolder, until } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

const LOOKS = [
  ["en", "light", 1_280],
  ["en", "dark", 390],
  ["ar", "light", 1_280],
  ["vi", "dark", 390],
] as const;

/** A request of a program, which has no origin. */
async function asks(stage: Stage, key: string, path: string, body?: object | string, more: Record<string, string> = {}) {
  const headers = { Origin: "", Authorization: `Bearer ${key}`, ...more };
  const method = body === undefined ? "GET" : "POST";
  return await send(stage.relay.desk, `/v1/api${path}`, { method, body, headers });
}

/** The commands of the page that shows how it is done, one after the other. */
function commands(): string[] {
  const page = readFileSync(join(ROOT, "docs/api.md"), "utf8");
  return [...page.matchAll(/```sh\n([^]*?)```/g)].map((it) => it[1]!);
}

/** An admin makes a key for everything on the page of the settings. */
async function makesKey(stage: Stage, admin: string, name: string) {
  const { page, member } = await stage.agent(admin, "admin");
  await page.goto(`${stage.relay.desk}/#/settings/api-keys`);
  await page.getByLabel(words("console.api_key_name")).fill(name);
  for (const scope of ["read", "write", "manage"]) {
    await page.getByRole("checkbox", { name: words(`console.scope_${scope}`) }).setChecked(true);
  }
  await page.getByRole("button", { name: words("console.api_key_new") }).click();
  const shown = page.getByRole("textbox", { name: words("console.api_key"), exact: true });
  await expect(shown).toHaveText(/^plk_[a-z0-9]{50,}$/);
  const key = (await shown.textContent())!;
  await expect(page.getByText(words("console.api_key_once"))).toBeVisible();
  const line = lineOf(page, name);
  await expect(line).toContainText(words("console.api_key_unused"));
  return { page, member, key, line };
}

const lineOf = (page: Page, name: string) => page.getByRole("listitem").filter({ hasText: name });

/** The page of the keys as it is looked at: in other languages, dark, on a phone. */
async function looks(page: Page, name: string) {
  for (const [language, colorScheme, width] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate((it) => localStorage.setItem("porchlight:language", it), language);
    await page.reload();
    await expect(page.getByText(words("console.api_keys_hint", {}, language))).toBeVisible();
    await hasNoViolations(page);
    await page.screenshot({ path: `dist/work/scenes/${name}-${language}-${colorScheme}-${width}.png`, fullPage: true });
  }
  await page.evaluate(() => localStorage.setItem("porchlight:language", "en"));
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1_280, height: 900 });
  await page.reload();
}

test("an admin makes a key, a program reads and answers with it, and it ends at once", async ({ stage }) => {
  const { page, key, line } = await makesKey(stage, "Ada", "Order desk");
  await hasNoViolations(page);
  await page.screenshot({ path: "dist/work/scenes/api-keys-made.png" });
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Where is my vase?");
  let mine: any;
  await until("the list to have it", async () => {
    const path = `/conversations?state=queued,active&site_id=${stage.site.id}`;
    const { conversations } = JSON.parse((await asks(stage, key, path)).text);
    mine = conversations[0];
    return conversations.length === 1;
  });
  expect(mine).toMatchObject({ state: "queued", session: 1, tags: [] });
  const conversation = mine.conversation_id;

  // What the page of the documentation has is run as it stands there.
  const { path, remove } = temporaryFolder();
  const env = { ...process.env, DESK: stage.relay.desk, KEY: key, CONVERSATION: conversation };
  const run = promisify(execFile);
  const outputs: string[] = [];
  expect(commands().length).toBe(7);
  for (const command of commands()) {
    outputs.push((await run("bash", ["-euo", "pipefail", "-c", command], { cwd: path, env })).stdout);
  }
  remove();
  expect(outputs[0]).toContain(conversation);
  const asked = { headers: {}, body: "", strange: true, status: 200 };
  mustBeAsDocumented({ ...asked, method: "GET", path: "/v1/api/conversations", answer: outputs[0]! });
  const messages = `/v1/api/conversations/${conversation}/messages`;
  mustBeAsDocumented({ ...asked, method: "GET", path: `/v1/api/conversations/${conversation}`, answer: outputs[1]! });
  expect(JSON.parse(outputs[1]!)).toEqual(mine);
  mustBeAsDocumented({ ...asked, method: "GET", path: messages, answer: outputs[2]! });
  const first = JSON.parse(outputs[2]!);
  expect(first.events.map((it: any) => it.type)).toEqual(["session.opened", "message.created"]);
  await expect(visitor.line("Your vase is on its way.")).toHaveCount(1);
  await expect(visitor.transcript.getByText("Kim", { exact: true }).first()).toBeVisible();
  await expect(visitor.line("receipt.txt")).toBeVisible();
  await expect(visitor.transcript.getByText("Paid by card.")).toHaveCount(0);
  await visitor.seesNotice("widget.notice_ended_by_agent");
  const after = JSON.parse((await asks(stage, key, `/conversations/${conversation}/messages?after=${first.after}`)).text);
  const types = after.events.map((it: any) => it.type);
  expect(types).toEqual([
    "message.created",
    "message.created",
    "tags.changed",
    "visitor.upserted",
    "session.closed",
  ]);
  // The file that went with the second message, as whoever has the key is given it.
  const { name, url } = after.events[1].data.message.files[0];
  const opens = async () => await send(stage.relay.files, url.slice(stage.relay.files.length));
  expect([name, url.startsWith(`${stage.relay.files}/f/`)]).toEqual(["receipt.txt", true]);
  expect(await opens()).toMatchObject({ status: 200, text: "Paid: 12 euros" });
  // Its name makes it one, also for a key that says it again in other words.
  const said = { type: "agent.message", data: { conversation_id: conversation, text: "Once more" } };
  const again = await asks(stage, key, "/actions", said, { "Idempotency-Key": "order-17" });
  expect([again.status, JSON.parse(again.text).seq]).toEqual([200, after.events[0].data.seq]);

  await page.reload();
  await expect(line).toContainText(words("console.api_key_used", { at: "" }).trim().replace(/\.$/, ""));
  // The key itself is nowhere any more.
  expect(await page.content()).not.toContain(key);
  await looks(page, "api-keys");
  await line.getByRole("button").click();
  await expect(page.getByText(words("console.delete_api_key_text"))).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: words("console.delete"), exact: true }).click();
  await expect(line).toHaveCount(0);
  expect((await asks(stage, key, "/conversations")).text).toBe('{"reason":"unauthorized"}');
  expect((await opens()).status).toBe(403);
  await page.goto(`${stage.relay.desk}/#/settings/audit`);
  for (const deed of ["create", "delete"]) {
    const row = page.getByRole("listitem").filter({ hasText: words(`console.audit_${deed}_api_key`) });
    await expect(row.filter({ hasText: "Order desk" })).toHaveCount(1);
  }
});

test("a key is refused once its maker is no admin, until another admin takes it over", async ({ stage }) => {
  const { member, key } = await makesKey(stage, "Astrid", "Warehouse");
  const answer = async () => (await asks(stage, key, "/conversations")).status;
  expect(await answer()).toBe(200);
  const { page } = await stage.agent("Bruno", "admin");
  await page.goto(`${stage.relay.desk}/#/settings/members`);
  const line = page.getByRole("listitem").filter({ has: page.getByText("Astrid", { exact: true }) });
  await line.getByRole("combobox", { name: words("console.role") }).selectOption("agent");
  const question = page.getByRole("dialog", { name: words("console.role_change_title", { name: "Astrid" }) });
  await expect(question).toContainText(words("console.keys_stop"));
  await question.getByRole("button", { name: words("console.role_change") }).click();
  await expect(question).toHaveCount(0);
  expect(await answer()).toBe(401);

  await page.goto(`${stage.relay.desk}/#/settings/api-keys`);
  const refused = lineOf(page, "Warehouse");
  await expect(refused).toContainText(words("console.api_key_stopped"));
  await looks(page, "api-keys-stopped");
  await refused.getByRole("button", { name: words("console.api_key_take_named", { name: "Warehouse" }) }).click();
  await expect(refused).not.toContainText(words("console.api_key_stopped"));
  await expect(refused).toContainText(words("console.api_key_owner", { name: "Bruno" }));
  expect(await answer()).toBe(200);
  // It is Bruno's now, also when Astrid leaves; that her keys end is not said any more.
  await page.goto(`${stage.relay.desk}/#/settings/members`);
  await line.getByRole("button", { name: words("console.delete_named", { name: "Astrid" }) }).click();
  const removal = page.getByRole("dialog");
  await expect(removal).toContainText(words("console.remove_member_text"));
  await expect(removal).not.toContainText(words("console.keys_stop"));
  await stage.workspace.call("DELETE", `/v1/members/${member.id}`);
  expect(await answer()).toBe(200);
  await page.goto(`${stage.relay.desk}/#/settings/audit`);
  await page.reload();
  const row = page.getByRole("listitem").filter({ hasText: words("console.audit_take_api_key") });
  await expect(row).toContainText("Warehouse");
  // From what to what a role was changed stands there too.
  const changed = page.getByRole("listitem").filter({ hasText: words("console.audit_patch_member") });
  const [before, now] = [words("console.role_admin"), words("console.role_agent")];
  await expect(changed.filter({ hasText: "Astrid" })).toContainText(words("console.audit_role", { before, now }));
});

test("what programs may ask is told everybody, and what is otherwise is noticed", async ({ stage }) => {
  const { status, text, headers } = await send(stage.relay.desk, "/v1/openapi.json", { headers: { Origin: "" } });
  expect([status, text === DOCUMENT]).toEqual([200, true]);
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "cache-control": "public, max-age=3600",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  });
  const data = { conversation_id: "main-a", seq: 1 };
  const body = JSON.stringify({ type: "agent.seen", data });
  const good = { method: "POST", path: "/v1/api/actions", headers: {}, body, strange: false, status: 200, answer: "{}" };
  const list = { ...good, method: "GET", path: "/v1/api/conversations", answer: '{"conversations":[]}' };
  for (const it of [good, list, { ...good, status: 404, answer: '{"reason":"not_found"}' }]) mustBeAsDocumented(it);
  const others: [string, Exchange][] = [
    ["an answer with more than is named", { ...good, answer: '{"seq":1,"place":1}' }],
    ["an answer of another kind", { ...good, answer: '{"seq":"1"}' }],
    ["an answer that lacks something", { ...list, answer: "{}" }],
    ["a status that is not named", { ...good, status: 201 }],
    ["a reason of another status", { ...good, status: 404, answer: '{"reason":"state"}' }],
    ["an action with more than is named", { ...good, body: JSON.stringify({ type: "agent.seen", data: { ...data, at: 1 } }) }],
    ["a parameter that is not named", { ...list, path: "/v1/api/conversations?page=2" }],
    ["a name that is none", { ...good, headers: { "Idempotency-Key": "not a name" } }],
  ];
  for (const [what, it] of others) expect.soft(() => mustBeAsDocumented(it), what).toThrow(/document|nothing is said/);
});

test("a key does what it is good for and nothing else", async ({ stage }) => {
  const keyOf = async (...scopes: string[]) => (await stage.workspace.post("/v1/api-keys", { name: "A key", scopes })).secret;
  const socket = await stage.workspace.visitor(stage.site.id);
  socket.say({ type: "hello", version: 1, epoch: 0 });
  await socket.hears("ready");
  socket.say({ type: "post", client_id: "v1", text: "Hello from programs" });
  await socket.hears("ack");
  const all = await keyOf("read", "write", "manage");
  const conversation_id = await stage.workspace.conversationOf("Hello from programs");
  const says = (type: string, data: object = {}) => ["/actions", { type, data: { conversation_id, ...data } }] as const;
  const of: Record<string, (readonly [string, (object | string)?])[]> = {
    read: [["/conversations"], [`/conversations/${conversation_id}`], [`/conversations/${conversation_id}/messages?after=0`]],
    write: [
      says("agent.message", { text: "Hi" }),
      says("agent.note", { text: "Psst", agent: { name: "Kim" } }),
      says("agent.typing", { agent: { name: "Kim" }, on: true }),
      says("agent.seen", { seq: 1 }),
      [`/conversations/${conversation_id}/files?name=a.txt`, "Hello"],
    ],
    manage: [
      says("contact.tags", { agent: { name: "Kim" }, add: ["vip"] }),
      says("contact.fields", { agent: { name: "Kim" }, fields: { phone: "1" } }),
      says("session.status", { status: "closed" }),
      says("session.status", { status: "open" }),
    ],
  };
  for (const scope of Object.keys(of)) {
    const key = await keyOf(scope);
    for (const [other, tries] of Object.entries(of)) {
      for (const [path, body] of tries) {
        const { status, text } = await asks(stage, key, path, body);
        expect.soft(status, `${scope}: ${path} ${JSON.stringify(body)}: ${text}`).toBe(scope === other ? 200 : 403);
      }
    }
  }
  const bad: [string, string, object | string | undefined, number][] = [
    ["no place", "/conversations?before=nowhere", undefined, 400],
    ["a filter that is not known", "/conversations?status=open", undefined, 400],
    ["no number", `/conversations/${conversation_id}/messages?after=x`, undefined, 400],
    ["a conversation that there is not", "/conversations/main-nobody/messages", undefined, 404],
    ["the same, by itself", "/conversations/main-nobody", undefined, 404],
    ["another workspace's", "/conversations/other-a/messages", undefined, 404],
    ["nothing", "/actions", "", 400],
    ["an event that is sent out", "/actions", { type: "message.created", data: {} }, 400],
    ["a megabyte", "/actions", "x".repeat(1_000_000), 413],
    ["a file without a name", `/conversations/${conversation_id}/files`, "Hello", 400],
  ];
  for (const [what, path, body, expected] of bad) {
    const { status, text } = await asks(stage, all, path, body);
    expect.soft([status, /^{"reason":"[a-z_]+"}$/.test(text)], `${what}: ${text}`).toEqual([expected, true]);
  }
  const name = { "Idempotency-Key": "not a name" };
  expect((await asks(stage, all, ...says("agent.seen", { seq: 1 }), name)).status).toBe(400);
  for (const wrong of ["", "plk_", `${all}a`, all.toUpperCase()]) {
    expect.soft((await asks(stage, wrong, "/conversations")).text, wrong).toBe('{"reason":"unauthorized"}');
  }
});
