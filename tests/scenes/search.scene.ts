// Finding what was said: in any language, by whoever may see it, and not after it was erased.
import { type Agent } from "../harness/agent.ts";
import { words } from "../harness/names.ts";
import { until } from "../harness/process.ts";
import { expect, test } from "../harness/scene.ts";

const SAID = ["Tôi muốn đổi chiếc bình", "我想退貨，謝謝", "Write to anna.berg@example.com please"];

test("what was said is found and shown where it stands, and only to whoever may see it", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  const visitor = await stage.workspace.visitor(stage.site.id);
  visitor.say({ type: "hello", version: 1, epoch: 0, languages: ["en"] });
  await visitor.hears("ready");
  for (const [no, text] of [...SAID, ...Array(60).fill("and more")].entries()) {
    visitor.say({ type: "post", client_id: `c${no}`, text });
    await visitor.hears("ack");
  }
  const { page } = ana;
  const field = page.getByRole("textbox", { name: words("console.search_label") });
  const found = page.getByRole("region", { name: words("console.search_found") });
  await page.keyboard.press("/");
  await expect(field).toBeFocused();
  const cases: [string, string, string][] = [
    ["doi binh", "đổi", SAID[0]!],
    ["退货", "退貨", SAID[1]!],
    ["anna.berg@example.com", "anna.berg@example.com", SAID[2]!],
  ];
  for (const [asked, marked, line] of cases) {
    await until(`${asked} to be found`, async () => {
      await field.fill(asked);
      await field.press("Enter");
      await expect(found).toHaveAttribute("aria-busy", "false");
      return (await found.locator("mark", { hasText: marked }).count()) > 0;
    });
    await field.press("ArrowDown");
    await page.keyboard.press("Enter");
    const shown = ana.line(line);
    await expect(shown).toBeInViewport();
    await expect(shown).toHaveAttribute("aria-current", "true");
    await field.focus();
  }
  await isTold(ana, "is:purple 🙏", "console.search_empty");
  await expect(found).toContainText("is:purple");

  // Bruno serves another department.
  const other = await stage.workspace.department("Elsewhere");
  const bruno = await stage.signIn(await stage.workspace.member("Bruno", "agent", [other]));
  await isTold(bruno, "退货", "console.search_none");

  const conversation = await stage.workspace.conversationOf("and more");
  const owner = await stage.workspace.conversationSocket(conversation);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  owner.say({ type: "erase" });
  await until("the end of the socket", async () => owner.closed !== undefined);
  await until("nothing to be found", async () => {
    await field.fill("退货");
    await field.press("Enter");
    await expect(found).toHaveAttribute("aria-busy", "false");
    return (await found.getByRole("link").count()) === 0;
  });
  await field.press("Escape");
  await expect(ana.list).toBeVisible();
});

/** Searches, and is told that there is nothing. */
async function isTold(agent: Agent, asked: string, told: string): Promise<void> {
  const field = agent.page.getByRole("textbox", { name: words("console.search_label") });
  await field.fill(asked);
  await field.press("Enter");
  await expect(agent.page.getByText(words(told))).toBeVisible();
}
