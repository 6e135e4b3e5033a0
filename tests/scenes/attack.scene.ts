// What strangers send to break things: numbers that no machine holds, bodies that do not end, crowds.
import { PASSWORD, SHOP, type World, plan, test } from "../harness/attacked.ts";
import { anybody, anybodyIn, sendFrom, sendWithoutEnd, sideBySide } from "../harness/crowd.ts";
import { until } from "../harness/process.ts";
import { SETUP_TOKEN } from "../harness/relay.ts";
import { type Route, concrete, readRoutes } from "../harness/routes.ts";
import { expect } from "../harness/scene.ts";
import { Socket } from "../harness/socket.ts";

/** Around what a double holds, what a machine's integers do, and what is no such number at all. */
const HOSTILE = [
  "9007199254740991", "9007199254740993", "9223372036854775808", "18446744073709551615", "-1.5",
  "9".repeat(400),
];

/** What is sent to a route: a body, or null where none is read. */
type Row = (world: World) => { body?: unknown; as?: "owner" | "visitor" | "operator" | "key"; origin?: string };

const administered = (body: (world: World) => unknown): Row => (world) => ({ body: body(world), as: "owner" });
const asked: Row = () => ({ as: "owner" });
const keyed: Row = () => ({ as: "key" });
const open: Row = () => ({});

/** A row for each route of the relay. */
const ROWS: Record<string, Row> = {
  "GET /health": open,
  "GET /s/{site}.js": open,
  "GET /frame/{site}": open,
  "GET /assets/{asset}": open,
  "POST /v1/sites/{site}/visitors": open,
  "GET /v1/sites/{site}/socket": open,
  "POST /v1/sites/{site}/files": () => ({ as: "visitor", body: "Hello" }),
  "GET /v1/sites/{site}/availability": () => ({ origin: SHOP }),
  "POST /v1/stops/{script}": open,
  "POST /v1/sites/{site}/counts": ({ campaign }) => ({
    origin: SHOP,
    body: { counts: [{ campaign, variant: "a", eligible: 1, shown: 1, clicked: 1, goals: 1, value: 1 }] },
  }),
  "GET /": open,
  "POST /v1/setup": () => ({
    body: { token: SETUP_TOKEN, workspace_name: "Mine", name: "Eve", email: "eve@evil.example", password: PASSWORD },
  }),
  "POST /v1/desk/rebuild": () => ({ as: "operator" }),
  "GET /v1/desk/rebuild": () => ({ as: "operator" }),
  "POST /v1/sign-in": () => ({ body: { email: "eve@evil.example", password: "a wrong one" } }),
  "POST /v1/sign-in-links/use": () => ({ body: { token: "made-up" } }),
  "POST /v1/invitations/accept": () => ({ body: { token: "made-up", password: PASSWORD } }),
  // By nobody, so that the owner stays signed in.
  "POST /v1/sign-out": open,
  "GET /v1/me": asked,
  "POST /v1/password": administered(() => ({ old: "a wrong one", new: PASSWORD })),
  "GET /v1/sign-ins": asked,
  "DELETE /v1/sign-ins/{id}": asked,
  "GET /v1/settings": asked,
  "PUT /v1/settings": administered((it) => it.settings.settings),
  "POST /v1/sites": administered(siteForm),
  "PUT /v1/sites/{id}": administered(siteForm),
  "DELETE /v1/sites/{id}": asked,
  "POST /v1/sites/{id}/secret": asked,
  "DELETE /v1/sites/{id}/previous-secret": asked,
  "PUT /v1/sites/{id}/pause": administered(() => ({ paused: false })),
  "POST /v1/sites/{id}/ping": asked,
  "GET /v1/sites/{id}/deliveries": asked,
  "POST /v1/sites/{id}/deliveries": administered(({ conversation }) => ({ conversation, seq: 1, action: "retry" })),
  // By nobody, so that the visitor stays.
  "POST /v1/sites/{site}/log-out": open,
  "GET /v1/audit": asked,
  "POST /v1/search": administered(() => ({ text: "from:eve \" OR 1", after: 1, minutes_east: 60 })),
  "POST /v1/departments": administered(() => ({ name: "Mine" })),
  "PUT /v1/departments/{id}": administered(() => ({ name: "Mine" })),
  "DELETE /v1/departments/{id}": asked,
  "POST /v1/invitations": administered(() => ({ name: "Eve", email: "eve@x.example", role: "agent", departments: [] })),
  "PATCH /v1/members/{id}": administered(() => ({ name: "Mine" })),
  "DELETE /v1/members/{id}": asked,
  "POST /v1/members/{id}/sign-in-link": asked,
  "POST /v1/canned-replies": administered(() => ({ shortcut: "mine", text: "Mine" })),
  "PUT /v1/canned-replies/{id}": administered(() => ({ shortcut: "mine", text: "Mine" })),
  "DELETE /v1/canned-replies/{id}": asked,
  "POST /v1/topics": administered(() => ({ name: "Mine" })),
  "DELETE /v1/topics/{id}": asked,
  "POST /v1/views": administered(() => ({ name: "Mine", address: "tab=all&tag=%22%3Cb%3E", shared: true })),
  "DELETE /v1/views/{id}": asked,
  "GET /v1/campaigns": asked,
  "POST /v1/campaigns": administered(({ site }) => ({ site, plan: plan() })),
  "POST /v1/campaigns/order": administered(({ site, campaign }) => ({ site, ids: [campaign] })),
  "PUT /v1/campaigns/{id}": administered(plan),
  "POST /v1/campaigns/{id}/status": administered(() => ({ status: "draft" })),
  "GET /v1/campaigns/{id}/report": asked,
  "GET /v1/campaigns/{id}/report.csv": asked,
  "GET /v1/campaigns/{id}/preview": asked,
  "PUT /v1/sites/{id}/proactive": administered((it) => siteOf(it).settings.proactive),
  "GET /v1/desk/socket": asked,
  "GET /v1/conversations/{conversation}/socket": asked,
  "POST /v1/conversations/{conversation}/files": () => ({ as: "owner", body: "Hello" }),
  "GET /v1/openapi.json": open,
  "POST /v1/sites/{site}/bridge": ({ conversation }) => ({
    body: { type: "agent.seen", data: { conversation_id: conversation, seq: 1 } },
  }),
  "GET /v1/sites/{site}/bridge/conversations/{conversation}/messages": open,
  "POST /v1/sites/{site}/bridge/conversations/{conversation}/files": open,
  "POST /v1/api-keys": administered(() => ({ name: "Mine", scopes: ["read", "write", "manage"] })),
  "DELETE /v1/api-keys/{id}": asked,
  "POST /v1/api-keys/{id}/take": asked,
  "GET /v1/api/conversations": keyed,
  "GET /v1/api/conversations/{conversation}": keyed,
  "GET /v1/api/conversations/{conversation}/messages": keyed,
  "POST /v1/api/conversations/{conversation}/files": () => ({ as: "key", body: "Hello" }),
  "POST /v1/api/actions": ({ conversation }) => ({
    as: "key",
    body: { type: "agent.seen", data: { conversation_id: conversation, seq: 1 } },
  }),
  "GET /f/{conversation}/{file}": open,
};

