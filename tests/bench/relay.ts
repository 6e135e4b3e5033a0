// The relay beside a minimal JavaScript object of the same durability, on the same machine and disk.
// Writes JSON to the file that it is told.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { send } from "../harness/http.ts";
import { Program, ROOT, WRANGLER, freePort, until } from "../harness/process.ts";
import { Relay } from "../harness/relay.ts";
import { Socket } from "../harness/socket.ts";
import { Workspace } from "../harness/workspace.ts";
import { counting } from "./counts.ts";
import { type Conversation, type Figures, load } from "./load.ts";

const N_CONVERSATIONS = 50;
const SECONDS = 10;
const ROUNDS = 5;
const SHOP = "http://shop.localhost:8788";

// On the disk that the checkout lies on: a temporary folder is often memory.
const DISK = join(ROOT, "dist/work/bench-state");

/** Something with conversations in it, and how to stop it. */
interface Contestant {
  conversations: Conversation[];
  stop: () => Promise<void>;
}

async function porchlight(): Promise<Contestant> {
  const relay = await Relay.start(DISK);
  const workspace = await Workspace.setUp(relay);
  const department = await workspace.department("Bench", "manual");
  const site = await workspace.site("Bench", [SHOP], department);
  const visitors = new Map<string, Socket>();
  for (let i = 0; i < N_CONVERSATIONS; i++) {
    const visitor = await workspace.visitor(site.id);
    visitor.say({ type: "hello", version: 1, epoch: 0 });
    await visitor.hears("ready");
    const words = `Good morning from number ${i}.`;
    visitor.say({ type: "post", client_id: `first${i}`, text: words });
    await visitor.hears("ack");
    visitors.set(words, visitor);
  }
  const conversations: Conversation[] = [];
  for (const [words, id] of await list(workspace, visitors.size)) {
    const visitor = visitors.get(words);
    if (visitor) conversations.push(await joined(visitor, await workspace.conversationSocket(id)));
  }
  if (conversations.length !== visitors.size) throw new Error("not every visitor is in the list");
  return { conversations, stop: () => relay.stop() };
}

/** What the desk shows: the last words of each conversation, and its id. */
async function list(workspace: Workspace, size: number): Promise<Map<string, string>> {
  const desk = await workspace.deskSocket();
  desk.say({ type: "hello", version: 1 });
  await desk.hears("welcome");
  const states = ["bot", "queued", "offered", "active", "snoozed"];
  desk.say({ type: "watch", query: { tab: "all", states } });
  const previews = new Map<string, string>();
  while (previews.size < size) {
    const { rows } = await desk.hears("list");
    for (const row of rows) previews.set(row.preview, row.conversation);
  }
  desk.drop();
  return previews;
}

async function joined(visitor: Socket, agent: Socket): Promise<Conversation> {
  agent.say({ type: "hello", version: 1, epoch: 0 });
  await agent.hears("ready");
  return {
    visitor,
    agent,
    post: (client_id, text) => ({ type: "post", client_id, text }),
    told: (frame) => (frame.type === "entry" ? frame.entry.body.client_id : undefined),
  };
}

async function yardstick(): Promise<Contestant> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const program = new Program("wrangler", [
    ...["dev", "--config", join(ROOT, "tests/bench/object/wrangler.toml"), "--ip", "127.0.0.1"],
    ...["--port", String(port), "--inspector-port", "0", "--show-interactive-dev-session=false"],
    ...["--persist-to", join(DISK, `object-${port}`)],
  ], WRANGLER);
  await until("the object", () => send(origin, "/").then((it) => it.status === 200, () => false));
  const conversations: Conversation[] = [];
  for (let i = 0; i < N_CONVERSATIONS; i++) {
    const [visitor, agent] = [await dial(`${origin}/c${i}`), await dial(`${origin}/c${i}`)];
    conversations.push({
      visitor,
      agent,
      post: (client_id, text) => ({ client_id, text }),
      told: (frame) => (frame.type === "entry" ? frame.entry.body.client_id : undefined),
    });
  }
  return { conversations, stop: () => program.stop("SIGTERM") };
}

async function dial(url: string): Promise<Socket> {
  const { status, socket } = await Socket.dial(url);
  if (!socket) throw new Error(`the object answered ${status}`);
  return socket;
}

async function measure(name: string, start: () => Promise<Contestant>): Promise<Figures> {
  const contestant = await start();
  try {
    const figures = await load(contestant.conversations, SECONDS);
    console.error(`  ${name}: ${JSON.stringify(figures)}`);
    return figures;
  } finally {
    for (const { visitor, agent } of contestant.conversations) visitor.drop(), agent.drop();
    await contestant.stop();
  }
}

function median(rounds: Figures[], figure: keyof Figures): number {
  const sorted = rounds.map((it) => it[figure]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function medians(rounds: Figures[]): Figures {
  return {
    messages_per_second: median(rounds, "messages_per_second"),
    p50_ms: median(rounds, "p50_ms"),
    p99_ms: median(rounds, "p99_ms"),
  };
}

const [, , outfile] = process.argv;
if (!outfile) throw new Error("where shall the figures go?");
mkdirSync(DISK, { recursive: true });
const rounds: { porchlight: Figures[]; yardstick: Figures[] } = { porchlight: [], yardstick: [] };
for (let round = 0; round < ROUNDS; round++) {
  rounds.yardstick.push(await measure("JavaScript object", yardstick));
  rounds.porchlight.push(await measure("porchlight", porchlight));
}
const counts = await counting(DISK, SECONDS);
rmSync(DISK, { recursive: true, force: true });
const result = {
  conversations: N_CONVERSATIONS,
  seconds: SECONDS,
  rounds: ROUNDS,
  porchlight: medians(rounds.porchlight),
  javascript_object: medians(rounds.yardstick),
  counts,
};
writeFileSync(outfile, `${JSON.stringify(result, null, 2)}\n`);
