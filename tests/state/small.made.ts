// A small workspace as a release stores it: the databases of its objects as SQL, and what it showed of them.
// The tests of every later release open them (`crates/inbox-host/tests/it/state.rs`,
// `relay/src/workspace/tests/stored.rs`), and nothing may be lost.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { send } from "../harness/http.ts";
import { ROOT } from "../harness/process.ts";
import { expect, test } from "../harness/scene.ts";
import type { Socket } from "../harness/socket.ts";

/** Says hello, as whoever has nothing yet. */
async function arrives(socket: Socket, more: object = {}): Promise<Socket> {
  socket.say({ type: "hello", version: 1, epoch: 0, ...more });
  await socket.hears("ready");
  return socket;
}

/** Says a line and returns its place. */
async function posts(socket: Socket, line: object): Promise<number> {
  socket.say({ type: "post", ...line });
  return (await socket.hears("ack")).place;
}

/** The newest page, as whoever comes now is told it. */
async function entries(socket: Socket): Promise<any[]> {
  socket.say({ type: "hello", version: 1, epoch: 0 });
  const { entries } = await socket.hears("entries");
  socket.drop();
  return entries;
}

test("a small workspace", async ({ relay, workspace }) => {
  const signedIn = await send(relay.desk, "/v1/sign-in", {
    method: "POST", body: { email: "olga@shop.example", password: "the kiln is at 1240 degrees" },
  });
  const department = await workspace.department("Pots", "manual");
  const site = await workspace.site("Aldermoor", ["https://shop.example"], department, { rating: true });
  await workspace.member("Ann", "agent", [department]);
  await workspace.post("/v1/canned-replies", { shortcut: "kiln", text: "The kiln is at 1240 degrees." });
  const topic = await workspace.post("/v1/topics", { name: "Glazes" });
  await workspace.post("/v1/campaigns", {
    site: site.id,
    plan: {
      name: "Winter",
      rule: { rule: "all", of: [{ rule: "is", condition: "page_time", seconds: 5 }] },
      variants: [{ key: "a", weight: 1, texts: { en: { text: "Can we help?" } } }],
    },
  });

  const vera = await arrives(await workspace.visitor(site.id), { languages: ["en"] });
  await posts(vera, { client_id: "v1", text: "Is the blue bowl safe in a dishwasher?" });
  const first = await workspace.conversationOf("Is the blue bowl safe in a dishwasher?");
  const olga = await workspace.conversationSocket(first);
  await arrives(olga);
  olga.say({ type: "take" });
  await olga.hears("entry");
  const answer = await posts(olga, { client_id: "a1", visibility: "public", text: "Yes, it si." });
  olga.say({ type: "edit", of: answer, text: "Yes, it is." });
  const slip = await posts(olga, { client_id: "a2", visibility: "public", text: "For somebody else" });
  olga.say({ type: "delete", of: slip });
  await posts(olga, { client_id: "a3", visibility: "note", text: "She bought two of them." });
  olga.say({ type: "set_tags", tags: ["glaze"] });
  olga.say({ type: "set_contact", details: { name: "Vera" } });
  olga.say({ type: "set_topics", topics: [topic.id] });
  await posts(vera, { client_id: "v2", text: "Thank you!" });
  olga.say({ type: "end", ask: false });

  const walt = await arrives(await workspace.visitor(site.id), { languages: ["en"] });
  await posts(walt, { client_id: "w1", text: "Do you ship to Norway?" });
  const second = await workspace.conversationOf("Do you ship to Norway?");

  const rows = async () => {
    const desk = await workspace.deskSocket();
    desk.say({ type: "hello", version: 1 });
    await desk.hears("welcome");
    desk.say({ type: "watch", query: { tab: "all", states: [], sort: "newest" } });
    const { rows } = await desk.hears("list");
    desk.drop();
    return rows.map(({ conversation, state, preview, tags = [] }: any) => ({ conversation, state, preview, tags }));
  };
  await expect.poll(async () => (await rows()).map((it: any) => it.state).sort()).toEqual(["closed", "queued"]);
  for (const socket of [vera, olga, walt]) socket.drop();
  const conversations = await Promise.all([first, second].map(async (id) => ({
    id, entries: await entries(await workspace.conversationSocket(id)),
  })));
  const { member: owner } = await workspace.get("/v1/me");
  const shown = {
    at: Date.now(),
    owner: owner.id,
    password: "the kiln is at 1240 degrees",
    cookie: signedIn.cookie,
    conversations,
    rows: await rows(),
    settings: await workspace.get("/v1/settings"),
    campaigns: await workspace.get("/v1/campaigns"),
    audit: await workspace.get("/v1/audit"),
  };
  await relay.kill();
  const write = (name: string, text: string) => writeFileSync(join(ROOT, "tests/state", name), text);
  for (const [name, objects] of [["desk", "DeskObject"], ["workspace", "WorkspaceObject"]] as const) {
    const [dump] = relay.dumps(objects);
    write(`${name}.sql`, dump!);
  }
  const logs = relay.dumps("ConversationObject");
  for (const [index, { id }] of conversations.entries()) {
    write(`conversation-${index + 1}.sql`, logs.find((it) => it.includes(id))!);
  }
  write("shown.json", `${JSON.stringify(shown, null, 1)}\n`);
});