function siteOf({ settings, site }: World): any {
  return settings.sites.find((it: { id: string }) => it.id === site);
}

function siteForm(world: World): object {
  const { name, origins, department, settings } = siteOf(world);
  return { name, origins, department, settings };
}

const routes = readRoutes();
const nameOf = (route: Route) => `${route.method} ${route.path}`;

/** Where a route is, with things in its path that there are. */
function there(world: World, route: Route): { origin: string; path: string } {
  const { relay } = world;
  const origin = { Widget: relay.widget, Desk: relay.desk, Files: relay.files, Any: relay.desk }[route.host];
  if (route.path.startsWith("/f/")) return { origin, path: world.link };
  // What would be taken away is not there.
  if (route.method === "DELETE") return { origin, path: concrete(route.path) };
  const names: Record<string, string> = { "/s/": world.site, "/frame/": world.site, "/v1/sites/": world.site,
    "/v1/campaigns/": world.campaign, "/v1/conversations/": world.conversation,
    "/v1/api/": world.conversation };
  const found = Object.entries(names).find(([front]) => route.path.startsWith(front));
  return { origin, path: concrete(route.path, found?.[1]) };
}

function headersOf(world: World, row: ReturnType<Row>, route: Route): Record<string, string> {
  const isFile = route.path.endsWith("/files");
  return {
    "Content-Type": isFile ? "text/plain" : "application/json",
    ...(isFile && { "X-File-Name": "a.txt" }),
    ...(row.as === "owner" && { Cookie: world.cookie }),
    ...(row.as === "operator" && { Authorization: `Bearer ${SETUP_TOKEN}` }),
    ...(row.as === "key" && { Authorization: `Bearer ${world.key}` }),
    ...(row.as === "visitor" && { Authorization: `Bearer ${world.token}` }),
    ...(row.origin && { Origin: row.origin }),
    ...(route.path.includes("/bridge") && signedByNobody()),
  };
}

