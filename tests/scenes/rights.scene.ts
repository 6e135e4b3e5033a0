// Rights that end, over the protocol: every way in that a browser has is tried before and after.
import { send } from "../harness/http.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import { Socket } from "../harness/socket.ts";
import { type Member, type Role } from "../harness/workspace.ts";

/** As `SIGN_INS` in `crates/inbox-types/src/limits.rs`. */
const SIGN_INS = 50;

interface Change {
  name: string;
  /** The code that the sockets to conversations close with. */
  code: number;
  /** Whether the desk's socket closes too. */
  leavesDesk: boolean;
  /** Whether the cookie and the sign-in link still let somebody in. */
  keepsCookie: boolean;
  keepsLink: boolean;
  does: (stage: Stage, member: Member, password: string) => Promise<void>;
}

const patch = (body: object) => (stage: Stage, member: Member) =>
  stage.workspace.call("PATCH", `/v1/members/${member.id}`, body);

const changes: Change[] = [
  {
    name: "removed",
    code: 4410,
    leavesDesk: true,
    keepsCookie: false,
    keepsLink: false,
    does: (stage, member) => stage.workspace.call("DELETE", `/v1/members/${member.id}`),
  },
  {
    name: "demoted to marketer",
    code: 4401,
    leavesDesk: true,
    keepsCookie: true,
    keepsLink: false,
    does: patch({ role: "marketer" }),
  },
  {
    name: "given a new password",
    code: 4401,
    leavesDesk: true,
    keepsCookie: false,
    keepsLink: false,
    does: async (stage, member, password) => {
      const body = { email: member.email, password };
      const { cookie } = await send(stage.relay.desk, "/v1/sign-in", { method: "POST", body });
      const words = { old: password, new: "another password of some length" };
      const asked = { method: "POST", body: words, cookie };
      expect((await send(stage.relay.desk, "/v1/password", asked)).status).toBe(204);
    },
  },
  {
    name: "raised to owner",
    code: 4401,
    leavesDesk: true,
    keepsCookie: false,
    keepsLink: false,
    does: patch({ role: "owner" }),
  },
  {
    name: "signed in at as many other places as one may be",
    code: 4401,
    leavesDesk: true,
    keepsCookie: false,
    keepsLink: true,
    // By links, because a password takes long to compare.
    does: async (stage, member) => {
      for (let n = 0; n < SIGN_INS; n += 1) {
        const used = await useLink(stage, await stage.workspace.signInLink(member));
        expect(used.status).toBe(200);
      }
    },
  },
  {
    name: "taken out of the department",
    code: 4401,
    leavesDesk: false,
    keepsCookie: true,
    keepsLink: true,
    does: patch({ departments: [] }),
  },
];

test("a change of rights ends every way in, also to what has ended", async ({ stage }) => {
  const { conversation, file } = await ended(stage);
  for (const change of changes) {
    await test.step(change.name, async () => {
      const member = await stage.workspace.member("Ben", "agent", [stage.department]);
      const cookie = (await useLink(stage, await stage.workspace.signInLink(member))).cookie!;
      const link = await stage.workspace.signInLink(member);
      const desk = await socket(`${stage.relay.desk}/v1/desk/socket`, cookie);
      desk.say({ type: "hello", version: 1 });
      await desk.hears("welcome");
      const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
      // One reads, and one has not even said hello.
      const [reads, waits] = [await socket(url, cookie), await socket(url, cookie)];
      reads.say({ type: "hello", version: 1, epoch: 0 });
      await reads.hears("ready");
      reads.say({ type: "link", file });
      const address = new URL((await reads.hears("link")).url);
      const fetches = () => send(stage.relay.files, `${address.pathname}${address.search}`);
      expect((await fetches()).status).toBe(200);

      await change.does(stage, member, `${member.name} has a password of some length`);
      expect(await reads.ends()).toBe(change.code);
      expect(await waits.ends()).toBe(change.code);
      if (change.leavesDesk) await desk.ends();
      expect((await fetches()).status, "the file's address").toBe(403);
      const me = await send(stage.relay.desk, "/v1/me", { cookie });
      expect(me.status, "HTTP").toBe(change.keepsCookie ? 200 : 401);
      const { status } = await Socket.dial(url, { cookie });
      if (!change.keepsCookie) expect(status).toBe(401);
      else if (change.leavesDesk) expect(status).toBe(403);
      const used = await useLink(stage, link);
      expect(used.status, "the sign-in link").toBe(change.keepsLink ? 200 : 401);
    });
  }
});

