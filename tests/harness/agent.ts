// A person at the desk.
import { type Locator, type Page, expect } from "@playwright/test";

import { words } from "./names.ts";
import type { Member } from "./workspace.ts";

type Kind = "reply" | "note" | "whisper";

export class Agent {
  readonly page: Page;
  readonly member: Member;
  /** The scene's own, if it has one. */
  readonly department: string | undefined;
  /** What that department is called; empty without one. */
  readonly #team: string;

  constructor(page: Page, member: Member, department?: string, team = "") {
    this.page = page;
    this.member = member;
    this.department = department;
    this.#team = team;
  }

  // The parts of the console.

  get list(): Locator {
    return this.page.getByRole("tabpanel", { name: words("console.conversations") });
  }

  get conversation(): Locator {
    return this.page.getByRole("region", { name: words("console.conversation"), exact: true });
  }

  get transcript(): Locator {
    return this.page.getByRole("log", { name: words("console.transcript") });
  }

  get composer(): Locator {
    return this.page.getByRole("form", { name: words("console.composer") });
  }

  get input(): Locator {
    return this.composer.getByRole("textbox");
  }

  /** What the agent is being asked, of whatever kind. */
  get offer(): Locator {
    const kinds = ["assign", "transfer", "conference"].map((it) => words(`console.offer_${it}`));
    return this.page.getByRole("dialog", { name: new RegExp(kinds.join("|")) }).first();
  }

  dialog(key: string): Locator {
    return this.page.getByRole("dialog", { name: words(key) });
  }

  button(key: string, place: Page | Locator = this.page): Locator {
    return place.getByRole("button", { name: words(key), exact: true });
  }

  line(text: string): Locator {
    return this.transcript.getByRole("article").filter({ hasText: text });
  }

  // What a person does.

  async signsIn(link: string): Promise<void> {
    await this.page.goto(link);
    await this.button("console.sign_in").click();
    await expect(this.page.getByRole("navigation", { name: words("console.places") })).toBeVisible();
  }

  async goesAvailable(): Promise<void> {
    const offline = words("console.presence_menu", { presence: "" }).trim();
    const menu = this.page.getByRole("button", { name: new RegExp(offline) });
    await menu.click();
    const available = words("console.presence_available");
    await this.page.getByRole("menuitemradio", { name: available }).click();
    await expect(menu).toContainText(available);
  }

  async isOffered(text: string): Promise<void> {
    await expect(this.offer).toContainText(text);
  }

  async accepts(): Promise<void> {
    await this.offer.getByRole("button", { name: words("console.accept") }).click();
    await expect(this.composer).toBeVisible();
  }

  async declines(): Promise<void> {
    await this.offer.getByRole("button", { name: words("console.decline") }).click();
    await expect(this.offer).toBeHidden();
  }

  async followsUp(preview: string): Promise<void> {
    await this.page.getByRole("tab", { name: words("console.tab_unassigned") }).click();
    await this.list.getByRole("link").filter({ hasText: preview }).click();
    await this.button("console.follow_up", this.conversation).click();
    await expect(this.composer).toBeVisible();
  }

  async writes(text: string, kind: Kind = "reply"): Promise<void> {
    await this.composer.getByRole("radio", { name: words(`console.kind_${kind}`), exact: true }).click();
    await this.input.pressSequentially(text);
  }

  async writesAndSends(text: string, kind: Kind = "reply"): Promise<void> {
    await this.writes(text, kind);
    await this.input.press("Enter");
    await expect(this.line(text).last()).toBeVisible();
  }

  async says(text: string): Promise<void> {
    await this.writesAndSends(text);
    await this.seesSent(text);
  }

  async notes(text: string): Promise<void> {
    await this.writesAndSends(text, "note");
  }

  async whispers(text: string): Promise<void> {
    await this.writesAndSends(text, "whisper");
  }

  async attaches(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.button("console.attach").click();
    await (await chooser).setFiles(files);
  }

  /** All conversations of the scene: the relay has those of other scenes, which have waited for longer. */
  async listsAll(): Promise<void> {
    await this.goesTo(`#/list?tab=all&department=${this.department}`);
  }

  /** Reads along in a conversation that somebody else has. */
  async supervises(preview: string): Promise<void> {
    await this.listsAll();
    await this.list.getByRole("link").filter({ hasText: preview }).click();
    await this.button("console.more", this.conversation).click();
    await this.page.getByRole("menuitem", { name: words("console.supervise"), exact: true }).click();
    await expect(this.composer).toBeVisible();
  }

  async invites(name: string): Promise<void> {
    await this.button("console.add_agent", this.conversation).click();
    const dialog = this.dialog("console.invite_title");
    await this.#colleague(dialog, name).click();
    await this.button("console.add_agent", dialog).click();
  }

  /** A colleague in a question: the relay has members of other scenes too, who may have the same name. */
  #colleague(dialog: Locator, name: string): Locator {
    return dialog.getByRole("radio", { name: new RegExp(`^${name} ${this.#team}\\b`) });
  }

  async transfersTo(name: string): Promise<void> {
    await this.button("console.transfer", this.conversation).click();
    const dialog = this.dialog("console.transfer_title");
    await this.#colleague(dialog, name).click();
    await this.button("console.transfer", dialog).click();
  }

  async ends(): Promise<void> {
    await this.button("console.end", this.conversation).click();
    const dialog = this.dialog("console.end_title");
    await this.button("console.end", dialog).click();
    await expect(dialog).toBeHidden();
  }

  async edits(text: string, better: string): Promise<void> {
    await this.#chooses(text, "console.edit");
    await this.input.fill(better);
    await this.input.press("Enter");
    await this.sees(better);
  }

  async deletes(text: string): Promise<void> {
    await this.#chooses(text, "console.delete");
    await this.button("console.delete", this.dialog("console.delete_message_title")).click();
  }

  async #chooses(text: string, key: string): Promise<void> {
    await this.line(text).hover();
    await this.button("console.message_menu", this.line(text)).click();
    await this.page.getByRole("menuitem", { name: words(key), exact: true }).click();
  }

  async goesTo(place: string): Promise<void> {
    await this.page.evaluate((hash) => (location.hash = hash), place);
    await expect(this.page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  }

  // What a person sees.

  async sees(text: string): Promise<void> {
    await expect(this.transcript.getByText(text).last()).toBeVisible();
  }

  async seesFile(name: string): Promise<void> {
    await expect(this.transcript.getByRole("button", { name: words("console.file_open", { name }) })).toBeVisible();
  }

  async seesOnce(text: string): Promise<void> {
    await expect(this.line(text)).toHaveCount(1);
  }

  async seesSent(text: string): Promise<void> {
    const sent = new RegExp(`${words("console.sent")}|${words("console.seen")}`);
    await expect(this.line(text).last()).toContainText(sent);
  }

  async seesPage(address: string): Promise<void> {
    await expect(this.page.getByRole("complementary").getByText(address).first()).toBeVisible();
  }

  async seesVisitorTyping(): Promise<void> {
    await expect(this.page.getByText(words("console.typing", { names: words("console.visitor") }))).toBeVisible();
  }

  async seesEndedByVisitor(): Promise<void> {
    await expect(this.transcript.getByText(words("console.ended_customer"))).toBeVisible();
  }

  /** To the visitor: a note to colleagues is still possible. */
  async cannotReply(): Promise<void> {
    await expect(this.composer.getByRole("radio", { name: words("console.kind_reply"), exact: true })).toBeHidden();
  }

  async isSignedOut(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: words("console.sign_in_title") })).toBeVisible();
  }
}