/** What cannot be a signature is refused before anything is read; this one is none that holds. */
function signedByNobody(): Record<string, string> {
  const seconds = Math.floor(Date.now() / 1000);
  return { "Webhook-Id": "evt_1", "Webhook-Timestamp": `${seconds}`, "Webhook-Signature": `v1,${"A".repeat(43)}=` };
}

/** A body as JSON, with a number in the place of each of its numbers in turn, and of everything at once. */
function withNumber(body: unknown, number: string): string[] {
  if (typeof body !== "object" || body === null) return [];
  const mark = "@number@";
  const paths: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]) => {
    if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    } else if (typeof value === "number") paths.push(path);
  };
  walk(body, []);
  const numbers = paths.map((path) => {
    const copy = structuredClone(body) as any;
    let place = copy;
    for (const key of path.slice(0, -1)) place = place[key];
    place[path.at(-1)!] = mark;
    return JSON.stringify(copy);
  });
  const all = JSON.stringify(body, (_, value) => (typeof value === "object" ? value : mark));
  return [...numbers, all].map((it) => it.replaceAll(`"${mark}"`, number));
}

/** Every header and parameter that is read somewhere, as a number. */
function everywhere(number: string): { query: string; headers: Record<string, string> } {
  const parameters = ["lang", "preview", "expires", "viewer", "signature", "before", "after"];
  return {
    query: parameters.map((it) => `${it}=${number}`).join("&"),
    headers: {
      Range: `bytes=${number}-${number}`,
      "If-Range": number,
      "If-None-Match": `"${number}"`,
      "Accept-Language": `${number};q=${number}`,
      "X-File-Name": number,
      "Sec-WebSocket-Version": number,
      Authorization: `Bearer v1.k1.c.${number}.${number}.${number}`,
      "Webhook-Timestamp": number,
      Cookie: `porchlight=${number}.${number}`,
    },
  };
}

test.afterEach(({ relay }) => relay.mustNotHavePanicked());

test("every route has a row here", () => {
  expect(routes.length).toBeGreaterThan(30);
  expect(routes.map(nameOf).filter((it) => !(it in ROWS))).toEqual([]);
});

test("no number that anybody sends aborts the relay", async ({ world }) => {
  const tries: { what: string; number: string; ask: () => Promise<{ status: number }> }[] = [];
  for (const route of routes) {
    const row = ROWS[nameOf(route)]!(world);
    const { origin, path } = there(world, route);
    const own = headersOf(world, row, route);
    const { method } = route;
    for (const number of HOSTILE) {
      const { query, headers } = everywhere(number);
      const push = (path: string, headers: Record<string, string>, body?: unknown) =>
        tries.push({
          what: nameOf(route),
          number,
          ask: () => sendFrom(anybody(), origin, path, { method, headers, body, strange: true }),
        });
      const body = method === "GET" ? undefined : (row.body ?? {});
      push(`${concrete(route.path, number)}?${query}`, headers, body);
      const mark = path.includes("?") ? "&" : "?";
      push(`${path}${mark}${query}`, { ...headers, ...own }, body);
      for (const text of withNumber(row.body, number)) push(path, own, text);
    }
  }
  for (const number of HOSTILE) {
    for (const range of [`0-${number}`, `${number}-`, `${number}-${number}`, `-${number}`, `1-2,${number}-`]) {
      const headers = { Range: `bytes=${range}` };
      const ask = () => sendFrom(anybody(), world.relay.files, world.link, { headers });
      tries.push({ what: "a range of a file", number: range, ask });
    }
  }
  await sideBySide(tries, async ({ what, number, ask }) => {
    const { status } = await ask();
    expect.soft(status, `${what} with ${number}`).toBeLessThan(500);
    expect.soft(status, `${what} with ${number}`).toBeGreaterThan(0);
  });
  const part = (range: string) =>
    sendFrom(anybody(), world.relay.files, world.link, { headers: { Range: `bytes=${range}` } });
  expect([(await part("1-3")).status, (await part("1-3")).text]).toEqual([206, "ell"]);
  expect((await part("1-9007199254740993")).text).toBe("ello");
  expect((await part("5-")).status).toBe(416);
  expect((await part("9007199254740993-")).headers["content-range"]).toBe("bytes */5");
});

