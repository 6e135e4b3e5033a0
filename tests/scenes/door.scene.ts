// Who may come in: every route and every frame, tried by people who should not get far.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { send } from "../harness/http.ts";
import { ROOT } from "../harness/process.ts";
import { type Route, concrete, readRoutes } from "../harness/routes.ts";
import { Socket } from "../harness/socket.ts";
import { type Stage, expect, test } from "../harness/scene.ts";
import { type Role } from "../harness/workspace.ts";

const routes = readRoutes();

test.describe("routes", () => {
  test("the table was read", () => {
    expect(routes.length).toBeGreaterThan(30);
  });

  test("nobody gets past the desk's door without a sign-in", async ({ stage }) => {
    for (const route of routes.filter(needsSignIn)) {
      if (route.path.endsWith("/socket")) {
        const { status } = await Socket.dial(`${stage.relay.desk}${concrete(route.path)}`);
        expect.soft(status, route.path).toBe(401);
        continue;
      }
      const answer = await ask(stage, route);
      expect.soft(answer.status, `${route.method} ${route.path}`).toBe(401);
      expect.soft(answer.text, `${route.method} ${route.path}`).toBe('{"reason":"unauthorized"}');
    }
  });

  for (const role of ["agent", "team_lead", "supervisor", "marketer", "auditor"] as Role[]) {
    test(`${role} cannot administer`, async ({ stage }) => {
      const cookie = await signIn(stage, role);
      for (const route of routes.filter((it) => it.access === "May(Action::Administer)")) {
        const answer = await ask(stage, route, { cookie });
        expect.soft(answer.status, `${route.method} ${route.path}`).toBe(403);
        expect.soft(answer.text).toBe('{"reason":"forbidden"}');
      }
    });
  }

  for (const role of ["agent", "team_lead", "supervisor", "auditor"] as Role[]) {
    test(`${role} cannot set up campaigns`, async ({ stage }) => {
      const cookie = await signIn(stage, role);
      const own = routes.filter((it) => it.access === "May(Action::EditCampaigns)");
      expect(own.length).toBeGreaterThan(8);
      for (const route of own) {
        const answer = await ask(stage, route, { cookie });
        expect.soft([answer.status, answer.text], `${route.method} ${route.path}`)
          .toEqual([403, '{"reason":"forbidden"}']);
      }
    });
  }

  test("a sign-in is worth nothing from another origin", async ({ stage }) => {
    const cookie = await signIn(stage, "admin");
    const changing = routes.filter((it) => needsSignIn(it) && it.method !== "GET");
    for (const route of changing) {
      const answer = await ask(stage, route, { cookie, headers: { Origin: "https://evil.example" } });
      expect.soft(answer.status, `${route.method} ${route.path}`).toBe(403);
    }
  });

  test("no host serves what belongs to another", async ({ stage }) => {
    const hosts = { Widget: stage.relay.widget, Desk: stage.relay.desk, Files: stage.relay.files };
    const own = new Set(routes.map((it) => `${it.host} ${it.method} ${it.path}`));
    for (const route of routes.filter((it) => it.host !== "Any")) {
      for (const [name, origin] of Object.entries(hosts)) {
        if (own.has(`${name} ${route.method} ${route.path}`)) continue;
        const body = route.method === "GET" ? undefined : {};
        const answer = await send(origin, concrete(route.path), { method: route.method, body });
        expect.soft(answer.status, `${route.method} ${origin}${route.path}`).toBe(404);
      }
    }
  });

  test("a password is not guessed by the difference between wrong and unknown", async ({ stage }) => {
    const body = (email: string) => ({ email, password: "not the password at all" });
    const ask = (email: string) =>
      send(stage.relay.desk, "/v1/sign-in", { method: "POST", body: body(email) });
    const wrong = await ask("olga@shop.example");
    const unknown = await ask("nobody@shop.example");
    expect(wrong.status).toBe(401);
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
  });

  test("the setup token died with its use", async ({ stage }) => {
    const body = {
      token: "5e70".repeat(8),
      workspace_name: "Mine now",
      name: "Eve",
      email: "eve@evil.example",
      password: "a password of some length",
    };
    const answer = await send(stage.relay.desk, "/v1/setup", { method: "POST", body });
    expect(answer.status).toBe(404);
  });

  test("an unknown site gets an empty script and no visitor", async ({ stage }) => {
    const script = await send(stage.relay.widget, "/s/main-nosuchsite.js");
    expect(script.status).toBe(404);
    expect(script.text).not.toContain("main-nosuchsite");
    const visitor = await send(stage.relay.widget, "/v1/sites/main-nosuchsite/visitors", {
      method: "POST",
      body: {},
    });
    expect([visitor.status, visitor.text]).toEqual([404, '{"reason":"not_found"}']);
  });

  test("the frame may stand on the site's own pages only", async ({ stage }) => {
    const frame = await send(stage.relay.widget, `/frame/${stage.site.id}`);
    const policy = String(frame.headers["content-security-policy"]);
    expect(policy).toContain(`frame-ancestors ${stage.shop.origin}`);
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    const console = await send(stage.relay.desk, "/");
    expect(String(console.headers["content-security-policy"])).toContain("frame-ancestors 'none'");
  });

  test("the chat takes a port from a page of its site alone, even where its policy lets others frame it", async ({ stage }) => {
    const { page, context } = await stage.visitor();
    // A browser that knows no frame-ancestors.
    const path = `/frame/${stage.site.id}`;
    await context.route(`**${path}`, async (route) => {
      const { text } = await send(stage.relay.widget, path);
      await route.fulfill({ contentType: "text/html", body: text });
    });
    const chat = `${stage.relay.widget}${path}`;
    const frames = async (url: string, policy: Record<string, string> = {}) => {
      const body = `<!doctype html><iframe src="${chat}" style="width: 400px; height: 600px"></iframe>`;
      await page.route(url, (route) => route.fulfill({ contentType: "text/html", headers: policy, body }));
      await page.goto(url);
      const field = page.frameLocator("iframe").getByRole("textbox");
      await expect(field).toBeVisible();
      await page.evaluate(() => {
        const { port1, port2 } = new MessageChannel();
        const heard: string[] = ((globalThis as any).heard = []);
        port1.onmessage = ({ data }) => heard.push(data.type);
        frames[0]!.postMessage({ porchlight: "port" }, "*", [port2]);
      });
      // What has a port is told over it to close.
      for (let n = 0; n < 3; n++) {
        await field.press("Escape");
        await page.waitForTimeout(100);
      }
      return page.evaluate((): string[] => (globalThis as any).heard);
    };
    const { protocol, host, hostname, port } = new URL(stage.shop.origin);
    expect(await frames(`${stage.shop.origin}/frames-it`)).toContain("close");
    const strange = [
      `${protocol}//${hostname}:${Number(port) + 1_000}`,
      `${protocol}//${hostname}.strange.test:${port}`,
      `${protocol}//strange.test`,
      `${protocol}//strange.${host}`,
    ];
    for (const origin of strange) expect.soft(await frames(`${origin}/`), origin).toEqual([]);
    const sandbox = { "content-security-policy": "sandbox allow-scripts" };
    expect(await frames(`${stage.shop.origin}/sandboxed`, sandbox), "of no origin").toEqual([]);
  });
});

