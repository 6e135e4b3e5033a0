// Nobody is kept out: axe-core in widget and console, in light and dark.
import { test } from "../harness/scene.ts";
import { hasNoViolations } from "../harness/axe.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in a conversation, on either side, in ${colorScheme}`, async ({ stage }) => {
    const ana = await stage.agent("Ana");
    await ana.page.emulateMedia({ colorScheme });
    await hasNoViolations(ana.page);
    await ana.goesAvailable();
    const visitor = await stage.visitor();
    await visitor.page.emulateMedia({ colorScheme });
    await hasNoViolations(visitor.page);

    await visitor.opensChat();
    await hasNoViolations(await visitor.chat());
    await visitor.says("Can everybody use this?");
    await ana.isOffered("Can everybody use this?");
    await hasNoViolations(ana.page);
    await ana.accepts();
    await ana.says("We try our best.");
    await visitor.sees("We try our best.");
    await hasNoViolations(await visitor.chat());
    await hasNoViolations(ana.page);

    await visitor.endsChat();
    await visitor.seesNotice("widget.notice_ended_by_you");
    await hasNoViolations(await visitor.chat());
  });
}

test("axe finds nothing in the administration", async ({ stage }) => {
  const ada = await stage.agent("Ada", "admin");
  for (const place of ["sites", "departments", "members", "canned-replies", "topics", "workspace", "account"]) {
    await ada.goesTo(`#/settings/${place}`);
    await hasNoViolations(ada.page);
  }
});
