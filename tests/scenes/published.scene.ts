// What the relay does for campaigns: it publishes them, says who is there, counts and reports.
import { type Answer, send } from "../harness/http.ts";
import { until } from "../harness/process.ts";
import { type Stage, alone, expect, test } from "../harness/scene.ts";
import { Socket } from "../harness/socket.ts";

const TEXT = "Questions about delivery?";

/** A plan that has nothing wrong with it; what a scene wants otherwise is in `more`. */
function plan(more: object = {}): object {
  return {
    name: "Delivery",
    rule: { rule: "is", condition: "page_time", seconds: 5 },
    variants: [{ key: "a", weight: 1, texts: { en: { text: TEXT }, vi: { text: "Hỏi về giao hàng?" } } }],
    ...more,
  };
}

async function draft(stage: Stage, more: object = {}): Promise<string> {
  const form = { site: stage.site.id, plan: plan(more) };
  return (await stage.workspace.post("/v1/campaigns", form)).id;
}

async function launch(stage: Stage, more: object = {}): Promise<string> {
  const id = await draft(stage, more);
  await become(stage, id, "live");
  return id;
}

function become(stage: Stage, id: string, status: string): Promise<unknown> {
  return stage.workspace.post(`/v1/campaigns/${id}/status`, { status });
}

async function loader(stage: Stage, query = ""): Promise<Answer> {
  return send(stage.relay.widget, `/s/${stage.site.id}.js${query}`);
}

/** A beacon, as the browser sends it from one of the shop's pages. */
function beacon(stage: Stage, counts: object[] | string, origin = stage.shop.origin): Promise<Answer> {
  const body = typeof counts === "string" ? counts : JSON.stringify({ counts });
  const headers = { Origin: origin, "Content-Type": "text/plain;charset=UTF-8" };
  return send(stage.relay.widget, `/v1/sites/${stage.site.id}/counts`, { method: "POST", body, headers });
}

function availability(stage: Stage, origin = stage.shop.origin): Promise<Answer> {
  const path = `/v1/sites/${stage.site.id}/availability`;
  return send(stage.relay.widget, path, { headers: { Origin: origin } });
}

test.describe("publishing", () => {
  test("is of what is live, as long as it is", async ({ stage }) => {
    const id = await draft(stage);
    expect((await loader(stage)).text).not.toContain(id);
    await become(stage, id, "live");
    const live = (await loader(stage)).text;
    expect(live).toContain(id);
    expect(live).toContain(TEXT);
    expect(live).not.toContain("giao hàng");
    await become(stage, id, "paused");
    expect((await loader(stage)).text).not.toContain(id);
  });

  test("is in the language of the page", async ({ stage }) => {
    await launch(stage);
    expect((await loader(stage, "?lang=vi")).text).toContain("Hỏi về giao hàng?");
  });

  test("does not take what is unfinished, nor a draft over a limit", async ({ stage }) => {
    const id = await draft(stage, { variants: [] });
    const mai = await signIn(stage);
    const live = await mai("POST", `/v1/campaigns/${id}/status`, { status: "live" });
    expect([live.status, live.text]).toEqual([400, '{"reason":"malformed"}']);
    const of = Array.from({ length: 21 }, () => ({ rule: "is", condition: "exit_intent" }));
    const over = await mai("PUT", `/v1/campaigns/${id}`, plan({ rule: { rule: "all", of } }));
    expect([over.status, over.text]).toEqual([400, '{"reason":"malformed"}']);
  });

  test("follows the order and the site's settings", async ({ stage }) => {
    const first = await launch(stage, { name: "First" });
    const second = await launch(stage, { name: "Second" });
    await stage.workspace.post("/v1/campaigns/order", { site: stage.site.id, ids: [second, first] });
    const script = (await loader(stage)).text;
    expect(script.indexOf(second)).toBeLessThan(script.indexOf(first));
    const mai = await signIn(stage);
    const zone = (time_zone: string) =>
      mai("PUT", `/v1/sites/${stage.site.id}/proactive`, { per_visit: 1, time_zone });
    expect((await zone("Mars/Olympus")).status).toBe(400);
    expect((await zone("Asia/Kathmandu")).status).toBe(204);
    expect((await loader(stage)).text).toContain("Asia/Kathmandu");
  });

  test("shows a draft to whoever has the link, and to nobody else", async ({ stage }) => {
    const id = await draft(stage);
    const { token } = await stage.workspace.get(`/v1/campaigns/${id}/preview`);
    const shown = await loader(stage, `?preview=${token}`);
    expect(shown.text).toContain('"preview":true');
    expect(shown.text).toContain(TEXT);
    expect(shown.headers["cache-control"]).toBe("no-store");
    const other = await stage.workspace.site("Other", [], stage.department);
    for (const path of [
      `/s/${other.id}.js?preview=${token}`,
      `/s/${stage.site.id}.js?preview=${token}x`,
      `/s/${stage.site.id}.js?preview=`,
    ]) {
      const refused = await send(stage.relay.widget, path);
      expect.soft([refused.status, refused.text], path).toEqual([404, ""]);
    }
    expect((await loader(stage)).text).not.toContain(id);
  });
});

