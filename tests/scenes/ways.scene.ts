// The ways in that lead to many conversations at once: search, pages of the desk's list, bulk operations,
// and the inbox that a company already has. None of them gives anybody what they may not see.
import { Webhook } from "standardwebhooks";

import { send } from "../harness/http.ts";
import { until } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import { Socket } from "../harness/socket.ts";
import type { Member } from "../harness/workspace.ts";

test.use({ scenery: { assignment: "manual", settings: { mask_sensitive: true } } });

const CARD = "4111 1111 1111 1111";
const MAIL = "ursula.mask@example.com";
const QUERY = { tab: "all", states: [] };
/** Around what a double holds and what a machine's integers do. */
const HOSTILE = ["9007199254740992", "9223372036854775808", "18446744073709551615", "99999999999999999999", "-1", "1.5"];

async function writes(stage: Stage, site: string, text: string): Promise<string> {
  const visitor = await stage.workspace.visitor(site);
  visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  await visitor.hears("ready");
  visitor.say({ type: "post", client_id: "c1", text });
  await visitor.hears("ack");
  return stage.workspace.conversationOf(text);
}

/** A console without a browser. */
class Desk {
  readonly #stage: Stage;
  readonly cookie: string;
  readonly socket: Socket;

  private constructor(stage: Stage, cookie: string, socket: Socket) {
    this.#stage = stage;
    this.cookie = cookie;
    this.socket = socket;
  }

  static async of(stage: Stage, member: Member): Promise<Desk> {
    const body = { email: member.email, password: `${member.name} has a password of some length` };
    const { cookie } = await send(stage.relay.desk, "/v1/sign-in", { method: "POST", body });
    const { socket } = await Socket.dial(`${stage.relay.desk}/v1/desk/socket`, { cookie });
    socket!.say({ type: "hello", version: 1 });
    await socket!.hears("welcome");
    return new Desk(stage, cookie!, socket!);
  }

