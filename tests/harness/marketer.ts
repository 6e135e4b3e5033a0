// A person who sets up campaigns: at the desk, on the marketers' pages.
import { type Locator, type Page, expect } from "@playwright/test";

import type { Agent } from "./agent.ts";
import { words } from "./names.ts";

/** How a text is compared, by the value in the drop-down. */
type How = "is" | "contains" | "begins" | "wildcard" | "regex";

export class Marketer {
  readonly page: Page;

  constructor(agent: Agent) {
    this.page = agent.page;
  }

  button(key: string, place: Page | Locator = this.page): Locator {
    return place.getByRole("button", { name: words(key), exact: true });
  }

  /** A campaign in the list. */
  campaign(name: string): Locator {
    return this.page.getByRole("listitem").filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** The names in the list, in order. */
  async order(): Promise<string[]> {
    return this.page.locator(".campaign-name a").allTextContents();
  }

  // What a person does.

  async comesToCampaigns(site: string): Promise<void> {
    await this.goesTo("#/campaigns");
    await expect(this.page.getByRole("heading", { level: 1, name: words("console.campaigns") })).toBeVisible();
    const select = this.named("console.campaign_site");
    if (await select.isVisible()) await select.selectOption({ label: site });
  }

  async goesTo(place: string): Promise<void> {
    await this.page.evaluate((hash) => (location.hash = hash), place);
  }

  async begins(): Promise<void> {
    await this.button("console.campaign_new").click();
    await expect(this.named("console.editor_name")).toBeVisible();
  }

  /** A field of any kind. A label's own text would have every option of its drop-down in it. */
  named(key: string): Locator {
    const named = { name: words(key), exact: true };
    return this.page
      .getByRole("textbox", named)
      .or(this.page.getByRole("combobox", named))
      .or(this.page.getByRole("spinbutton", named));
  }

  /** Opens the menu of the outermost group and chooses a kind of condition; its form is open then. */
  async addsCondition(key: string): Promise<void> {
    await this.button("console.condition_add").last().click();
    await this.page.getByRole("menuitem", { name: words(key), exact: true }).click();
    await expect(this.page.getByRole("group", { name: words(key), exact: true })).toBeVisible();
  }

  async addsAddress(how: How, text: string): Promise<void> {
    await this.addsCondition("console.condition_url");
    await this.named("console.field_compare").selectOption(how);
    await this.named("console.field_address").fill(text);
    await this.page.keyboard.press("Escape");
  }

  async addsNumber(key: string, field: string, number: number): Promise<void> {
    await this.addsCondition(key);
    await this.named(field).fill(String(number));
    await this.page.keyboard.press("Escape");
  }

  async saves(): Promise<void> {
    await this.button("console.save").click();
    await expect(this.page.getByText(words("console.editor_unsaved"))).toBeHidden();
  }

  async publishes(): Promise<void> {
    await this.button("console.campaign_publish").click();
    await expect(this.page.getByText(words("console.campaign_live"), { exact: true })).toBeVisible();
  }

  /** The campaign that is open. */
  get id(): string {
    return new URL(this.page.url()).hash.split("/")[2]!;
  }

  /** The figures of a variant or of the control group in the report, in the table's order. */
  async figures(variant: string): Promise<number[]> {
    const table = this.page.getByRole("region", { name: words("console.report_variants") });
    const row = table.getByRole("row", { name: new RegExp(`^${variant}`) });
    const cells = await row.getByRole("cell").allInnerTexts();
    return cells.map((it) => Number(it.split("\n")[0]));
  }
}
