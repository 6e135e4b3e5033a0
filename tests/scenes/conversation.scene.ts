// The whole life of a conversation, seen from both sides.
import { words } from "../harness/names.ts";
import { expect, test } from "../harness/scene.ts";

const receipt = { name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("one teapot, 78 euro") };
// A white pixel: small, and a real picture.
const picture = {
  name: "crack.png",
  mimeType: "image/png",
  buffer: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg==",
    "base64",
  ),
};

test.describe("from the first page to a new session", () => {
  test.use({ scenery: { assignment: "offer", settings: { ask_still_questions: true, reopen_window: 0 } } });

  test("a visitor looks around, asks, is helped by two, says so, and comes back", async ({ stage }) => {
    test.setTimeout(180_000);
    const ana = await stage.agent("Ana");
    await ana.goesAvailable();

    const visitor = await stage.visitor("/catalogue/");
    await visitor.page.getByRole("link", { name: "Fen teapot" }).click();
    await expect(visitor.page).toHaveTitle(/Fen teapot/);
    await visitor.opensChat();
    await visitor.says("My teapot arrived with a crack.");

    await ana.isOffered("My teapot arrived with a crack.");
    await ana.accepts();
    await visitor.seesNotice("widget.notice_joined", { name: "Ana" });
    await ana.sees("My teapot arrived with a crack.");
    await ana.seesPage("/catalogue/teapot");

    await ana.says("I am sorry! Can you send a picture?");
    await visitor.sees("I am sorry! Can you send a picture?");
    await visitor.attaches(picture, receipt);
    await visitor.says("Here it is, with the receipt.");
    await ana.seesFile("crack.png");
    await ana.seesFile("receipt.txt");
    await ana.attaches({ ...receipt, name: "return-label.txt" });
    await ana.says("Print this and send it back.");
    await visitor.sees("return-label.txt");

    const ben = await stage.agent("Ben");
    await ben.goesAvailable();
    await ana.invites("Ben");
    await ben.accepts();
    await visitor.seesNotice("widget.notice_joined", { name: "Ben" });
    await ben.says("I packed it, I feel responsible.");
    await visitor.sees("I packed it, I feel responsible.");

    await ana.transfersTo("Ben");
    await ben.accepts();
    await visitor.seesNotice("widget.notice_owner_changed", { name: "Ben" });

    await ben.ends();
    await visitor.answers("widget.still_yes");
    await ben.sees(words("console.notice_more_questions"));
    await visitor.says("Will the new one have the same colour?");
    await ben.says("The very same glaze.");
    await visitor.sees("The very same glaze.");
    await ben.ends();
    await visitor.answers("widget.still_no");
    await visitor.seesNotice("widget.notice_solved");
    await visitor.rates(5, "Kind and quick.");

    await visitor.says("One more thing: do you sell lids?");
    await visitor.sees("My teapot arrived with a crack.");
    await ana.isOffered("One more thing: do you sell lids?");
  });
});

test("the visitor ends while the agent types", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is the bowl oven-proof?");
  await ana.accepts();
  await ana.writes("Up to 180 degrees, and then");
  await visitor.sees(visitor.words("widget.typing_one", { name: "Ana" }));
  await visitor.endsChat();
  await visitor.seesNotice("widget.notice_ended_by_you");
  await ana.seesEndedByVisitor();
  await ana.cannotReply();
});

test("both see each other typing, and what was seen", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Hello?");
  await ana.accepts();
  await visitor.composer.pressSequentially("I wonder");
  await ana.seesVisitorTyping();
  await ana.says("Hello!");
  await visitor.sees("Hello!");
  await expect(visitor.line("Hello?")).toContainText(visitor.words("widget.seen"));
});

test("an agent corrects and withdraws what was sent", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("How long does delivery take?");
  await ana.accepts();
  await ana.says("Two years.");
  await visitor.sees("Two years.");
  await ana.edits("Two years.", "Two days.");
  await visitor.sees("Two days.");
  await visitor.doesNotSee("Two years.");
  await ana.says("That was for someone else.");
  await visitor.sees("That was for someone else.");
  await ana.deletes("That was for someone else.");
  await visitor.doesNotSee("That was for someone else.");
  await visitor.sees(visitor.words("widget.deleted"));
});

test("the relay is killed in mid-send and nothing is lost or doubled", async ({ stage }) => {
  test.setTimeout(180_000);
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Before.");
  await ana.accepts();
  await ana.sees("Before.");

  const lines = Array.from({ length: 6 }, (_, n) => `Line ${n + 1} of six.`);
  await visitor.says(lines[0]!);
  await visitor.says(lines[1]!);
  await stage.relay.kill();
  for (const line of lines.slice(2)) await visitor.says(line);
  await ana.writesAndSends("From the desk, meanwhile.");
  await stage.relay.resume();

  for (const line of lines) {
    await visitor.seesSent(line);
    await visitor.seesOnce(line);
    await ana.seesOnce(line);
  }
  await visitor.sees("From the desk, meanwhile.");
  await visitor.seesOnce("From the desk, meanwhile.");
  const order = await visitor.transcript.getByText(/Line \d of six/).allInnerTexts();
  expect(order.map((it) => it.match(/Line \d/)![0])).toEqual(lines.map((it) => it.match(/Line \d/)![0]));
});

test("an agent is removed from the workspace while chatting, and a colleague goes on", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Can I collect it myself?");
  await ana.accepts();
  await ana.says("Of course you");
  await visitor.sees("Of course you");

  await stage.workspace.call("DELETE", `/v1/members/${ana.member.id}`);
  await ana.isSignedOut();
  const ben = await stage.agent("Ben");
  await ben.goesAvailable();
  await ben.accepts();
  await ben.says("Of course you can.");
  await visitor.sees("Of course you can.");
});

test("no byte of a note or a whisper reaches the visitor", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Is there a discount?");
  await ana.accepts();
  await ana.notes("canary-note-7f3a: has complained before");
  // A whisper needs somebody who reads it.
  const sue = await stage.agent("Sue", "supervisor");
  await sue.supervises("Is there a discount?");
  await ana.whispers("canary-whisper-91bc: ten percent at most");
  await ana.says("Let me see what I can do.");
  await visitor.sees("Let me see what I can do.");

  await visitor.page.reload();
  await visitor.opensChatAgain();
  await visitor.sees("Let me see what I can do.");
  const bytes = await visitor.received.text();
  expect(bytes).toContain("Let me see what I can do.");
  expect(bytes).not.toContain("canary");
});

test.describe("where nobody is asked by turns", () => {
  test.use({ scenery: { assignment: "manual", settings: {} } });

  test("an unassigned conversation is followed up from the list", async ({ stage }) => {
    const visitor = await stage.visitor();
    await visitor.opensChat();
    await visitor.says("Nobody is there yet, I suppose.");
    const ana = await stage.agent("Ana");
    await ana.followsUp("Nobody is there yet, I suppose.");
    await ana.says("Now there is.");
    await visitor.sees("Now there is.");
  });
});

test("an offer that is declined goes to a colleague", async ({ stage }) => {
  const ana = await stage.agent("Ana");
  await ana.goesAvailable();
  const visitor = await stage.visitor();
  await visitor.opensChat();
  await visitor.says("Who is there?");
  await ana.isOffered("Who is there?");
  const ben = await stage.agent("Ben");
  await ben.goesAvailable();
  await ana.declines();
  await ben.isOffered("Who is there?");
  await ben.accepts();
  await visitor.seesNotice("widget.notice_joined", { name: "Ben" });
});