for (const name of ["given a new password", "removed"]) {
  test(`a desk that sleeps wakes to end what ends with being ${name}`, async ({ stage }) => {
    const { conversation } = await ended(stage);
    const member = await stage.workspace.member("Ben", "agent", [stage.department]);
    const cookie = (await useLink(stage, await stage.workspace.signInLink(member))).cookie!;
    const desk = await socket(`${stage.relay.desk}/v1/desk/socket`, cookie);
    desk.say({ type: "hello", version: 1 });
    await desk.hears("welcome");
    const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
    const reads = await socket(url, cookie);
    reads.say({ type: "hello", version: 1, epoch: 0 });
    await reads.hears("ready");
    // An object that nobody speaks to leaves the memory after ten seconds.
    await new Promise((done) => setTimeout(done, 16_000));
    const change = changes.find((it) => it.name === name)!;
    await change.does(stage, member, `${member.name} has a password of some length`);
    // It breaks off if its object is leaving the memory at that moment.
    expect([change.code, 1006]).toContain(await reads.ends());
    expect((await Socket.dial(url, { cookie })).status).toBe(401);
    await desk.ends();
  });
}

test("the address of a file opens as long as the conversation does, and as masked", async ({ stage }) => {
  const { conversation, file } = await talks(stage, "0912345678.txt");
  const member = await stage.workspace.member("Ben", "agent", [stage.department]);
  const cookie = (await useLink(stage, await stage.workspace.signInLink(member))).cookie!;
  const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
  const reads = await socket(url, cookie);
  reads.say({ type: "hello", version: 1, epoch: 0 });
  await reads.hears("ready");
  reads.say({ type: "link", file });
  const address = new URL((await reads.hears("link")).url);
  const fetches = () => send(stage.relay.files, `${address.pathname}${address.search}`);
  expect((await fetches()).headers["content-disposition"]).toContain("0912345678");

  await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, {
    name: "Masked",
    origins: ["http://shop.example"],
    department: stage.department,
    settings: { mask_sensitive: true },
  });
  expect((await fetches()).headers["content-disposition"]).not.toContain("0912345678");

  // One that was made for somebody who sees it masked is asked about all the same.
  reads.say({ type: "link", file });
  const { url: masked } = await reads.hears("link");
  expect(masked).toContain("masked=1");

  const { id: department } = await stage.workspace.call("POST", "/v1/departments", { name: "Elsewhere", assignment: "manual" });
  const owner = await stage.workspace.conversationSocket(conversation);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  owner.say({ type: "set_department", department });
  expect(await reads.ends()).toBe(4410);
  for (const { pathname, search } of [address, new URL(masked)]) {
    expect((await send(stage.relay.files, `${pathname}${search}`)).status).toBe(404);
  }
});