  search(body: string | object) {
    return send(this.#stage.relay.desk, "/v1/search", { method: "POST", cookie: this.cookie, body });
  }

  async finds(text: string): Promise<any[]> {
    const { status, text: page } = await this.search({ text });
    return status === 200 ? JSON.parse(page).hits : [];
  }

  /** The rows after a place. */
  async page(before: string): Promise<any> {
    this.socket.say({ type: "watch", query: QUERY, before });
    for (;;) {
      const frame = JSON.parse(await this.#next());
      if (frame.type === "page" || frame.type === "refused") return frame;
    }
  }

  /** What came of an operation on several conversations. */
  async bulk(operation: object, conversations: string[]): Promise<any> {
    this.socket.say({ type: "bulk", operation, conversations });
    for (;;) {
      const frame = JSON.parse(await this.#next());
      if (frame.type === "refused" || frame.outcome) return frame;
    }
  }

  async #next(): Promise<string> {
    await until("a frame", async () => this.socket.unread.length > 0 || this.socket.closed !== undefined);
    expect(this.socket.closed).toBeUndefined();
    return this.socket.unread.shift()!;
  }
}

test("nobody gets out of the desk's wide ways in what they may not see", async ({ stage }) => {
  const { workspace } = stage;
  const other = await workspace.department("Elsewhere", "manual");
  const elsewhere = await workspace.site("Elsewhere", [stage.shop.origin], other);
  const mine = await writes(stage, stage.site.id, `A kettle: ${CARD}, or ${MAIL}`);
  const others = await writes(stage, elsewhere.id, "A saucer that is nobody's business");
  const mia = await workspace.member("Mia", "agent", [stage.department]);
  const desk = await Desk.of(stage, mia);

  await until("the kettle to be found", async () => (await desk.finds("kettle")).length > 0);
  const whole = (await desk.search({ text: "kettle" })).text;
  for (const needle of [CARD, "4111", MAIL, "ursula"]) expect(whole).not.toContain(needle);
  for (const asked of ["4111", "4111 1111", `"${CARD}"`, "ursula", MAIL, "saucer", others, "is:open saucer"]) {
    expect(await desk.finds(asked), asked).toEqual([]);
  }
  for (const number of HOSTILE) {
    const { status } = await desk.search(`{"text":"kettle","after":${number}}`);
    expect([200, 400], `after ${number}`).toContain(status);
    const { status: east } = await desk.search(`{"text":"after:2026-01-01 kettle","minutes_east":${number}}`);
    expect([200, 400], `east by ${number}`).toContain(east);
  }

  // Places of other people's lists, and places that there cannot be.
  const places = [`-.0.-.${others}`, `0.1.0.${others}`, `-.0.99999999999999.${others}`];
  places.push(...HOSTILE.map((it) => `-.0.${it}.${others}`), ...HOSTILE.map((it) => `${it}.1.-.${mine}`), "", "....");
  for (const place of places) {
    const { type, rows = [] } = await desk.page(place);
    expect(["page", "refused"], place).toContain(type);
    expect(rows.map((it: any) => it.conversation).filter((it: string) => it !== mine), place).toEqual([]);
    expect(JSON.stringify(rows)).not.toContain("4111");
  }

  const operations = [
    { type: "take" }, { type: "end" }, { type: "reopen" }, { type: "tag", add: ["mine"] }, { type: "transfer", agent: mia.id },
  ];
  for (const operation of operations) {
    const { outcome, reason } = await desk.bulk(operation, [others, "main-nobody", "other-abc"]);
    const failed = outcome?.failed.map((it: any) => [it.name, it.reason]);
    if (reason) expect(reason, JSON.stringify(operation)).toBe("offline");
    else expect(failed, JSON.stringify(operation)).toEqual(Array(3).fill([undefined, "not_found"]));
  }

  const changes: [string, () => Promise<unknown>][] = [
    ["taken out of the department", () => workspace.call("PATCH", `/v1/members/${mia.id}`, { departments: [] })],
    ["made a marketer", () => workspace.call("PATCH", `/v1/members/${mia.id}`, { role: "marketer" })],
    ["removed", () => workspace.call("DELETE", `/v1/members/${mia.id}`)],
  ];
  for (const [how, change] of changes) {
    await change();
    expect(await desk.finds("kettle"), how).toEqual([]);
    if (how !== "taken out of the department") continue;
    expect((await desk.page("-.0.-.main-zzz")).rows ?? [], how).toEqual([]);
    const { outcome } = await desk.bulk({ type: "tag", add: ["mine"] }, [mine]);
    expect(outcome.failed, how).toEqual([{ conversation: mine, reason: "not_found" }]);
  }
  expect((await desk.search({ text: "kettle" })).status).toBe(401);
  await desk.socket.ends();
});

test("a company's inbox reaches the conversations of its site alone", async ({ stage }) => {
  const { workspace } = stage;
  const other = await workspace.department("Elsewhere", "manual");
  const elsewhere = await workspace.site("Elsewhere", [stage.shop.origin], other);
  const others = await writes(stage, elsewhere.id, "Another site's business");
  const mine = await writes(stage, stage.site.id, `Call me: ${CARD}`);
  const { webhook } = await workspace.call("PUT", `/v1/sites/${stage.site.id}`, {
    name: stage.site.name,
    origins: [stage.shop.origin],
    department: stage.department,
    settings: { mask_sensitive: true },
    webhook_url: "https://inbox.example/hooks",
    webhook_answers: true,
  });
  const library = new Webhook(webhook.secret);
  let n = 0;
  const asks = (path: string, body?: string) => {
    const [id, at] = [`w${++n}`, new Date()];
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": library.sign(id, at, body ?? path),
      Origin: "",
    };
    return send(stage.relay.desk, path, { method: body === undefined ? "GET" : "POST", body, headers });
  };
  const says = (site: string, type: string, data: object) =>
    asks(`/v1/sites/${site}/bridge`, JSON.stringify({ type, data }));
  const agent = { name: "Kim" };
  const kinds: [string, object][] = [
    ["agent.message", { agent, text: "Hello" }], ["agent.note", { agent, text: "Hello" }],
    ["agent.typing", { agent, on: true }], ["agent.seen", { seq: 1 }], ["session.status", { status: "closed" }],
    ["contact.tags", { agent, add: ["mine"] }], ["contact.fields", { agent, fields: { name: "Mine" } }],
    ["agent.edit", { seq: 1, text: "Mine" }], ["agent.edit", { id: "c1", text: "Mine" }],
    ["agent.delete", { seq: 1 }], ["agent.delete", { id: "c1" }],
  ];
  for (const [type, data] of kinds) {
    const of = (conversation_id: string) => ({ conversation_id, ...data });
    expect((await says(stage.site.id, type, of(others))).status, type).toBe(404);
    // Its secret is of one site.
    expect((await says(elsewhere.id, type, of(others))).status, type).toBe(401);
  }
  const missed = (site: string, conversation: string, after: string) =>
    asks(`/v1/sites/${site}/bridge/conversations/${conversation}/messages?after=${after}`);
  expect((await missed(stage.site.id, others, "0")).status).toBe(404);
  expect((await missed(elsewhere.id, others, "0")).status).toBe(401);
  const page = await missed(stage.site.id, mine, "0");
  expect([page.status, page.text.includes("4111")]).toEqual([200, false]);
  for (const number of HOSTILE) {
    expect([200, 400], `after ${number}`).toContain((await missed(stage.site.id, mine, number)).status);
    const seen = `{"type":"agent.seen","data":{"conversation_id":"${mine}","seq":${number}}}`;
    const { status } = await asks(`/v1/sites/${stage.site.id}/bridge`, seen);
    expect([200, 400], `seq ${number}`).toContain(status);
    for (const of of [`"type":"agent.edit","data":{"text":"Mine",`, `"type":"agent.delete","data":{`]) {
      const body = `{${of}"conversation_id":"${mine}","seq":${number}}}`;
      expect([400, 404], body).toContain((await asks(`/v1/sites/${stage.site.id}/bridge`, body)).status);
    }
  }
  // Not what the visitor said, nor what an agent did: only what it said itself.
  const owner = await workspace.conversationSocket(mine);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  owner.say({ type: "take" });
  owner.say({ type: "post", client_id: "a1", text: "An agent's words" });
  await owner.hears("ack");
  for (const id of ["c1", "a1"]) {
    const of = { conversation_id: mine, id };
    expect((await says(stage.site.id, "agent.edit", { ...of, text: "Mine" })).status, id).toBe(404);
    expect((await says(stage.site.id, "agent.delete", of)).status, id).toBe(404);
  }
  const own = { conversation_id: mine, id: "own" };
  expect((await says(stage.site.id, "agent.message", { ...own, agent, text: "What it said" })).status).toBe(200);
  expect((await says(stage.site.id, "agent.edit", { ...own, text: "What it says now" })).status).toBe(200);
  const changed = () => missed(stage.site.id, mine, "0").then(({ text }) => text);
  expect(await changed()).toContain("What it says now");
  expect((await says(stage.site.id, "agent.delete", own)).status).toBe(200);
  for (const words of ["What it said", "What it says now"]) expect(await changed()).not.toContain(words);
  expect(await changed()).toContain("An agent's words");
  // What ended a session once ends no later one when it is said again.
  const close = JSON.stringify({ type: "session.status", data: { conversation_id: mine, status: "closed" } });
  const at = new Date();
  const headers = {
    "webhook-id": "once",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": library.sign("once", at, close),
    Origin: "",
  };
  const path = `/v1/sites/${stage.site.id}/bridge`;
  const closes = () => send(stage.relay.desk, path, { method: "POST", body: close, headers });
  expect((await closes()).status).toBe(200);
  expect((await says(stage.site.id, "session.status", { conversation_id: mine, status: "open" })).status).toBe(200);
  expect((await closes()).status).toBe(200);
  expect((await says(stage.site.id, "agent.message", { conversation_id: mine, text: "Still here" })).status).toBe(200);
});
