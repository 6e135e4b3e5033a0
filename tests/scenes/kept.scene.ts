// What an agent types or presses is kept: over a reload, another conversation, a lost connection
// and somebody else's doing.
import type { Page } from "@playwright/test";

import type { Agent } from "../harness/agent.ts";
import { hasNoViolations } from "../harness/axe.ts";
import { send } from "../harness/http.ts";
import { Marketer } from "../harness/marketer.ts";
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

function leaving(page: Page) {
  return page.getByRole("dialog", { name: words("console.leave_title") });
}

/** The browser has no network: its sockets break and no new one opens. */
async function cutOff(agent: Agent, off: boolean): Promise<void> {
  await agent.page.context().setOffline(off);
}

test("a draft survives an edit, another conversation and a reload, and the fields beside it too", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const [linh, tam] = [await stage.visitor(), await stage.visitor()];
  await linh.opensChat();
  await linh.says("Is the teapot still there?");
  await ana.accepts();
  // Whoever accepted can type at once.
  await expect(ana.input).toBeFocused();
  await ana.says("It is.");

  await ana.input.pressSequentially("We have two of them, and");
  await ana.line("It is.").hover();
  await ana.button("console.message_menu", ana.line("It is.")).click();
  await ana.page.getByRole("menuitem", { name: words("console.edit"), exact: true }).click();
  await expect(ana.input).toHaveValue("It is.");
  await ana.button("console.cancel", ana.composer).click();
  await expect(ana.input).toHaveValue("We have two of them, and");
  const notes = ana.page.getByRole("complementary").getByRole("textbox", { name: words("console.field_notes") });
  await notes.fill("Likes blue.");

  await tam.opensChat();
  await tam.says("Do you deliver to Malta?");
  await ana.accepts();
  await expect(ana.input).toHaveValue("");
  const row = ana.list.getByRole("link").filter({ hasText: "It is." });
  await expect(row).toContainText(words("console.draft"));
  await row.click();
  await expect(ana.input).toHaveValue("We have two of them, and");
  await expect(notes).toHaveValue("Likes blue.");

  await ana.page.reload();
  await expect(ana.input).toHaveValue("We have two of them, and");
  await expect(notes).toHaveValue("Likes blue.");
  await ana.input.press("Enter");
  await linh.sees("We have two of them, and");
  await ana.button("console.save", ana.page.getByRole("complementary")).click();
  await expect(ana.button("console.save", ana.page.getByRole("complementary"))).toBeHidden();
  await ana.page.reload();
  await expect(ana.input).toHaveValue("");
  await expect(notes).toHaveValue("Likes blue.");
});

test("a reply freezes when a supervisor takes over and when the visitor ends, and says so", async ({ stage }) => {
  const ana = await stage.agent("Anouk");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is the bowl oven-proof?");
  await ana.accepts();
  await ana.writes("Up to 180 degrees, and then");

  const sue = await stage.agent("Sue", "supervisor");
  await sue.listsAll();
  await sue.list.getByRole("link").filter({ hasText: "Is the bowl oven-proof?" }).click();
  await sue.button("console.take_over", sue.conversation).click();
  await expect(ana.composer).toContainText(words("console.frozen_owner", { name: "Sue" }));
  await expect(ana.input).toHaveValue("Up to 180 degrees, and then");
  await ana.input.press("Enter");
  await ana.input.press("x");
  await expect(ana.input).toHaveValue("Up to 180 degrees, and then");
  await hasNoViolations(ana.page);

  // She gets it back, and goes on where she was.
  await sue.transfersTo("Anouk");
  await ana.accepts();
  await expect(ana.composer).not.toContainText(words("console.frozen_owner", { name: "Sue" }));
  await visitor.endsChat();
  await expect(ana.composer).toContainText(words("console.read_only_customer"));
  await expect(ana.composer).toContainText(words("console.frozen_kept"));
  await ana.input.press("Enter");
  await ana.cannotReply();
  await ana.button("console.frozen_note", ana.composer).click();
  await ana.input.press("Enter");
  await ana.sees("Up to 180 degrees, and then");
  await visitor.doesNotSee("Up to 180 degrees, and then");
});