test("no number in a frame aborts the relay", async ({ world }) => {
  const { workspace, conversation } = world;
  const frames: [() => Promise<Socket>, object, object[]][] = [
    [() => world.dial(world.token), { type: "hello", version: 1, epoch: 0 }, [
      { type: "hello", version: 1, epoch: 1 },
      { type: "seen", place: 1 },
      { type: "history", before: 1 },
      { type: "rate", session: 1, stars: 1 },
      { type: "visits", visits: [{ url: SHOP, title: "A page", at: 1 }] },
      { type: "post", client_id: "c9", text: "x", context: { page: { url: SHOP, title: "", at: 1 } } },
    ]],
    [() => workspace.conversationSocket(conversation), { type: "hello", version: 1, epoch: 0 }, [
      { type: "hello", version: 1, epoch: 1 },
      { type: "edit", of: 1, text: "x" },
      { type: "delete", of: 1 },
      { type: "seen", place: 1 },
      { type: "history", before: 1 },
      { type: "wrapup", session: 1 },
      { type: "snooze", until: 1 },
    ]],
    [() => workspace.deskSocket(), { type: "hello", version: 1 }, [
      { type: "hello", version: 1 },
      { type: "watch", query: { tab: "all", states: [], limit: 1 } },
    ]],
  ];
  for (const [dial, hello, own] of frames) {
    await sideBySide(own.flatMap((it) => HOSTILE.flatMap((number) => withNumber(it, number))), async (text) => {
      const socket = await dial();
      if (!text.includes('"hello"')) socket.say(hello);
      socket.say(text);
      // Whatever it made of that, it heard it.
      socket.say("{");
      await socket.ends();
    }, 4);
  }
  const socket = await world.dial(world.token);
  socket.say({ type: "hello", version: 1, epoch: 0 });
  await socket.hears("ready");
  socket.drop();
});

test("a body is read up to its limit and not past it", async ({ world }) => {
  const reading = routes.filter((it) => ROWS[nameOf(it)]!(world).body !== undefined);
  expect(reading.length).toBeGreaterThan(15);
  await sideBySide(reading, async (route) => {
    const { origin, path } = there(world, route);
    const own = headersOf(world, ROWS[nameOf(route)]!(world), route);
    // A file must say its length, and is refused unread; the rest is answered before its end has come.
    const isFile = path.endsWith("/files");
    const piece = `${(70_000).toString(16)}\r\n${" ".repeat(70_000)}\r\n`;
    const body = isFile ? `${piece}0\r\n\r\n` : piece;
    const headers = { ...own, "Transfer-Encoding": "chunked" };
    const status = await sendWithoutEnd(origin, path, { method: route.method, body, headers });
    expect.soft(status, nameOf(route)).toBe(isFile ? 400 : 413);
  });
});