test("a link lets nobody in who might not make it any more", async ({ stage }) => {
  const admin = await stage.workspace.member("Ada", "admin", []);
  const cookie = (await useLink(stage, await stage.workspace.signInLink(admin))).cookie!;
  const asks = async (method: string, path: string, body: object) => {
    const answer = await send(stage.relay.desk, path, { method, body, cookie });
    return JSON.parse(answer.text);
  };
  const invite = (n: number) => asks("POST", "/v1/invitations", {
    name: "Ida", email: `ida-${stage.department}-${n}@shop.example`, role: "agent", departments: [],
  });
  const accept = (url: string) => send(stage.relay.desk, "/v1/invitations/accept", {
    method: "POST",
    body: { token: url.split("/").at(-1), password: "a password of some length" },
  });
  const [first, second] = [await invite(1), await invite(2)];
  expect((await accept(first.url)).status).toBe(200);
  const { invitations } = await stage.workspace.get("/v1/settings");
  const invited = invitations.find((it: { name: string }) => it.name === "Ida");
  await stage.workspace.call("PATCH", `/v1/members/${invited.id}`, { role: "owner" });
  expect((await accept(second.url)).status, "an admin's invitation for an owner").toBe(401);

  const member = await stage.workspace.member("Max", "agent", []);
  const { url } = await asks("POST", `/v1/members/${member.id}/sign-in-link`, {});
  await stage.workspace.call("DELETE", `/v1/members/${admin.id}`);
  expect((await useLink(stage, url)).status, "of somebody who is gone").toBe(401);
});

test("what came of a link does not outlive the right of whoever made it", async ({ stage }) => {
  const { workspace, relay } = stage;
  const post = (path: string, body: object, cookie?: string) =>
    send(relay.desk, path, { method: "POST", body, cookie });
  const me = async (cookie?: string) => (await send(relay.desk, "/v1/me", { cookie })).status;
  const words = "words that somebody else knows";
  /** An admin, and somebody for whom they make a link and use it themselves. */
  const scene = async () => {
    const admin = await workspace.member("Ada", "admin", []);
    const member = await workspace.member("Ben", "agent", [stage.department]);
    const { cookie } = await useLink(stage, await workspace.signInLink(admin));
    const made = await post(`/v1/members/${member.id}/sign-in-link`, {}, cookie);
    const used = await useLink(stage, JSON.parse(made.text).url);
    const body = { email: member.email, password: "Ben has a password of some length" };
    return { admin, member, as: used.cookie!, own: (await post("/v1/sign-in", body)).cookie! };
  };
  const deeds: [string, (of: { admin: Member; member: Member }) => Promise<any>, boolean][] = [
    ["removed", ({ admin }) => workspace.call("DELETE", `/v1/members/${admin.id}`), true],
    ["demoted", ({ admin }) => workspace.call("PATCH", `/v1/members/${admin.id}`, { role: "marketer" }), true],
    ["outgrown", ({ member }) => workspace.call("PATCH", `/v1/members/${member.id}`, { role: "owner" }), false],
  ];
  for (const [how, deed, keepsOwn] of deeds) {
    const { admin, member, as, own } = await scene();
    const desk = await socket(`${relay.desk}/v1/desk/socket`, as);
    desk.say({ type: "hello", version: 1 });
    await desk.hears("welcome");
    await deed({ admin, member });
    expect(await desk.ends(), `${how}: the desk's socket`).toBe(4401);
    expect(await me(as), `${how}: by a link`).toBe(401);
    expect((await post("/v1/password", { new: words }, as)).status, `${how}: a password`).toBe(401);
    expect((await Socket.dial(`${relay.desk}/v1/desk/socket`, { cookie: as })).status, how).toBe(401);
    expect(await me(own), `${how}: by their own password`).toBe(keepsOwn ? 200 : 401);
  }

  const { member, as } = await scene();
  const signIn = (password: string) => post("/v1/sign-in", { email: member.email, password });
  expect((await post("/v1/password", { new: words }, as)).status).toBe(204);
  // Whoever changes it with the old one may be whoever set that.
  expect((await post("/v1/password", { old: words, new: `${words}!` }, as)).status).toBe(204);
  expect((await signIn(`${words}!`)).status).toBe(200);
  await workspace.call("PATCH", `/v1/members/${member.id}`, { role: "admin" });
  expect((await signIn(`${words}!`)).status, "no stronger than the maker").toBe(200);
  await workspace.call("PATCH", `/v1/members/${member.id}`, { role: "owner" });
  expect((await signIn(`${words}!`)).status, "stronger").toBe(401);
  const { members } = await workspace.get("/v1/settings");
  const found = members.find((it: { id: string }) => it.id === member.id);
  expect(found.has_no_password, "and admins see why").toBe(true);
  const { cookie } = await useLink(stage, await workspace.signInLink(member));
  expect((await post("/v1/password", { new: "known to nobody else" }, cookie)).status).toBe(204);
  expect((await signIn("known to nobody else")).status).toBe(200);
  await workspace.call("PATCH", `/v1/members/${member.id}`, { role: "agent" });
});

