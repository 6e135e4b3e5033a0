// What the relay does when its storage fails: nothing is taken for absent, wrong or told that is not.
import { PASSWORD, SHOP, test } from "../harness/attacked.ts";
import { anybody, sendFrom } from "../harness/crowd.ts";
import { until } from "../harness/process.ts";
import { SETUP_TOKEN } from "../harness/relay.ts";
import { expect } from "../harness/scene.ts";
import { Socket } from "../harness/socket.ts";

test.afterEach(({ relay }) => relay.mustNotHavePanicked());

test("what the desk does not hear is told again, also after a crash", async ({ world }) => {
  const { relay, workspace } = world;
  const member = await workspace.member("Ann", "agent", []);
  const names = async () => {
    const desk = await workspace.deskSocket();
    desk.say({ type: "hello", version: 1 });
    const { members } = await desk.hears("welcome");
    desk.drop();
    return members.map((it: { name: string }) => it.name);
  };
  await expect.poll(names).toContain("Ann");
  const deaf = "BEFORE INSERT ON meta BEGIN SELECT RAISE(ABORT, 'deaf'); END";
  await relay.kill();
  relay.tamper("DeskObject", `CREATE TRIGGER deaf ${deaf}`);
  await relay.resume();
  for (let i = 0; i < 3; i++) await workspace.signInLink(member);
  await workspace.call("PATCH", `/v1/members/${member.id}`, { name: "Anna", role: "team_lead" });
  await workspace.signInLink(member);
  const failures = () => relay.log.split("desk was not told of a change").length - 1;
  await until("the desk not to hear", async () => failures() > 0);
  expect(await names()).toContain("Ann");
  await relay.kill();
  relay.tamper("DeskObject", "DROP TRIGGER deaf");
  // Of links that are over nobody knows any more who made them.
  const [links, makers] = ["links", "link_makers"].map((it) =>
    relay.nRows("WorkspaceObject", `SELECT secret FROM ${it}`));
  expect.soft(makers).toBe(links);
  await relay.resume();
  await expect.poll(names, { timeout: 20_000 }).toContain("Anna");
});

test("a fault of storage is no empty workspace, no wrong password and no unknown site", async ({ world }) => {
  const { relay, site, cookie, workspace, settings } = world;
  const link = await workspace.signInLink(settings.members[0]);
  const invitation = await workspace.post("/v1/invitations", {
    name: "Ivy", email: "ivy@shop.example", role: "agent", departments: [],
  });
  const tokenOf = (url: string) => url.split("/").at(-1)!;
  const post = (path: string, body: object) =>
    sendFrom(anybody(), relay.desk, path, { method: "POST", body });
  const setUp = () => post("/v1/setup", {
    token: SETUP_TOKEN, workspace_name: "Mine now", name: "Eve", email: "eve@evil.example", password: PASSWORD,
  });
  const useLink = () => post("/v1/sign-in-links/use", { token: tokenOf(link) });
  const accept = () => post("/v1/invitations/accept", { token: tokenOf(invitation.url), password: PASSWORD });
  const get = (origin: string, path: string) =>
    sendFrom(anybody(), origin, path, { headers: { Cookie: cookie, Origin: SHOP } });
  const asks: Record<string, () => Promise<{ status: number }>> = {
    setUp,
    useLink,
    accept,
    signIn: () => post("/v1/sign-in", { email: "olga@shop.example", password: PASSWORD }),
    me: () => get(relay.desk, "/v1/me"),
    settings: () => get(relay.desk, "/v1/settings"),
    loader: () => get(relay.widget, `/s/${site}.js`),
    frame: () => get(relay.widget, `/frame/${site}`),
    visitor: () => sendFrom(anybody(), relay.widget, `/v1/sites/${site}/visitors`, { method: "POST", body: {} }),
    counts: () => sendFrom(anybody(), relay.widget, `/v1/sites/${site}/counts`, {
      method: "POST", headers: { Origin: SHOP }, body: { counts: [] },
    }),
    desk: () => Socket.dial(`${relay.desk}/v1/desk/socket`, { cookie }),
  };
  const keep = "CREATE TABLE kept AS SELECT * FROM book;";
  for (const broken of [
    `${keep} UPDATE book SET body = 'no row' WHERE key LIKE 'member/%'`,
    "INSERT OR REPLACE INTO book SELECT * FROM kept; DELETE FROM book WHERE key = 'workspace'",
  ]) {
    await relay.kill();
    relay.tamper("WorkspaceObject", broken);
    await relay.resume();
    for (const [name, ask] of Object.entries(asks)) {
      expect.soft((await ask()).status, `${name}: ${broken}`).toBe(503);
    }
  }
  await relay.kill();
  relay.tamper("WorkspaceObject", "INSERT OR REPLACE INTO book SELECT * FROM kept; DROP TABLE kept");
  await relay.resume();
  expect((await useLink()).status).toBe(200);
  expect((await useLink()).status).toBe(401);
  expect((await accept()).status).toBe(200);
  expect((await setUp()).status).toBe(404);
  expect((await get(relay.desk, "/v1/me")).status).toBe(200);
});