test.describe("a visitor's socket", () => {
  test("is told nothing before hello", async ({ stage }) => {
    const socket = await stage.workspace.visitor(stage.site.id);
    socket.say({ type: "typing", on: true });
    expect((await socket.hears("refused")).reason).toBe("hello_first");
    expect(await socket.ends()).toBe(4400);
  });

  test("needs a token that was made here, for this site", async ({ stage }) => {
    const url = `${stage.relay.widget}/v1/sites/${stage.site.id}/socket`;
    const other = await stage.workspace.site("Other", [], stage.department);
    const path = `/v1/sites/${other.id}/visitors`;
    const made = await send(stage.relay.widget, path, { method: "POST", body: {} });
    const { token } = JSON.parse(made.text);
    const [head] = token.split(/\.(?=[^.]*$)/);
    for (const bad of [undefined, "", "v1.x", `${head}.AAAA`, token]) {
      const protocols = bad === undefined ? ["porchlight.v1"] : ["porchlight.v1", `token.${bad}`];
      const { status, socket } = await Socket.dial(url, { protocols });
      if (socket) expect.soft(await socket.ends(), `token ${bad}`).toBe(4401);
      else expect.soft(status, `token ${bad}`).toBeGreaterThanOrEqual(400);
    }
  });

  test("is not opened from another origin", async ({ stage }) => {
    const url = `${stage.relay.widget}/v1/sites/${stage.site.id}/socket`;
    const path = `/v1/sites/${stage.site.id}/visitors`;
    const made = await send(stage.relay.widget, path, { method: "POST", body: {} });
    const protocols = ["porchlight.v1", `token.${JSON.parse(made.text).token}`];
    const { status } = await Socket.dial(url, { protocols, origin: "https://evil.example" });
    expect(status).toBe(403);
  });

  test("refuses what is not a frame, and loses nothing", async ({ stage }) => {
    const { conversation, again } = await chat(stage);
    for (const bad of [" ", "{", "[]", "null", '{"type":"post"}', '{"type":"sing"}', "\u0000"]) {
      const socket = await again();
      socket.say(bad);
      expect.soft((await socket.hears("refused")).reason, bad).toBe("malformed");
      expect.soft(await socket.ends(), bad).toBe(4400);
    }
    const agent = await stage.workspace.conversationSocket(conversation);
    expect(texts(await page(agent))).toEqual(["First words"]);
  });

  test("does not answer for one that came before it and is slow to close", async ({ stage }) => {
    const { again, conversation } = await chat(stage);
    const old = await again();
    old.isSlowToClose = true;
    old.say("{");
    expect(await old.ends()).toBe(4400);

    const agent = await stage.workspace.conversationSocket(conversation);
    await page(agent);
    const visitor = await again();
    // What is still on its way from a closed socket is nobody's.
    old.say({ type: "end" });
    old.say({ type: "block" });
    old.finishesClosing();
    visitor.say({ type: "post", client_id: "c2", text: "Do you hear me?" });
    expect((await visitor.hears("ack")).client_id).toBe("c2");
    agent.say({ type: "post", client_id: "n1", visibility: "note", text: "I do." });
    expect((await agent.hears("ack")).client_id).toBe("n1");
    expect(texts(await page(await stage.workspace.conversationSocket(conversation))))
      .toEqual(["First words", "Do you hear me?", "I do."]);
  });

  test("is closed on a frame of more than 64 KB", async ({ stage }) => {
    const { socket, conversation } = await chat(stage);
    socket.say({ type: "post", client_id: "big", text: "x".repeat(66_000) });
    expect((await socket.hears("refused")).reason).toBe("too_large");
    expect(await socket.ends()).toBe(4400);
    expect(texts(await page(await stage.workspace.conversationSocket(conversation)))).toEqual(["First words"]);
  });

  test("does nothing that only agents can do", async ({ stage }) => {
    const { conversation, again } = await chat(stage);
    for (const [type, frame] of Object.entries(agentFrames(stage))) {
      if (sharedWithVisitors.includes(type)) continue;
      const socket = await again();
      socket.say(frame);
      expect.soft((await socket.hears("refused")).reason, type).toBe("malformed");
    }
    const agent = await stage.workspace.conversationSocket(conversation);
    const { state } = (await welcome(agent)).conversation.session;
    expect(["queued", "offered"]).toContain(state);
  });

  test("of an ended session cannot be answered by an agent", async ({ stage }) => {
    const { socket, conversation } = await chat(stage);
    const agent = await stage.workspace.conversationSocket(conversation);
    await page(agent);
    agent.say({ type: "take" });
    await agent.hears("entry");
    socket.say({ type: "end" });
    await socket.hears("session");
    const until = async () => {
      for (;;) {
        const { conversation } = await agent.hears("conversation");
        if (conversation.session.state === "closed") return;
      }
    };
    await until();
    agent.say({ type: "post", client_id: "late", text: "Wait!" });
    const refused = await agent.hears("refused");
    expect([refused.client_id, refused.reason]).toEqual(["late", "closed"]);
  });

  test("of a blocked contact ends for good", async ({ stage }) => {
    const { socket, conversation } = await chat(stage);
    const agent = await stage.workspace.conversationSocket(conversation);
    await page(agent);
    agent.say({ type: "block" });
    expect(await socket.ends()).toBe(4410);
  });
});

