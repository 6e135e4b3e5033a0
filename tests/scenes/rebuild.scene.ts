// The desk loses what it has stored, and its operator gets the list back.
import { send } from "../harness/http.ts";
import { until } from "../harness/process.ts";
import { Relay, SETUP_TOKEN } from "../harness/relay.ts";
import { expect, test as base } from "../harness/scene.ts";
import type { Workspace } from "../harness/workspace.ts";

const test = base.extend<{}, { relay: Relay }>({
  // It is killed, and its disk is changed by hand.
  relay: [
    async ({}, use) => {
      const relay = await Relay.start();
      await use(relay);
      await relay.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
});

const PATH = "/v1/desk/rebuild";
const LOSS = "DELETE FROM conversations; DELETE FROM involved; DELETE FROM sums;";

const asOperator = (token: string) => ({ Authorization: `Bearer ${token}` });

async function rebuild(relay: Relay, method: "GET" | "POST"): Promise<any> {
  const answer = await send(relay.desk, PATH, { method, headers: asOperator(SETUP_TOKEN) });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text);
}

/** A visitor who writes one line, and leaves or ends the session. */
async function talk(workspace: Workspace, site: string, words: string, ends = false): Promise<void> {
  const socket = await workspace.visitor(site);
  socket.say({ type: "hello", version: 1, epoch: 0 });
  await socket.hears("ready");
  socket.say({ type: "post", client_id: "c1", text: words });
  await socket.hears("ack");
  if (ends) {
    socket.say({ type: "end" });
    await socket.hears("session");
  }
  socket.drop();
}

/** What the owner's list shows of each conversation, and how many it counts. */
async function list(workspace: Workspace): Promise<{ rows: string[]; n: number }> {
  const desk = await workspace.deskSocket();
  desk.say({ type: "hello", version: 1 });
  await desk.hears("welcome");
  desk.say({ type: "watch", query: { tab: "all", states: [] } });
  const { rows, counts } = await desk.hears("list");
  desk.drop();
  const shown = rows.map((it: any) => `${it.preview}: ${it.state}`);
  return { rows: shown.sort(), n: counts.all };
}

test("nobody has the desk rebuilt but whoever has the setup token", async ({ relay, workspace }) => {
  const signedIn = await send(relay.desk, "/v1/sign-in", {
    method: "POST", body: { email: "olga@shop.example", password: "the kiln is at 1240 degrees" },
  });
  const owner = { Cookie: signedIn.cookie! };
  expect((await workspace.get("/v1/me")).member.role).toBe("owner");
  for (const method of ["GET", "POST"]) {
    for (const headers of [{}, owner, asOperator(""), asOperator(`${SETUP_TOKEN}0`), asOperator("5e70")]) {
      const answer = await send(relay.desk, PATH, { method, headers });
      expect([answer.status, answer.text]).toEqual([401, '{"reason":"unauthorized"}']);
    }
  }
  // Another page than the desk's own cannot ask, whatever it knows.
  const headers = { ...asOperator(SETUP_TOKEN), Origin: "https://evil.example" };
  expect((await send(relay.desk, PATH, { method: "POST", headers })).status).toBe(403);
  expect((await send(relay.widget, PATH, { method: "POST", headers: asOperator(SETUP_TOKEN) })).status).toBe(404);
});

test("a desk that has lost its rows gets its list back, also if it fails on the way", async ({ relay, workspace }) => {
  const department = await workspace.department("Kept", "manual");
  const { id } = await workspace.site("Kept", [], department);
  await talk(workspace, id, "I am waiting.");
  await talk(workspace, id, "So am I.");
  await talk(workspace, id, "This is over.", true);
  const expected = { rows: ["I am waiting.: queued", "So am I.: queued", "This is over.: closed"], n: 3 };
  await expect.poll(() => list(workspace)).toEqual(expected);

  await relay.kill();
  const refuses = "BEFORE INSERT ON conversations BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
  relay.tamper("DeskObject", `${LOSS} CREATE TRIGGER refuses ${refuses}`);
  await relay.resume();
  expect(await list(workspace)).toEqual({ rows: [], n: 0 });
  const failures = () => relay.log.split("fault at a timer of the desk: rebuild").length - 1;
  const begun = failures();
  expect(await rebuild(relay, "POST")).toEqual({ asked: 0, of: 3, running: true });
  await until("the rebuild to fail", async () => failures() > begun);
  expect(await rebuild(relay, "GET")).toEqual({ asked: 0, of: 3, running: true });
  // Whoever asks again does not begin another, but has it go on at once.
  const failed = failures();
  expect(await rebuild(relay, "POST")).toEqual({ asked: 0, of: 3, running: true });
  await until("the rebuild to fail again", async () => failures() > failed);
  // What is answered after that is answered once the next attempt is stored.
  await rebuild(relay, "GET");

  await relay.kill();
  relay.tamper("DeskObject", "DROP TRIGGER refuses");
  await relay.resume();
  await expect.poll(() => rebuild(relay, "GET")).toEqual({ asked: 3, of: 3, running: false });
  expect(await list(workspace)).toEqual(expected);

  // With nothing at all on its disk it begins by itself as soon as somebody comes.
  await relay.kill();
  relay.tamper("DeskObject", `${LOSS} DELETE FROM meta; DELETE FROM timers`);
  await relay.resume();
  await expect.poll(() => list(workspace)).toEqual(expected);
});