test("nobody hides behind a colleague's sign-in that their own link made", async ({ stage }) => {
  const { workspace, relay } = stage;
  const post = (path: string, body: object, cookie?: string) =>
    send(relay.desk, path, { method: "POST", body, cookie });
  const signedIn = async (url: string) => (await useLink(stage, url)).cookie!;
  const linkFor = async (member: { id: string }, as: string) => {
    const made = await post(`/v1/members/${member.id}/sign-in-link`, {}, as);
    expect(made.status).toBe(200);
    return JSON.parse(made.text).url as string;
  };
  // Eve signs in as Ada by a link that she makes, and makes as Ada what she wants to keep.
  const eve = await workspace.member("Eve", "admin", []);
  const ada = await workspace.member("Ada", "admin", []);
  const ben = await workspace.member("Ben", "agent", [stage.department]);
  const asEve = await signedIn(await workspace.signInLink(eve));
  const asAda = await signedIn(await linkFor(ada, asEve));
  const unused = await linkFor(ben, asAda);
  const asBen = await signedIn(await linkFor(ben, asAda));
  const deep = await linkFor(ben, await signedIn(await linkFor(ada, asAda)));
  const email = `ida-${stage.department}@shop.example`;
  const body = { name: "Ida", email, role: "agent", departments: [] };
  const invited = JSON.parse((await post("/v1/invitations", body, asAda)).text).url as string;
  // What Ada makes herself is hers alone.
  const honest = await linkFor(ben, await signedIn(await workspace.signInLink(ada)));
  await workspace.call("DELETE", `/v1/members/${eve.id}`);
  const accept = (url: string) =>
    post("/v1/invitations/accept", { token: url.split("/").at(-1), password: "a password of some length" });
  for (const [what, answer] of [
    ["a link", await useLink(stage, unused)],
    ["a link of a link of a link", await useLink(stage, deep)],
    ["an invitation", await accept(invited)],
    ["a sign-in", await send(relay.desk, "/v1/me", { cookie: asBen })],
    ["the colleague's own", await send(relay.desk, "/v1/me", { cookie: asAda })],
  ] as const) {
    expect(answer.status, what).toBe(401);
  }
  expect((await useLink(stage, honest)).status, "made by Ada herself").toBe(200);
  // And the log names who may have been behind it.
  const log = await audit(stage);
  const rows = log.rows.filter((it: { behind?: { id: string }[] }) => it.behind?.some(({ id }) => id === eve.id));
  expect(rows.length).toBeGreaterThanOrEqual(4);
});

