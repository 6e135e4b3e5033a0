// Says in the browser's console which campaigns are broken and, if the page asked for it, why each
// of the others did or did not speak.

import type { Campaign } from "./data";
import { evaluation, type Facts, type Rule } from "./evaluate";
import { HELD } from "./guard";
import type { CampaignHost } from "./host";

export function explaining(host: CampaignHost, held: (campaign: Campaign) => number): () => void {
  const told: { [id: string]: string } = {};
  const say = (id: string, why: string, loud: boolean) => {
    // Once, until it is another reason.
    if (told[id] == why) return;
    told[id] = why;
    console[loud ? "warn" : "info"](`Porchlight campaign ${id}: ${why}`);
  };
  return () => {
    const facts = host.facts();
    for (const campaign of host.lent.config.campaigns![1]) {
      const [id, rule] = campaign;
      facts.id = id;
      let broken: unknown;
      const holds = evaluation(facts, undefined, (it) => (broken = it))(rule);
      if (broken) say(id, `broken: ${broken}`, true);
      else if (host.visit.debug) say(id, reason(held(campaign), holds === true, campaign, facts), false);
    }
  };
}

function reason(held: number, holds: boolean, [, rule]: Campaign, facts: Facts): string {
  if (held) return HELD[held];
  return holds ? "all conditions hold" : `waits for ${lacking(rule, facts).join(" ")}`;
}

/** The conditions that do not hold, or are not known, and what is the case instead. */
function lacking(rule: Rule, facts: Facts): string[] {
  const [name] = rule;
  if (typeof name != "string" || name == "any") return rule.filter(Array.isArray).flatMap((it) => lacking(it, facts));
  if (evaluation(facts)(rule)) return [];
  return [`${JSON.stringify(rule)} (${JSON.stringify(facts[name.replace("!", "") as keyof Facts])})`];
}
