// Fifty live campaigns of a site: as different as marketers make them, and none for who has just come.
import type { Workspace } from "../harness/workspace.ts";

/** As many as a site can have live at once. */
export const CAMPAIGNS = 50;
/** As many as a site usually has. */
export const FEW = 3;

const is = (condition: string, rest: object = {}) => ({ rule: "is", condition, ...rest });
const not = (condition: object) => ({ ...condition, not: true });
const all = (...of: object[]) => ({ rule: "all", of });
const any = (...of: object[]) => ({ rule: "any", of });
const url = (how: string, value: string) => is("url", { matches: { how, value } });

/** What else is asked for, beside that somebody has been on the page for long. */
const RULES: ((n: number) => object)[] = [
  (n) => url("begins", `/products/${n}`),
  (n) => url("regex", `^/(products|offers)/[a-z-]+-${n}$`),
  (n) => url("wildcard", `/*/sale/${n}/*`),
  (n) => is("query", { name: "utm_campaign", matches: { how: "is", value: `autumn-${n}` } }),
  () => is("funnel", { steps: [{ how: "is", value: "/" }, { how: "begins", value: "/cart" }] }),
  (n) => all(is("cart_value", { count: { least: 20 + n } }), not(is("chatted", { days: 7 }))),
  (n) => any(is("event", { name: `seen-${n}`, count: { least: 2 } }), is("exit_intent")),
  () => all(is("weekday", { any: [1, 2, 3, 4, 5] }), is("hours", { from: 540, until: 1020 }), is("scroll", { percent: 50 })),
  () => all(is("language", { any: ["vi", "uk"] }), is("device", { is: "desktop" }), is("click", { selector: "#buy, .more" })),
  (n) => is("attribute", { name: "plan", matches: { text: { how: "contains", value: `pro ${n}` } } }),
];

const TEXTS = [
  "Can we help you to find something? We answer within a minute.",
  "Your basket is waiting. Shall we keep it for you until tomorrow?",
  "Questions about sizes? Ask the people who made it.",
  "Free shipping from 50 €, today only. Is anything missing?",
  "Welcome back! Would you like to see what is new?",
];

/** Makes so many campaigns live on the site. */
export async function publish(workspace: Workspace, site: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const words = { text: `${TEXTS[n % TEXTS.length]} (${n})`, replies: n % 3 ? [] : ["Yes, please", "No, thank you"] };
    const plan = {
      name: `Campaign ${n}`,
      rule: all(is("page_time", { seconds: 600 + n }), RULES[n % RULES.length]!(n)),
      variants: [{ key: "a", weight: 1, texts: { en: words } }],
      control: n % 5 ? 0 : 10,
      goal: n % 4 ? undefined : { what: { goal: "purchase" }, hours: 24 },
    };
    const { id } = await workspace.post("/v1/campaigns", { site, plan });
    await workspace.post(`/v1/campaigns/${id}/status`, { status: "live" });
  }
}