test("a program that asks too often is told when to ask again", async ({ world }) => {
  const [address, path] = [anybody(), `/v1/api/conversations/${world.conversation}/files?name=a.txt`];
  const headers = { Authorization: "Bearer plk_made-up", "Content-Type": "text/plain" };
  const uploads = () => sendFrom(address, world.relay.desk, path, { method: "POST", headers, body: "Hello" });
  const first = await uploads();
  expect([first.status, first.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
  const answers = await Promise.all(Array.from({ length: 80 }, uploads));
  const late = answers.filter((it) => it.status === 429);
  expect(late.length).toBeGreaterThan(0);
  expect(late.every((it) => it.headers["retry-after"] === "60")).toBe(true);
  expect(answers.every((it) => [401, 429].includes(it.status))).toBe(true);
});

test("beacons make no object for a site that there is not, nor for another's page", async ({ world }) => {
  const { relay, site } = world;
  const before = relay.nObjects("CampaignsObject");
  const beacon = { counts: [{ campaign: "p1", variant: "a", eligible: 1, shown: 1 }] };
  const count = async (site: string, origin: string) => {
    const headers = { Origin: origin };
    const path = `/v1/sites/${site}/counts`;
    return (await sendFrom(anybody(), relay.widget, path, { method: "POST", body: beacon, headers })).status;
  };
  const other = (await world.workspace.site("Without beacons", [SHOP], siteOf(world).department)).id;
  for (let i = 0; i < 20; i++) expect(await count(`main-made${i}up`, SHOP)).toBe(404);
  expect(await count("elsewhere-made", SHOP)).toBe(404);
  expect(await count(other, "https://evil.example")).toBe(403);
  expect(relay.nObjects("CampaignsObject")).toBe(before);
  expect(await count(site, SHOP)).toBe(204);
  expect(relay.nObjects("CampaignsObject")).toBeLessThanOrEqual(before + 1);
});

test("a crowd that guesses is admitted by number, and others are served meanwhile", async ({ world }) => {
  const { relay, cookie } = world;
  const hashed = () => relay.log.split("hashed a password").length - 1;
  const post = (path: string, body: object, address = anybody()) =>
    sendFrom(address, relay.desk, path, { method: "POST", body });

  // For links that there are not nothing is hashed at all.
  const before = hashed();
  const made = await Promise.all(Array.from({ length: 20 }, (_, i) =>
    post("/v1/invitations/accept", { token: `made-up-${i}`, password: PASSWORD })));
  expect(new Set(made.map((it) => it.status))).toEqual(new Set([401]));
  expect(hashed()).toBe(before);

  let isOver = false;
  const guesses = Promise.all(Array.from({ length: 40 }, (_, i) =>
    post("/v1/sign-in", { email: `nobody${i}@shop.example`, password: PASSWORD })));
  void guesses.then(() => (isOver = true));
  let nServed = 0;
  while (!isOver) {
    const me = await sendFrom(anybody(), relay.desk, "/v1/me", { headers: { Cookie: cookie } });
    expect(me.status).toBe(200);
    if (!isOver) nServed += 1;
  }
  const statuses = (await guesses).map((it) => it.status);
  const nAdmitted = statuses.filter((it) => it === 401).length;
  expect(statuses.filter((it) => it === 429).length).toBe(40 - nAdmitted);
  expect(nAdmitted).toBeLessThan(40);
  expect(hashed()).toBe(before + nAdmitted);
  expect(nServed).toBeGreaterThanOrEqual(5);
});

test("one IPv6 network is one caller, wherever something is limited", async ({ world }) => {
  const { relay, site } = world;
  const some = (n: number, ask: () => Promise<{ status: number }>) =>
    Promise.all(Array.from({ length: n }, ask)).then((all) => all.filter((it) => it.status !== 429).length);
  const post = (origin: string, path: string, body: object) => () =>
    sendFrom(anybodyIn("2001:db8:5:1"), origin, path, { method: "POST", body });
  const link = { token: "made-up" };
  expect(await some(15, post(relay.desk, "/v1/sign-in-links/use", link))).toBeLessThanOrEqual(10);
  expect(await some(40, post(relay.widget, `/v1/sites/${site}/visitors`, {}))).toBeLessThanOrEqual(30);
  const tokens = await Promise.all(Array.from({ length: 6 }, () => world.visitor()));
  let n = 0;
  const upload = () => world.upload(anybodyIn("2001:db8:5:2"), tokens[n++ % tokens.length]!);
  expect(await some(70, upload)).toBeLessThanOrEqual(60);
});

test("wrong guesses of others lock nobody out of where they have signed in before", async ({ world }) => {
  const { relay } = world;
  const signIn = (password: string, address: string) => {
    const body = { email: "olga@shop.example", password };
    return sendFrom(address, relay.desk, "/v1/sign-in", { method: "POST", body });
  };
  const [home, elsewhere] = [anybody(), anybody()];
  expect((await signIn(PASSWORD, home)).status).toBe(200);
  const statuses = [];
  for (let i = 0; i < 11; i++) statuses.push((await signIn("a wrong guess", elsewhere)).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429]);
  expect((await signIn(PASSWORD, elsewhere)).status).toBe(429);
  expect((await signIn(PASSWORD, home)).status).toBe(200);
});

test("private answers are for their own pages, and the others for those of the site", async ({ world }) => {
  for (const route of routes.filter((it) => !it.path.endsWith("/socket"))) {
    const row = ROWS[nameOf(route)]!(world);
    const { origin, path } = there(world, route);
    const headers = headersOf(world, row, route);
    const asked = { method: route.method, headers, body: route.method === "GET" ? undefined : "" };
    const answer = await sendFrom(anybody(), origin, path, asked);
    const isShared = /^\/(health|s|frame|assets|f)\b|availability|counts|openapi/.test(route.path);
    expect.soft(answer.headers["cross-origin-resource-policy"], nameOf(route))
      .toBe(isShared ? "cross-origin" : "same-origin");
  }
});

test("conversations in which nobody said anything are given up, and no others", async ({ world }) => {
  const { relay, cookie } = world;
  const visitors = await Promise.all(Array.from({ length: 4 }, () => world.visitor()));
  const come = async (token: string) => {
    const socket = await world.dial(token);
    socket.say({ type: "hello", version: 1, epoch: 0 });
    await socket.hears("ready");
    return socket;
  };
  const nGivenUp = () => relay.log.split("gave up a conversation").length - 1;
  for (const token of visitors) (await come(token)).drop();
  // Neither does anything stay of who is only described. Who only logs out is given up by the clock alone:
  // no dial of theirs does anything to the conversation any more, so that here it stays.
  const leaves = await world.visitor();
  const path = `/v1/sites/${world.site}/log-out`;
  const headers = { Authorization: `Bearer ${leaves}` };
  const left = await sendFrom(anybody(), relay.widget, path, { method: "POST", body: "", headers });
  expect(left.status).toBe(204);
  const again = await world.dial(leaves);
  expect(await again.ends(), "the token is worth nothing").toBe(4401);
  const described = [await world.visitor(), await world.visitor()];
  for (const token of described) {
    const socket = await come(token);
    socket.say({ type: "profile", details: { name: "Vera" } });
    socket.say({ type: "set_language", language: "vi" });
    await socket.hears("language");
    socket.drop();
  }
  expect(nGivenUp()).toBe(0);
  const { status } = await Socket.dial(`${relay.desk}/v1/conversations/main-made-up/socket`, { cookie });
  expect(status).toBe(404);
  await until("a conversation that there is not to be given up", async () => nGivenUp() === 1);

  // A day later, which is told by the rows; the first visitor comes back just then.
  await relay.kill();
  const nKept = relay.nKept("ConversationObject");
  const registered = "SELECT id FROM conversations";
  const nRegistered = relay.nRows("WorkspaceObject", registered);
  relay.tamper("ConversationObject", `UPDATE timers SET at = ${Date.now() + 20_000} WHERE kind = 'vacant'`);
  await relay.resume();
  const back = await come(visitors[0]!);
  for (const token of [...visitors.slice(1), ...described]) (await come(token)).drop();
  expect(await (await world.dial(leaves)).ends()).toBe(4401);
  await until("five to be given up", async () => nGivenUp() === 6);
  back.say({ type: "post", client_id: "late", text: "I am still here." });
  expect((await back.hears("ack")).client_id).toBe("late");
  back.drop();
  // Whoever comes after that begins anew.
  const anew = await come(visitors[1]!);
  anew.say({ type: "post", client_id: "anew", text: "And so am I." });
  expect((await anew.hears("ack")).client_id).toBe("anew");
  anew.drop();
  const first = await world.dial(world.token);
  first.say({ type: "hello", version: 1, epoch: 0 });
  expect(JSON.stringify(await first.hears("entries"))).toContain("With a file");
  first.drop();
  await relay.kill();
  expect(relay.nKept("ConversationObject")).toBe(nKept - 4);
  expect(relay.nRows("WorkspaceObject", registered), "only of who wrote a line").toBe(nRegistered + 2);
  await relay.resume();
});

test("announcements alone use up nobody's day", async ({ world }) => {
  const { relay, site } = world;
  const path = `/v1/sites/${site}/files`;
  const over = await world.visitor();
  const left = await sendFrom(anybody(), relay.widget, `/v1/sites/${site}/log-out`, {
    method: "POST", body: "", headers: { Authorization: `Bearer ${over}` },
  });
  expect(left.status).toBe(204);
  // A day of one address is 1 GB: forty files of the largest size.
  for (const token of [over, await world.visitor()]) {
    const address = anybody();
    const announce = () => sendWithoutEnd(relay.widget, path, {
      method: "POST",
      body: "x",
      headers: {
        "CF-Connecting-IP": address,
        Authorization: `Bearer ${token}`,
        "X-File-Name": "a.txt",
        "Content-Length": "25000000",
      },
      life: 250,
    });
    await sideBySide(Array.from({ length: 48 }), async () => void (await announce()), 4);
    await expect.poll(async () => (await world.upload(address, await world.visitor())).status).toBe(200);
  }
});