test.describe("an agent's socket", () => {
  test("to a conversation of another department tells nothing", async ({ stage }) => {
    const { conversation } = await chat(stage);
    const elsewhere = await stage.workspace.department("Elsewhere");
    const member = await stage.workspace.member("Stranger", "agent", [elsewhere]);
    const cookie = await useLink(stage, await stage.workspace.signInLink(member));
    const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
    const { status, socket } = await Socket.dial(url, { cookie });
    if (!socket) return expect(status).toBeGreaterThanOrEqual(400);
    socket.say({ type: "hello", version: 1, epoch: 0 });
    await socket.ends();
    expect(socket.unread.join()).not.toContain("First words");
  });

  test("is not for marketers", async ({ stage }) => {
    const { conversation } = await chat(stage);
    const cookie = await signIn(stage, "marketer");
    const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
    const { status, socket } = await Socket.dial(url, { cookie });
    if (!socket) return expect(status).toBe(403);
    socket.say({ type: "hello", version: 1, epoch: 0 });
    await socket.ends();
    expect(socket.unread.join()).not.toContain("First words");
  });

  test("refuses an auditor whatever changes something", async ({ stage }) => {
    const { conversation } = await chat(stage);
    const cookie = await signIn(stage, "auditor");
    const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
    const { status, socket } = await Socket.dial(url, { cookie });
    if (!socket) return expect(status).toBe(403);
    await page(socket);
    for (const [type, frame] of Object.entries(agentFrames(stage))) {
      if (harmless.includes(type)) continue;
      socket.say(frame);
      const { reason } = await socket.hears("refused");
      expect.soft(["forbidden", "not_found", "state"], `${type}: ${reason}`).toContain(reason);
    }
    const owner = await stage.workspace.conversationSocket(conversation);
    expect(texts(await page(owner))).toEqual(["First words"]);
  });

  test("covers every frame there is", () => {
    const types: string[] = JSON.parse(readFileSync(join(ROOT, "tests/harness/frames.json"), "utf8"));
    const tried = Object.keys(agentFrames({ department: "d" } as Stage));
    expect(types.filter((it) => it !== "hello" && it !== "renew")).toEqual(tried.sort());
  });

  test("ends when its member is removed", async ({ stage }) => {
    const { conversation } = await chat(stage);
    const member = await stage.workspace.member("Leaver", "agent", [stage.department]);
    const cookie = await useLink(stage, await stage.workspace.signInLink(member));
    const url = `${stage.relay.desk}/v1/conversations/${conversation}/socket`;
    const { socket } = await Socket.dial(url, { cookie });
    await page(socket!);
    await stage.workspace.call("DELETE", `/v1/members/${member.id}`);
    expect([4401, 4410]).toContain(await socket!.ends());
    expect((await Socket.dial(url, { cookie })).status).toBe(401);
  });
});

