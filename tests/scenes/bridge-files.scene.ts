// What the inbox that a company already has does beside writing: it sends files, and says whose a session is.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { KIM, Receiver, asks, bridge, message, says } from "../harness/inbox.ts";
import { words } from "../harness/names.ts";
import { temporaryFolder, until } from "../harness/process.ts";
import { expect, test } from "../harness/scene.ts";

test("the inbox sends files with what it says, and each of them once", async ({ stage }) => {
  const { path, remove } = temporaryFolder();
  const receiver = await Receiver.of(stage, join(path, "book.jsonl"));
  const secret = await bridge(stage, receiver.url);
  await receiver.starts(secret);
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("May I have the receipt?");
  await receiver.hears("visitor May I have the receipt?");
  const file = join(path, "receipt & more.txt");
  writeFileSync(file, "Paid: 12 euros");
  receiver.types(`/file ${file}`);
  await expect(visitor.line("receipt & more.txt")).toBeVisible();
  // The same file once more is another one, and what is refused for good holds up nothing after it.
  const mia = await stage.workspace.member("Mia", "marketer", [stage.department]);
  receiver.types(`/file ${file}`);
  receiver.types(`/assign ${mia.email}`);
  receiver.types("Both are the same.");
  await expect(visitor.line("Both are the same.")).toBeVisible();
  await expect(visitor.line("receipt & more.txt")).toHaveCount(2);
  const conversation_id = /< (main-\S+) #/.exec(receiver.output)![1]!;
  await receiver.dies();
  remove();

  const files = `/conversations/${conversation_id}/files`;
  const digest = (bytes: string) => createHash("sha256").update(bytes).digest("hex");
  const uploads = async (bytes: string, query: string, id?: string, to = files) => {
    const signed = `/v1/sites/${stage.site.id}/bridge${to}?${query}`;
    return await asks(stage, secret, `${to}?${query}`, bytes, { signed, id });
  };
  const query = `name=plan.txt&sha256=${digest("Up the hill")}`;
  const first = await uploads("Up the hill", query, "u1");
  expect(first.status, first.text).toBe(200);
  const uploaded = JSON.parse(first.text).file;
  expect(uploaded).toMatchObject({ name: "plan.txt", bytes: 11, media: "other" });
  // Retried or replayed it is the same file, and so it is while the first attempt is still under way.
  expect((await uploads("Up the hill", query, "u1")).text).toBe(first.text);
  const atOnce = await Promise.all(Array.from({ length: 3 }, () => uploads("Up the hill", query, "u2")));
  expect(atOnce.map((it) => it.status)).toEqual([200, 200, 200]);
  expect(new Set(atOnce.map((it) => JSON.parse(it.text).file.id)).size).toBe(1);
  const refused: [string, Promise<{ status: number; text: string }>, number][] = [
    ["other bytes than were signed", uploads("Up the hole", query), 401],
    ["another path than was signed", asks(stage, secret, `${files}?${query}`, "Up the hill", { signed: files }), 401],
    ["no digest", uploads("Up the hill", "name=plan.txt"), 400],
    ["no name", uploads("Up the hill", `sha256=${digest("Up the hill")}`), 400],
    ["nothing", uploads("", `name=plan.txt&sha256=${digest("")}`), 400],
    ["a conversation that there is not", uploads("Up the hill", query, "u9", "/conversations/main-nobody/files"), 404],
  ];
  for (const [what, answer, status] of refused) {
    const { status: found, text } = await answer;
    expect.soft([found, /^{"reason":"[a-z_]+"}$/.test(text)], `${what}: ${text}`).toEqual([status, true]);
  }
  // A message of a file alone, said twice; and its file is not sent by another one.
  const said = message("agent.message", { conversation_id, agent: KIM, files: [uploaded.id] });
  const answers = [await asks(stage, secret, "", said, { id: "m1" }), await asks(stage, secret, "", said, { id: "m1" })];
  expect(answers.map((it) => it.status)).toEqual([200, 200]);
  expect(answers[1]!.text).toBe(answers[0]!.text);
  expect((await asks(stage, secret, "", said, { id: "m2" })).status).toBe(404);
  await expect(visitor.line("plan.txt")).toHaveCount(1);
  // Once its message is withdrawn the file is gone, and the same upload is a file anew.
  await says(stage, secret, "agent.delete", { conversation_id, seq: JSON.parse(answers[0]!.text).seq });
  const anew = JSON.parse((await uploads("Up the hill", query, "u1")).text).file;
  expect(anew.id).not.toBe(uploaded.id);
  await says(stage, secret, "agent.message", { conversation_id, agent: KIM, files: [anew.id] });
  await expect(visitor.line("plan.txt")).toHaveCount(1);
  // Twelve wait for their message, and no more; one does already.
  for (let n = 1; n < 12; n++) expect((await uploads("Up the hill", query)).status).toBe(200);
  expect((await uploads("Up the hill", query)).text).toBe('{"reason":"too_many_files"}');
});