test("a visitor's tokens end by log-out and an agent's word, and a block shuts out while it lasts", async ({ stage }) => {
  const site = `${stage.relay.widget}/v1/sites/${stage.site.id}`;
  const paths = new URL(site).pathname;
  for (const way of ["log-out", "block", "revoke"]) {
    const { token } = await stage.workspace.visitorToken(stage.site.id);
    const protocols = ["porchlight.v1", `token.${token}`];
    const dial = async (slow = false) => (await Socket.dial(`${site}/socket`, { protocols, slow })).socket;
    const [one, other] = [(await dial())!, (await dial())!];
    one.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    one.say({ type: "post", client_id: "c1", text: `Before the ${way}` });
    await one.hears("ack");
    if (way === "log-out") {
      const headers = { Authorization: `Bearer ${token}` };
      const asked = { method: "POST", body: {}, headers };
      expect((await send(stage.relay.widget, `${paths}/log-out`, asked)).status).toBe(204);
      expect((await send(stage.relay.widget, `${paths}/log-out`, asked)).status).toBe(401);
    } else {
      const conversation = await stage.workspace.conversationOf(`Before the ${way}`);
      const agent = await stage.workspace.conversationSocket(conversation);
      agent.say({ type: "hello", version: 1, epoch: 0 });
      await agent.hears("ready");
      agent.say({ type: way });
      if (way === "block") {
        await agent.hears("conversation");
        // However often it dials, it holds few sockets, and none of them hears anything.
        const dials = await Promise.all(Array.from({ length: 60 }, () => dial(true)));
        const held = dials.filter((it) => it !== undefined);
        expect(held.length).toBeLessThanOrEqual(16);
        for (const socket of held) {
          expect(await socket.ends()).toBe(4410);
          expect(socket.unread).toEqual([]);
          socket.drop();
        }
        agent.say({ type: "unblock" });
        await agent.hears("conversation");
      }
    }
    const code = way === "block" ? 4410 : 4401;
    expect([await one.ends(), await other.ends()], way).toEqual([code, code]);
    // Those that were dropped are let go of some time later.
    const again = async () => {
      const socket = await dial();
      socket?.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
      return socket?.hears("ready").then(() => "let in", () => socket.ends());
    };
    await expect.poll(again, { message: way }).toBe(way === "block" ? "let in" : 4401);
  }
});

test("whoever may not come in keeps nobody out, however often they dial", async ({ stage }) => {
  const { conversation } = await talks(stage, "plan.txt");
  const otto = await stage.workspace.member("Otto", "agent", []);
  const { cookie } = await useLink(stage, await stage.workspace.signInLink(otto));
  const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
  // As many as there are places, and never does the browser say that it has heard the end.
  const held: Socket[] = [];
  for (let n = 0; n < 84; n += 1) {
    const { socket } = await Socket.dial(url, { cookie, slow: true });
    if (socket) held.push(socket);
  }
  expect(held.length, "one is told why, and few at once").toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(16);
  const owner = await stage.workspace.conversationSocket(conversation);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  for (const socket of held) {
    expect(await socket.ends()).toBe(4410);
    expect(socket.unread).toEqual([]);
    socket.drop();
  }

  // Nor does a visitor's browser whose tokens have ended, those that are of today.
  const site = `${stage.relay.widget}/v1/sites/${stage.site.id}`;
  const { token } = await stage.workspace.visitorToken(stage.site.id);
  const dial = async (by: string, slow = false) =>
    (await Socket.dial(`${site}/socket`, { protocols: ["porchlight.v1", `token.${by}`], slow })).socket;
  const one = (await dial(token))!;
  one.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  one.say({ type: "post", client_id: "c1", text: "Before the erasure" });
  await one.hears("ack");
  owner.drop();
  const erased = await stage.workspace.conversationOf("Before the erasure");
  const eraser = await stage.workspace.conversationSocket(erased);
  eraser.say({ type: "hello", version: 1, epoch: 0 });
  await eraser.hears("ready");
  const before = one.token;
  eraser.say({ type: "erase" });
  await expect.poll(() => one.token, { message: "a token of today" }).not.toBe(before);
  const old = await Promise.all(Array.from({ length: 40 }, () => dial(token, true)));
  const again = (await dial(one.token!))!;
  again.say({ type: "hello", version: 1, epoch: 1, languages: ["en"] });
  await again.hears("ready");
  const closed = old.filter((it) => it !== undefined);
  expect(closed.length).toBeLessThanOrEqual(16);
  for (const socket of closed) {
    expect(await socket.ends()).toBe(4401);
    socket.drop();
  }
});