/** Frames that change nothing, or only what is the reader's own. */
const harmless = ["typing", "seen", "history", "link"];
/** Frames that mean the same from a visitor. */
const sharedWithVisitors = ["typing", "seen", "history", "link", "end", "post", "set_language"];

/** One of each frame that an agent can send, but for hello and renew. */
function agentFrames(stage: Stage): Record<string, object> {
  const frames: object[] = [
    { type: "post", client_id: "f1", visibility: "note", text: "From the wrong side" },
    { type: "edit", of: 1, text: "Other words" },
    { type: "delete", of: 1 },
    { type: "typing", on: true },
    { type: "seen", place: 1 },
    { type: "take" },
    { type: "accept", offer: "o1" },
    { type: "decline", offer: "o1" },
    { type: "transfer", to: { type: "department", id: stage.department } },
    { type: "invite", agent: "m1" },
    { type: "cancel_offer" },
    { type: "leave" },
    { type: "supervise" },
    { type: "end", ask: false },
    { type: "ask" },
    { type: "wrapup", session: 1 },
    { type: "snooze" },
    { type: "wake" },
    { type: "reopen" },
    { type: "block" },
    { type: "unblock" },
    { type: "revoke" },
    { type: "erase" },
    { type: "set_language", language: "vi" },
    { type: "set_contact", details: { name: "Mallory" } },
    { type: "set_tags", tags: ["vip"] },
    { type: "set_topics", topics: [] },
    { type: "set_department", department: stage.department },
    { type: "history", before: 1 },
    { type: "link", file: "f1" },
  ];
  return Object.fromEntries(frames.map((it) => [(it as { type: string }).type, it]));
}

