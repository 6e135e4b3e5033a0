// A conversation as a file.
import { readFile } from "node:fs/promises";

import { hasNoViolations } from "../harness/axe.ts";
import type { Agent } from "../harness/agent.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

/** What the browser saves at a press, and under which name. */
async function saves(agent: Agent, key: string): Promise<{ name: string; text: string }> {
  const download = agent.page.waitForEvent("download");
  await agent.button(key, agent.dialog("console.download")).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

test("an agent saves a conversation as text and as JSON, with what the team alone sees only if it is wanted", async ({ stage }) => {
  const ana = await stage.agent("Annelie");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("My bowl has a crack.");
  await ana.accepts();
  await ana.says("We send you a new one.");
  await ana.notes("The third bowl this month.");

  await ana.button("console.more", ana.conversation).click();
  await ana.page.getByRole("menuitem", { name: words("console.download"), exact: true }).click();
  await hasNoViolations(ana.page);
  const text = await saves(ana, "console.download_as_text");
  expect(text.name).toMatch(/^conversation-[\w-]+\.txt$/);
  expect(text.text).toMatch(/^\S.* Visitor: My bowl has a crack\.$/m);
  expect(text.text).toMatch(/^\S.* Annelie: We send you a new one\.$/m);
  expect(text.text).not.toContain("The third bowl this month.");
  const json = await saves(ana, "console.download_as_json");
  expect(json.name).toMatch(/\.json$/);
  const read = JSON.parse(json.text);
  expect(read).toMatchObject({ version: 1, complete: true, masked: false, site: stage.site.name });
  const said = read.entries.filter((it: any) => it.body.type === "message").map((it: any) => it.body.text);
  expect(said).toEqual(["My bowl has a crack.", "We send you a new one."]);

  const dialog = ana.dialog("console.download");
  await dialog.getByRole("checkbox", { name: words("console.download_internal") }).check();
  const all = await saves(ana, "console.download_as_text");
  expect(all.text).toMatch(new RegExp(`Annelie \\(${words("console.kind_note")}\\): The third bowl this month\\.`));
  // Nothing was asked for that would be lost: the question closes at once.
  await ana.page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("a file has what was said before too, which is fetched for it", async ({ stage }) => {
  test.setTimeout(180_000);
  const ana = await stage.agent("Annedore");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("The first line of all.");
  await ana.accepts();
  // Nobody types so many so quickly: a socket may say so much in ten seconds.
  const owner = await stage.workspace.conversationSocket(await stage.workspace.conversationOf("The first line of all."));
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  for (let n = 1; n <= 60; n++) {
    owner.say({ type: "post", client_id: `between-${n}`, text: `Between ${n}.`, visibility: "note" });
    await owner.hears("ack");
  }
  owner.drop();
  await ana.says("The last line.");
  // Only the last page comes with the page.
  await ana.page.reload();
  await ana.sees("The last line.");
  await expect(ana.page.getByText("The first line of all.")).toHaveCount(0);
  await ana.button("console.more", ana.conversation).click();
  await ana.page.getByRole("menuitem", { name: words("console.download"), exact: true }).click();
  const { text } = await saves(ana, "console.download_as_text");
  expect(text).toContain("The first line of all.");
  expect(text.indexOf("The first line of all.")).toBeLessThan(text.indexOf("The last line."));
});
