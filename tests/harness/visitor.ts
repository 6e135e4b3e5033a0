// A person on a website.
import {
  type BrowserContext,
  type Frame,
  type FrameLocator,
  type Locator,
  type Page,
  expect,
} from "@playwright/test";

import { Received } from "./bytes.ts";
import { words } from "./names.ts";

export class Visitor {
  readonly page: Page;
  readonly language: string;
  readonly received: Received;

  constructor(page: Page, language = "en") {
    this.page = page;
    this.language = language;
    this.received = new Received(page);
  }

  /** The same visitor in front of an interface in another language. */
  speaking(language: string): Visitor {
    return new Visitor(this.page, language);
  }

  /** The same person in another page of the same browser. */
  in(page: Page): Visitor {
    return new Visitor(page, this.language);
  }

  /** Another tab of the same browser. */
  async opensTab(url: string): Promise<Visitor> {
    const tab = this.in(await this.context.newPage());
    await tab.visits(url);
    return tab;
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  async visits(url: string): Promise<void> {
    await this.page.goto(url);
  }

  // The parts of the page and of the chat.

  get launcher(): Locator {
    const open = this.words("loader.open");
    return this.page.getByRole("button", { name: new RegExp(`^${open}`) });
  }

  get closer(): Locator {
    return this.page.getByRole("button", { name: this.words("loader.close") });
  }

  get frame(): FrameLocator {
    return this.#element.contentFrame();
  }

  get #element(): Locator {
    return this.page.locator(`iframe[title="${this.words("loader.title")}"]`);
  }

  /** The chat's own page. */
  async chat(): Promise<Frame> {
    const element = await this.#element.elementHandle();
    const frame = await element?.contentFrame();
    if (!frame) throw new Error("the chat is not on the page");
    return frame;
  }

  get transcript(): Locator {
    return this.frame.getByRole("log", { name: this.words("widget.transcript") });
  }

  get composer(): Locator {
    return this.frame.getByRole("textbox", { name: this.words("widget.message_label") });
  }

  button(key: string, parameters = {}): Locator {
    return this.frame.getByRole("button", { name: this.words(key, parameters), exact: true });
  }

  line(text: string): Locator {
    return this.transcript.getByRole("article").filter({ hasText: text });
  }

  // What a person does.

  async opensChat(): Promise<void> {
    await this.launcher.click();
    await this.#seesComposer();
  }

  /** After a load: an open conversation stands open by itself. */
  async opensChatAgain(): Promise<void> {
    await expect(this.launcher.or(this.closer)).toBeVisible();
    if (!(await this.composer.isVisible()) && (await this.launcher.isVisible())) await this.launcher.click();
    await this.#seesComposer();
  }

  /** A frame whose page is still under way is there, and cannot be seen. */
  async #seesComposer(): Promise<void> {
    await expect(this.composer).toBeVisible();
    await expect(this.#element).toHaveCSS("opacity", "1");
  }

  async writes(text: string): Promise<void> {
    await this.composer.fill(text);
  }

  async says(text: string): Promise<void> {
    await this.writes(text);
    // Attachments may still be on their way.
    await expect(this.button("widget.send")).toBeEnabled();
    await this.composer.press("Enter");
    await expect(this.line(text).last()).toBeVisible();
  }

  async attaches(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.button("widget.attach").click();
    await (await chooser).setFiles(files);
  }

  async endsChat(): Promise<void> {
    await this.button("widget.menu").click();
    await this.button("widget.end").click();
    const dialog = this.frame.getByRole("dialog", { name: this.words("widget.end_title") });
    await dialog.getByRole("button", { name: this.words("widget.end"), exact: true }).click();
  }

  /** Answers "Do you still have questions?". */
  async answers(key: "widget.still_yes" | "widget.still_no"): Promise<void> {
    await this.sees(this.words("widget.still_question"));
    await this.button(key).last().click();
  }

  async rates(stars: number, comment?: string): Promise<void> {
    await this.frame.getByRole("radio", { name: this.words("widget.rating_stars", { count: stars }) }).check({ force: true });
    if (comment) await this.frame.getByLabel(this.words("widget.rating_comment")).fill(comment);
    await this.button("widget.rating_send").click();
    await this.seesNotice("widget.notice_rated", { count: stars });
  }

  // What a person sees.

  async sees(text: string | RegExp): Promise<void> {
    await expect(this.frame.getByText(text).first()).toBeVisible();
  }

  async seesNotice(key: string, parameters = {}): Promise<void> {
    await expect(this.transcript.getByText(this.words(key, parameters)).last()).toBeVisible();
  }

  /** The message is stored: the relay has said so. Of lines in a row the last one says it for all. */
  async seesSent(text: string): Promise<void> {
    await expect(this.line(text).last()).toBeVisible();
    const sent = new RegExp(`${this.words("widget.sent")}|${this.words("widget.seen")}`);
    const mine = this.transcript.getByRole("article", { name: new RegExp(`^${this.words("widget.you")}`) });
    await expect(mine.last()).toContainText(sent);
  }

  async seesOnce(text: string): Promise<void> {
    await expect(this.line(text)).toHaveCount(1);
  }

  async doesNotSee(text: string): Promise<void> {
    await expect(this.line(text)).toHaveCount(0);
  }

  words(key: string, parameters: Record<string, string | number> = {}): string {
    return words(key, parameters, this.language);
  }
}