interface Chat {
  socket: Socket;
  conversation: string;
  /** Another socket of the same visitor, which has said hello. */
  again: () => Promise<Socket>;
}

/** A visitor who has written "First words", and the conversation's id as the desk lists it. */
async function chat(stage: Stage): Promise<Chat> {
  const path = `/v1/sites/${stage.site.id}/visitors`;
  const made = await send(stage.relay.widget, path, { method: "POST", body: {} });
  const protocols = ["porchlight.v1", `token.${JSON.parse(made.text).token}`];
  const again = async () => {
    const url = `${stage.relay.widget}/v1/sites/${stage.site.id}/socket`;
    const { status, socket } = await Socket.dial(url, { protocols });
    if (!socket) throw new Error(`the socket was answered by ${status}`);
    socket.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    await socket.hears("ready");
    return socket;
  };
  const socket = await again();
  socket.say({ type: "post", client_id: "c1", text: "First words" });
  await socket.hears("ack");
  const desk = await stage.workspace.deskSocket();
  desk.say({ type: "hello", version: 1 });
  await desk.hears("welcome");
  const query = { tab: "all", states: [], department: stage.department };
  desk.say({ type: "watch", query });
  for (;;) {
    const { rows } = await desk.hears("list");
    const row = rows.find((it: { site: string }) => it.site === stage.site.id);
    if (row) return { socket, conversation: row.conversation, again };
  }
}

async function welcome(socket: Socket): Promise<any> {
  socket.say({ type: "hello", version: 1, epoch: 0 });
  return socket.hears("welcome");
}

/** Says hello and reads the newest page. */
async function page(socket: Socket): Promise<any[]> {
  await welcome(socket);
  const { entries } = await socket.hears("entries");
  await socket.hears("ready");
  return entries;
}

function texts(entries: any[]): string[] {
  return entries.map((it) => it.body.text).filter((it) => it !== undefined);
}

async function signIn(stage: Stage, role: Role): Promise<string> {
  const member = await stage.workspace.member(`Some ${role}`, role, [stage.department]);
  return useLink(stage, await stage.workspace.signInLink(member));
}

async function useLink(stage: Stage, link: string): Promise<string> {
  const answer = await send(stage.relay.desk, "/v1/sign-in-links/use", {
    method: "POST",
    body: { token: link.split("/").at(-1) },
  });
  expect(answer.status).toBe(200);
  return answer.cookie!;
}

function ask(stage: Stage, route: Route, asked: { cookie?: string; headers?: Record<string, string> } = {}) {
  const body = route.method === "GET" ? undefined : (bodies[route.path] ?? {});
  return send(stage.relay.desk, concrete(route.path), { method: route.method, body, ...asked });
}

/** What would be obeyed if somebody who may had said it. */
const bodies: Record<string, object> = {
  "/v1/password": { old: "something that was", new: "something that will be" },
  "/v1/sites": { name: "Mine", origins: [] },
  "/v1/sites/{id}": { name: "Mine", origins: [] },
  "/v1/sites/{id}/deliveries": { conversation: "main-abc", seq: 1, action: "skip" },
  "/v1/departments": { name: "Mine" },
  "/v1/departments/{id}": { name: "Mine" },
  "/v1/invitations": { name: "Eve", email: "eve@evil.example", role: "owner", departments: [] },
  "/v1/canned-replies": { shortcut: "mine", text: "Mine" },
  "/v1/canned-replies/{id}": { shortcut: "mine", text: "Mine" },
  "/v1/topics": { name: "Mine" },
  "/v1/campaigns": { site: "main-abc", plan: campaign() },
  "/v1/campaigns/{id}": campaign(),
  "/v1/campaigns/{id}/status": { status: "live" },
  "/v1/campaigns/order": { site: "main-abc", ids: [] },
  "/v1/sites/{id}/proactive": {},
};

function campaign(): object {
  const words = { text: "Buy mine" };
  return {
    name: "Mine",
    rule: { rule: "all", of: [] },
    variants: [{ key: "a", weight: 1, texts: { en: words } }],
  };
}

function needsSignIn(route: Route): boolean {
  return route.access === "SignedIn" || route.access.startsWith("May(");
}
