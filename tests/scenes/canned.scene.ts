// Canned replies: who writes them, and how they come into what an agent writes.
import { hasNoViolations } from "../harness/axe.ts";
import type { Agent } from "../harness/agent.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

const PAGE = "#/settings/canned-replies";

/** The form for a new reply, which stands below those that there are. */
const newReply = (agent: Agent) => agent.page.locator("form").filter({ has: agent.button("console.canned_new") });

async function writesReply(agent: Agent, shortcut: string, text: string): Promise<void> {
  const form = newReply(agent);
  await form.getByLabel(words("console.canned_shortcut")).fill(shortcut);
  await form.getByLabel(words("console.canned_text")).fill(text);
  await agent.button("console.canned_new", form).click();
}

test("a team lead writes a reply of the own department, and an agent inserts it where the caret stands", async ({ stage }) => {
  const ours = { shortcut: "opening", text: "We open at nine.", department: null };
  await stage.workspace.post("/v1/canned-replies", ours);
  const lea = await stage.agent("Leontine", "team_lead");
  await lea.goesTo(PAGE);
  // What is of the whole team she uses and does not change.
  const others = lea.page.getByRole("listitem").filter({ hasText: ours.text });
  await expect(others).toContainText(words("console.department_all"));
  await expect(others.getByRole("textbox")).toHaveCount(0);
  const department = newReply(lea).getByRole("combobox", { name: words("console.department") });
  await expect(department.getByRole("option")).toHaveText([stage.departmentName]);
  await hasNoViolations(lea.page);

  await writesReply(lea, "greet", "Hello {{nmae}}, {{agent}} here.");
  const nothing = words("console.wrong_blank", { blank: "{{nmae}}" });
  await expect(lea.page.getByText(nothing)).toBeVisible();
  await writesReply(lea, "greet", "Hello {{name}}, {{agent}} here.");
  await expect(lea.page.getByText(nothing)).toBeHidden();
  // It is a line of the list now, and the form is empty for the next one.
  const mine = lea.page.getByRole("listitem").filter({ has: lea.button("console.save") });
  await expect(mine.getByLabel(words("console.canned_text"))).toHaveValue("Hello {{name}}, {{agent}} here.");
  await expect(newReply(lea).getByLabel(words("console.canned_text"))).toHaveValue("");
  const { rows } = await stage.workspace.get("/v1/audit");
  expect(rows.some((it: any) => it.deed === "create_canned" && it.by?.id === lea.member.id)).toBe(true);

  const ana = await stage.agent("Anastasia");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is anybody there?");
  await ana.accepts();
  const details = ana.page.getByRole("complementary", { name: words("console.details") });
  await details.getByLabel(words("console.field_name")).fill("Linh");
  await ana.button("console.save", details).click();
  await expect(ana.conversation.getByRole("heading", { name: "Linh" })).toBeVisible();

  await ana.writes("One moment. Two days.");
  for (const _ of "Two days.") await ana.input.press("ArrowLeft");
  await ana.input.pressSequentially("/gre");
  const list = ana.page.getByRole("listbox", { name: words("console.canned") });
  await expect(list.getByRole("option")).toHaveCount(1);
  await ana.input.press("Enter");
  const filled = "One moment. Hello Linh, Anastasia here.";
  await expect(ana.input).toHaveValue(`${filled}Two days.`);
  // Whoever types on does so behind what was inserted.
  await expect.poll(() => ana.input.evaluate((it: HTMLTextAreaElement) => it.selectionEnd)).toBe(filled.length);
  await ana.input.pressSequentially(" ");
  await expect(ana.input).toHaveValue(`${filled} Two days.`);

  // The button does what a typed / does, at the same place.
  await ana.button("console.canned", ana.composer).click();
  await expect(ana.input).toHaveValue(`${filled} /Two days.`);
  await list.getByRole("option").filter({ hasText: ours.text }).click();
  await expect(ana.input).toHaveValue(`${filled} ${ours.text}Two days.`);
  // An agent is not led to a page that is not for agents.
  await expect(ana.page.getByRole("link", { name: words("console.canned_edit") })).toHaveCount(0);
  await ana.input.press("Enter");
  await visitor.sees("Hello Linh, Anastasia here.");
});

test("a team lead goes from the list of replies to the page where they are written, and keeps what was typed", async ({ stage }) => {
  const lea = await stage.agent("Leokadia", "team_lead");
  await lea.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("How do I return a bowl?");
  await lea.accepts();
  await lea.writes("We will /retour");
  await lea.page.getByRole("link", { name: words("console.canned_edit") }).click();
  await writesReply(lea, "retour", "send you a label.");
  // Before that is stored, whoever leaves is asked.
  await expect(newReply(lea).getByLabel(words("console.canned_text"))).toHaveValue("");
  const mine = lea.page.getByRole("listitem").filter({ has: lea.button("console.save") });
  await expect(mine).toHaveCount(1);
  await lea.page.goBack();
  await expect(lea.input).toHaveValue("We will /retour");
  await lea.input.press("End");
  const found = lea.page.getByRole("listbox", { name: words("console.canned") });
  await expect(found.getByRole("option")).toHaveCount(1);
  await lea.input.press("Tab");
  await expect(lea.input).toHaveValue("We will send you a label.");

  await lea.goesTo(PAGE);
  await mine.getByRole("button", { name: words("console.delete_named", { name: "retour" }) }).click();
  await lea.button("console.delete", lea.page.getByRole("dialog")).click();
  await expect(mine).toHaveCount(0);
});