test.describe("a marketer", () => {
  test("sets up campaigns, and sees neither settings nor transcripts", async ({ stage }) => {
    const mai = await signIn(stage);
    const form = { site: stage.site.id, plan: plan() };
    const made = await mai("POST", "/v1/campaigns", form);
    expect(made.status).toBe(200);
    const page = JSON.parse((await mai("GET", "/v1/campaigns")).text);
    const own = page.campaigns.filter((it: { site: string }) => it.site === stage.site.id);
    expect(own).toEqual([JSON.parse(made.text)]);
    expect((await mai("GET", "/v1/settings")).status).toBe(403);
  });
});

test.describe("who is available", () => {
  test("follows the team, for the site's own pages", async ({ stage }) => {
    expect(JSON.parse((await availability(stage)).text)).toMatchObject({ on: false, departments: [] });
    const member = await stage.workspace.member("Ana", "agent", [stage.department]);
    const cookie = await useLink(stage, await stage.workspace.signInLink(member));
    const { socket } = await Socket.dial(`${stage.relay.desk}/v1/desk/socket`, { cookie });
    socket!.say({ type: "hello", version: 1 });
    await socket!.hears("welcome");
    // Answers lie at the edge for ten seconds.
    const answer = await until("the agent", async () => {
      const answer = await availability(stage);
      return JSON.parse(answer.text).on && answer;
    });
    expect(JSON.parse(answer.text)).toMatchObject({ departments: [stage.department], next: "Ana" });
    expect(answer.headers["access-control-allow-origin"]).toBe(stage.shop.origin);
    socket!.say({ type: "set_presence", presence: { away: "lunch" } });
    await until("nobody", async () => !JSON.parse((await availability(stage)).text).on);
  });

  test("is no other site's business", async ({ stage }) => {
    const answer = await availability(stage, "https://evil.example");
    expect([answer.status, answer.text]).toEqual([403, '{"reason":"forbidden"}']);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

test.describe("counting", () => {
  test("adds up by day of the site's zone and variant", async ({ stage }) => {
    const zone = { time_zone: "Pacific/Kiritimati" };
    await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}/proactive`, zone);
    const id = await launch(stage, { name: "=SUM(A1)", control: 50 });
    const day = () => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
    const began = day();
    for (let n = 0; n < 3; n++) {
      const shown = { campaign: id, variant: "a", eligible: 1, shown: 1, clicked: n === 0 ? 1 : 0 };
      expect((await beacon(stage, [shown])).status).toBe(204);
    }
    await beacon(stage, [{ campaign: id, variant: "0", eligible: 1, goals: 1, value: 1250 }]);
    const { campaign, days } = await stage.workspace.get(`/v1/campaigns/${id}/report`);
    expect(campaign).toBe(id);
    expect([began, day()]).toContain(days[0].day);
    const zero = { eligible: 0, shown: 0, clicked: 0, dismissed: 0, conversations: 0, goals: 0, value: 0 };
    expect(days.map(({ variant, counts }: any) => ({ variant, counts }))).toEqual([
      { variant: "0", counts: { ...zero, eligible: 1, goals: 1, value: 1250 } },
      { variant: "a", counts: { ...zero, eligible: 3, shown: 3, clicked: 1 } },
    ]);
    const mai = await signIn(stage);
    const table = await mai("GET", `/v1/campaigns/${id}/report.csv`);
    expect(table.headers["content-type"]).toContain("text/csv");
    expect(table.text.split("\r\n").slice(1)).toEqual([
      `"'=SUM(A1)",${days[0].day},control,1,0,0,0,0,1,12.50`,
      `"'=SUM(A1)",${days[0].day},a,3,3,1,0,0,0,0.00`,
      "",
    ]);
  });

  test("believes the site's own pages, and what one page can have counted", async ({ stage }) => {
    const id = await launch(stage);
    const one = { campaign: id, variant: "a", eligible: 1 };
    const refused = async (status: number, answer: Promise<Answer>) =>
      expect.soft((await answer).status).toBe(status);
    await refused(403, beacon(stage, [one], "https://evil.example"));
    await refused(400, beacon(stage, [{ ...one, eligible: 21 }]));
    await refused(400, beacon(stage, [one, one]));
    await refused(400, beacon(stage, [{ ...one, more: 1 }]));
    await refused(400, beacon(stage, "{"));
    await refused(413, beacon(stage, "x".repeat(9_000)));
    // A page may be older than what is live now.
    await refused(204, beacon(stage, [{ ...one, variant: "z" }, { ...one, campaign: "gone" }]));
    const { days } = await stage.workspace.get(`/v1/campaigns/${id}/report`);
    expect(days).toEqual([]);
  });
});

alone("counting touches neither the desk nor a conversation", async ({ stage }) => {
  const visitor = await stage.workspace.visitor(stage.site.id);
  visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  await visitor.hears("ready");
  visitor.say({ type: "post", client_id: "c1", text: "Do you ship to Kyiv?" });
  await visitor.hears("ack");
  const id = await launch(stage);
  const others = () => ["DeskObject", "ConversationObject"].map((it) => stage.relay.fingerprint(it));
  const one = [{ campaign: id, variant: "a", eligible: 1, shown: 1 }];
  let rounds = 0;
  // Something else may be stored in between; what counting does comes each time.
  await until("a hundred beacons between which nothing is stored elsewhere", async () => {
    const before = others();
    const answers = await Promise.all(Array.from({ length: 100 }, () => beacon(stage, one)));
    expect(answers.filter((it) => it.status === 204).length).toBe(100);
    rounds += 1;
    const { days } = await stage.workspace.get(`/v1/campaigns/${id}/report`);
    expect(days[0].counts.shown).toBe(100 * rounds);
    return String(others()) === String(before);
  });
});

test.describe("a visitor who answers", () => {
  test("has what the campaign said before the answer, and agents see which it was", async ({ stage }) => {
    const sender = await stage.workspace.member("Sofia", "agent", [stage.department]);
    const id = await launch(stage, { sender: { who: "member", member: sender.id } });
    const visitor = await stage.workspace.visitor(stage.site.id);
    visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    await visitor.hears("ready");
    const context = { page: `${stage.shop.origin}/cups`, campaign: id, variant: "a", language: "vi" };
    visitor.say({ type: "post", client_id: "c1", text: "Có ạ", context });
    const { entry } = await visitor.hears("entry");
    expect([entry.body.text, entry.body.agent.name]).toEqual(["Hỏi về giao hàng?", "Sofia"]);
    expect((await visitor.hears("entry")).entry.body.text).toBe("Có ạ");
    expect((await visitor.hears("ack")).place).toBe(2);

    const desk = await stage.workspace.deskSocket();
    desk.say({ type: "hello", version: 1 });
    const { campaigns } = await desk.hears("welcome");
    expect(campaigns).toContainEqual({ id, name: "Delivery" });
    desk.say({ type: "watch", query: { tab: "all", states: [], campaign: id } });
    const row = await until("the row", async () => (await desk.hears("list")).rows[0]);
    expect([row.proactive, row.campaign]).toEqual([true, { id, name: "Delivery" }]);

    const agent = await stage.workspace.conversationSocket(row.conversation);
    agent.say({ type: "hello", version: 1, epoch: 0 });
    const { session } = (await agent.hears("welcome")).conversation;
    expect([session.campaign.name, session.variant]).toEqual(["Delivery", "a"]);
    const { entries } = await agent.hears("entries");
    expect(entries[0].body).toMatchObject({ key: "opened", proactive: true, variant: "a" });
  });

  test("a campaign that there is not opens a session like any other", async ({ stage }) => {
    const visitor = await stage.workspace.visitor(stage.site.id);
    visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
    await visitor.hears("ready");
    const context = { campaign: "nothing", variant: "a" };
    visitor.say({ type: "post", client_id: "c1", text: "Hello?", context });
    expect((await visitor.hears("entry")).entry.body.text).toBe("Hello?");
  });
});

type Call = (method: string, path: string, body?: object) => Promise<Answer>;

async function signIn(stage: Stage): Promise<Call> {
  const member = await stage.workspace.member("Mai", "marketer", []);
  const cookie = await useLink(stage, await stage.workspace.signInLink(member));
  return (method, path, body) => send(stage.relay.desk, path, { method, cookie, body });
}

async function useLink(stage: Stage, link: string): Promise<string> {
  const body = { token: link.split("/").at(-1) };
  const answer = await send(stage.relay.desk, "/v1/sign-in-links/use", { method: "POST", body });
  expect(answer.status).toBe(200);
  return answer.cookie!;
}