test("whoever may read it finds who did what, and nobody else", async ({ stage }) => {
  const { conversation } = await ended(stage);
  const owner = await stage.workspace.conversationSocket(conversation);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  for (const type of ["block", "unblock"]) {
    owner.say({ type });
    await owner.hears("conversation");
  }
  owner.say({ type: "erase" });
  await owner.ends();
  const wanted = ["erase", "unblock", "block"];
  await expect.poll(async () => (await audit(stage)).rows
    .filter((it: { what: string }) => it.what === conversation)
    .map((it: { deed: string }) => it.deed)).toEqual(wanted);

  const member = await stage.workspace.member("Ivy", "admin", []);
  const { cookie } = await useLink(stage, await stage.workspace.signInLink(member));
  const { rows } = await audit(stage);
  expect(rows[0]).toMatchObject({ deed: "sign_in", what: "link", by: { id: member.id, name: "Ivy" } });
  expect(rows[1]).toMatchObject({ deed: "make_sign_in_link", what: member.id, name: "Ivy" });
  // Page by page, each row once.
  const all: number[] = [];
  for (let before: number | undefined; ; before = all.at(-1)) {
    const page = await audit(stage, before);
    all.push(...page.rows.map((it: { no: number }) => it.no));
    if (page.rows.length < 50) break;
  }
  expect(new Set(all).size).toBe(all.length);
  expect(all.at(-1), "setting up was the first").toBe(1);
  for (const before of ["-1", "x", "1.5", "9007199254740992", "18446744073709551615"]) {
    const answer = await send(stage.relay.desk, `/v1/audit?before=${before}`, { cookie });
    expect(answer.status, before).toBe(400);
  }
  for (const role of ["supervisor", "agent", "marketer"] as Role[]) {
    const other = await stage.workspace.member("Nobody", role, []);
    const signed = await useLink(stage, await stage.workspace.signInLink(other));
    const answer = await send(stage.relay.desk, "/v1/audit", { cookie: signed.cookie });
    expect([answer.status, answer.text], role).toEqual([403, '{"reason":"forbidden"}']);
  }
});

function audit(stage: Stage, before?: number): Promise<any> {
  return stage.workspace.get(before === undefined ? "/v1/audit" : `/v1/audit?before=${before}`);
}

/** A conversation with a file in it, which its visitor has ended. */
async function ended(stage: Stage): Promise<{ conversation: string; file: string }> {
  const { visitor, ...talk } = await talks(stage, "note.txt");
  visitor.say({ type: "end" });
  for (;;) {
    const { session } = await visitor.hears("session");
    if (session.state === "closed") return talk;
  }
}

/** A visitor who has sent a file of this name. */
async function talks(stage: Stage, name: string): Promise<{ visitor: Socket; conversation: string; file: string }> {
  const { token } = await stage.workspace.visitorToken(stage.site.id);
  const path = `/v1/sites/${stage.site.id}`;
  const protocols = ["porchlight.v1", `token.${token}`];
  const { socket: visitor } = await Socket.dial(`${stage.relay.widget}${path}/socket`, { protocols });
  visitor!.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  await visitor!.hears("ready");
  const headers = { Authorization: `Bearer ${token}`, "X-File-Name": name };
  const asked = { method: "POST", body: "a note", headers };
  const uploaded = await send(stage.relay.widget, `${path}/files`, asked);
  const { file } = JSON.parse(uploaded.text);
  const words = `Words of ${stage.department}`;
  visitor!.say({ type: "post", client_id: "c1", text: words, files: [file.id] });
  await visitor!.hears("ack");
  const conversation = await stage.workspace.conversationOf(words);
  return { visitor: visitor!, conversation, file: file.id };
}

async function socket(url: string, cookie: string): Promise<Socket> {
  const { status, socket } = await Socket.dial(url, { cookie });
  if (!socket) throw new Error(`${url} was answered by ${status}`);
  return socket;
}

function useLink(stage: Stage, link: string) {
  const body = { token: link.split("/").at(-1) };
  return send(stage.relay.desk, "/v1/sign-in-links/use", { method: "POST", body });
}