test("without a connection a tag waits, and what cannot wait is off and says why", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Where is my parcel?");
  await ana.accepts();
  await ana.sees("Where is my parcel?");

  await cutOff(ana, true);
  const details = ana.page.getByRole("complementary");
  const tag = details.getByRole("textbox", { name: words("console.tag_add") });
  await tag.fill("delivery");
  await tag.press("Enter");
  await expect(details.getByRole("listitem").filter({ hasText: "delivery" })).toBeVisible();
  const end = ana.button("console.end", ana.conversation);
  await expect(end).toHaveAttribute("aria-disabled", "true");
  await expect(end).toHaveAttribute("title", words("console.offline"));
  await end.click({ force: true });
  await expect(ana.dialog("console.end_title")).toBeHidden();
  await expect(ana.page.getByText(words("console.offline")).filter({ visible: true })).toBeVisible();

  await cutOff(ana, false);
  await expect(end).not.toHaveAttribute("aria-disabled", "true");
  // Stored by the relay: another page of hers has it.
  await expect(details.getByText(words("console.waits_for_connection"))).toBeHidden();
  await ana.page.reload();
  await expect(details.getByRole("listitem").filter({ hasText: "delivery" })).toBeVisible();
});

test("a form asks before it is left, a role before it changes, and a link replaces a password", async ({ stage }) => {
  const ada = await stage.agent("Adelina", "admin");
  const marketer = new Marketer(ada);
  await marketer.comesToCampaigns(stage.site.name);
  await marketer.begins();
  await marketer.named("console.editor_name").fill("Spring sale");
  await ada.page.goBack();
  await expect(leaving(ada.page)).toBeVisible();
  await ada.button("console.leave_stay", leaving(ada.page)).click();
  await expect(marketer.named("console.editor_name")).toHaveValue("Spring sale");
  const asked = ada.page.waitForEvent("dialog");
  await ada.page.evaluate(() => void setTimeout(() => location.reload()));
  const question = await asked;
  expect(question.type()).toBe("beforeunload");
  await question.dismiss();
  await expect(marketer.named("console.editor_name")).toHaveValue("Spring sale");
  await ada.page.getByRole("link", { name: words("console.campaigns_back") }).click();
  await ada.button("console.leave_go", leaving(ada.page)).click();
  await expect(ada.page.getByRole("heading", { level: 1, name: words("console.campaigns") })).toBeVisible();

  // A form of the settings, by a link of its own page.
  await ada.goesTo("#/settings/workspace");
  const capacity = ada.page.getByRole("spinbutton", { name: words("console.set_capacity") });
  const before = await capacity.inputValue();
  await capacity.fill("7");
  await ada.page.getByRole("link", { name: words("console.topics"), exact: true }).click();
  await ada.button("console.leave_go", leaving(ada.page)).click();
  await ada.goesTo("#/settings/workspace");
  await expect(capacity).toHaveValue(before);

  // Her own role: asked, and put away again.
  await ada.goesTo("#/settings/members");
  const called = ada.page.getByText("Adelina", { exact: true });
  const line = ada.page.getByRole("listitem").filter({ has: called });
  const [email] = (await line.innerText()).match(/\S+@\S+/)!;
  const role = line.getByRole("combobox", { name: words("console.role") });
  await role.selectOption("agent");
  const change = ada.page.getByRole("dialog", { name: words("console.role_change_title", { name: "Adelina" }) });
  await expect(change).toContainText(words("console.role_change_self"));
  await ada.button("console.cancel", change).click();
  await expect(role).toHaveValue("admin");

  // She came by a link and knows no old password.
  await ada.goesTo("#/settings/account");
  await expect(ada.page.getByLabel(words("console.old_password"))).toBeHidden();
  await ada.page.getByLabel(words("console.new_password")).fill("quite a new password");
  await ada.button("console.password_change").click();
  await expect(ada.page.getByLabel(words("console.old_password"))).toBeVisible();
  const password = "quite a new password";
  const answer = await send(stage.relay.desk, "/v1/sign-in", { method: "POST", body: { email, password } });
  expect(answer.status).toBe(200);
  // Whoever came by a password, or has used what the link allowed, needs the old one.
  const again = { method: "POST", cookie: answer.cookie!, body: { new: "another new password" } };
  expect((await send(stage.relay.desk, "/v1/password", again)).status).toBe(403);
});