test("the inbox says whose a session is", async ({ stage }) => {
  // Nobody hears what is sent: that is tried again, and is no hindrance.
  const secret = await bridge(stage, "http://127.0.0.1:9/");
  const member = await stage.workspace.member("Ana", "agent", [stage.department]);
  const mia = await stage.workspace.member("Mia", "marketer", [stage.department]);
  const ana = await stage.signIn(member);
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Where is my vase?");
  const row = ana.list.getByRole("link").filter({ hasText: "Where is my vase?" });
  await ana.page.getByRole("tab", { name: words("console.tab_unassigned") }).click();
  const conversation_id = /(main-[^/?]+)/.exec((await row.getAttribute("href"))!)![1]!;

  const assigns = async (assignee: object | null) =>
    await asks(stage, secret, "", message("session.assignee", { conversation_id, assignee }));
  const outcomes = async (tries: [object | null, number][]) => {
    for (const [assignee, status] of tries) {
      const answer = await assigns(assignee);
      expect.soft(answer.status, `${JSON.stringify(assignee)}: ${answer.text}`).toBe(status);
    }
  };
  await outcomes([
    [null, 200],
    [{ email: "nobody@shop.example" }, 404],
    [{ id: "nobody" }, 404],
    [{ email: mia.email }, 403],
    [{ id: member.id, email: member.email }, 400],
    [{}, 400],
    [{ email: member.email.toUpperCase() }, 200],
    [{ id: member.id }, 200],
  ]);
  await ana.page.getByRole("tab", { name: words("console.tab_mine") }).click();
  await row.click();
  await ana.says("I look for it.");
  await expect(visitor.line("I look for it.")).toBeVisible();

  // Taken from her it waits for an agent, and others are asked first.
  await outcomes([[null, 200], [null, 200]]);
  await expect(row).toHaveCount(0);
  const ben = await stage.agent("Ben");
  await ben.isOffered("Where is my vase?");
  await ben.accepts();
  await ben.says("It is on its way.");
  await expect(visitor.line("It is on its way.")).toBeVisible();
  // Nobody is asked who has an address for an inbox that asks too much.
  const nobody = message("session.assignee", { conversation_id, assignee: { email: "nobody@shop.example" } });
  const asked = await Promise.all(Array.from({ length: 130 }, () => asks(stage, secret, "", nobody)));
  const statuses = new Set(asked.map((it) => it.status));
  expect(statuses).toEqual(new Set([404, 429]));
  await until("it to be heard again", async () => (await assigns({ id: "nobody" })).status === 404);
  // What was done is answered as it was then, whoever has left since.
  const toAna = message("session.assignee", { conversation_id, assignee: { email: member.email } });
  expect((await asks(stage, secret, "", toAna, { id: "a1" })).status).toBe(200);
  await stage.workspace.call("DELETE", `/v1/members/${member.id}`);
  await until("her to be gone", async () => (await assigns({ email: member.email })).status === 404);
  expect((await asks(stage, secret, "", toAna, { id: "a1" })).status).toBe(200);
  await says(stage, secret, "session.status", { conversation_id, status: "closed" });
  await outcomes([[{ id: mia.id }, 409]]);
});
