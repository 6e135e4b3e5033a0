// What is erased stays erased, and its browsers know it, whatever happens to the relay meanwhile.
import { request } from "node:http";

import { type Stage, expect, test } from "../harness/scene.ts";
import { type Socket } from "../harness/socket.ts";
import { until } from "../harness/process.ts";

const CANARY = "a canary that must not survive";

test("an erased conversation leaves nothing in its own database", async ({ stage }) => {
  const visitor = await writes(stage, CANARY);
  const conversation = await listed(stage, CANARY);
  await stage.relay.kill();
  expect(stage.relay.stores(CANARY)).toBe(true);
  await stage.relay.resume();

  // Tokens of before an erasure are worth nothing; whoever is there gets a new one.
  const there = await stage.workspace.visitorAgain(visitor);
  await welcome(there);
  await erases(stage, conversation);
  expect(await there.ends()).toBe(4503);
  expect(await (await stage.workspace.visitorAgain(visitor)).ends()).toBe(4401);
  const again = await stage.workspace.visitorAgain(there);
  expect((await welcome(again)).epoch).toBe(2);
  await stage.relay.kill();
  expect(stage.relay.stores(CANARY)).toBe(false);
  await stage.relay.resume();
});

test("a conversation whose database is lost in its erasure begins with the next epoch", async ({ stage }) => {
  const visitor = await writes(stage, "words to be erased");
  const conversation = await listed(stage, "words to be erased");
  await erases(stage, conversation);
  await welcome(await stage.workspace.visitorAgain(visitor));

  // As a crash leaves it between the deletion and the row that says so.
  await stage.relay.kill();
  stage.relay.loses(conversation);
  await stage.relay.resume();
  const again = await stage.workspace.visitorAgain(visitor);
  expect((await welcome(again)).epoch).toBe(2);
});

test("a file that is under way while its conversation is erased is not kept", async ({ stage }) => {
  const visitor = await writes(stage, "a file comes");
  const conversation = await listed(stage, "a file comes");
  // One that comes whole is kept, so that the look at the end means something.
  const whole = uploads(stage, visitor, `${CANARY} `.repeat(40));
  whole.goesOn();
  expect(await whole.answered).toBe(200);
  expect(stage.relay.keeps(CANARY)).toBe(true);

  const torn = uploads(stage, visitor, `${CANARY} `.repeat(40));
  // It has begun by then; if not, it is refused at its beginning and this shows less.
  await new Promise((done) => setTimeout(done, 500));
  await erases(stage, conversation);
  torn.goesOn();
  expect(await torn.answered).toBeGreaterThanOrEqual(400);
  await until("nothing to be left", async () => !stage.relay.keeps(CANARY));
});

/** Begins an upload whose last bytes come when it is told to go on. */
function uploads(stage: Stage, visitor: Socket, text: string): { goesOn(): void; answered: Promise<number> } {
  const { host, port } = new URL(stage.relay.widget);
  const sent = request({
    host: "127.0.0.1",
    port,
    path: `/v1/sites/${stage.site.id}/files`,
    method: "POST",
    headers: {
      Host: host,
      Origin: stage.relay.widget,
      Authorization: `Bearer ${visitor.dialed.protocols![1].slice("token.".length)}`,
      "X-File-Name": "passport.txt",
      "Content-Length": String(text.length),
    },
  });
  const answered = new Promise<number>((done, fail) => {
    sent.on("response", (it) => (it.resume(), done(it.statusCode!))).on("error", fail);
  });
  sent.write(text.slice(0, -10));
  return { answered, goesOn: () => void sent.end(text.slice(-10)) };
}

async function writes(stage: Stage, text: string): Promise<Socket> {
  const visitor = await stage.workspace.visitor(stage.site.id);
  await welcome(visitor);
  visitor.say({ type: "post", client_id: "c1", text });
  await visitor.hears("ack");
  return visitor;
}

/** Says hello; the answer is what the visitor is greeted with. */
async function welcome(visitor: Socket): Promise<any> {
  visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  const greeting = await visitor.hears("welcome");
  await visitor.hears("ready");
  return greeting;
}

/** The conversation that the desk lists with these words. */
async function listed(stage: Stage, text: string): Promise<string> {
  const desk = await stage.workspace.deskSocket();
  desk.say({ type: "hello", version: 1 });
  await desk.hears("welcome");
  desk.say({ type: "watch", query: { tab: "all", states: [], department: stage.department } });
  for (;;) {
    const { rows } = await desk.hears("list");
    const row = rows.find((it: { preview: string }) => it.preview === text);
    if (row) return row.conversation;
  }
}

/** The owner erases it, and is shown out. */
async function erases(stage: Stage, conversation: string): Promise<void> {
  const owner = await stage.workspace.conversationSocket(conversation);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  owner.say({ type: "erase" });
  await until("the end of the socket", async () => owner.closed !== undefined);
}
