// What is erased stays erased, and its browsers know it, whatever happens to the relay meanwhile.
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
