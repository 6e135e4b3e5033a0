// The inbox that a company already has answers in the chat: `examples/bridge-receiver` stands for it, and
// the standard's own library for everybody else's.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { Webhook } from "standardwebhooks";

import { send } from "../harness/http.ts";
import { Program, ROOT, freePort, temporaryFolder, until } from "../harness/process.ts";
import { type Stage, expect, test } from "../harness/scene.ts";

/** Has the site tell an address, which may answer; its secret. */
async function bridge(stage: Stage, url: string, answers = true): Promise<string> {
  const { webhook } = await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, {
    name: stage.site.name,
    origins: [stage.shop.origin],
    department: stage.department,
    webhook_url: url,
    webhook_answers: answers,
  });
  return webhook.secret;
}

class Receiver {
  readonly url: string;
  readonly #start: (secret: string) => Program;
  #program: Program | undefined;

  private constructor(url: string, start: (secret: string) => Program) {
    this.url = url;
    this.#start = start;
  }

  static async of(stage: Stage, book: string): Promise<Receiver> {
    const listen = `127.0.0.1:${await freePort()}`;
    const options = { relay: stage.relay.desk, site: stage.site.id, name: "Kim", listen, book };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const start = (secret: string) =>
      new Program(join(ROOT, "target/debug/bridge-receiver"), args, { BRIDGE_SECRET: secret });
    return new Receiver(`http://${listen}/`, start);
  }

  async starts(secret: string): Promise<void> {
    this.#program = this.#start(secret);
    await this.#program.says(/Listening/);
  }

  async hears(text: string): Promise<void> {
    await until(`${text} to arrive`, async () => this.output.includes(text));
  }

  types(line: string): void {
    this.#program!.reads(line);
  }

  get output(): string {
    return this.#program!.output;
  }

  async dies(): Promise<void> {
    await this.#program!.stop("SIGKILL");
  }
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
  const { data } = JSON.parse(deliveries[0]!.body);
  const conversation = data.conversation_id;

  const path = `/v1/sites/${stage.site.id}/bridge`;
  const signed = (id: string, text: string, at = new Date(), by = library) => ({
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": by.sign(id, at, text),
    // Programs have no origin.
    Origin: "",
  });
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
  const own = (it: string) => JSON.parse(it).data.message?.text;
  const texts = events.map((it: any) => it.data.message?.text).filter(Boolean);
  expect(texts).toEqual(["Hello", "Hi there"]);
  await until("all deliveries", async () => deliveries.some((it) => own(it.body) === "Hi there"));
  expect(events.map((it: any) => it.id)).toEqual(deliveries.map((it) => it.headers["webhook-id"]));
  const other = missed.replace("after=0", "after=1");
  expect((await send(stage.relay.desk, other, { headers: signed("g2", missed) })).status).toBe(401);

  // Whose webhook may not answer is not heard, whoever has its secret.
  await bridge(stage, url, false);
  await until("the switch to be known", async () => (await post(text, signed("m9", text))).status === 401);
  server.close();
});
