// Says in the browser's console why each campaign did or did not speak, if the page asked for it.

import { evaluate, type Facts, type Rule } from "./evaluate";
import { HELD } from "./guard";
import type { Stage } from "./stage";

export function explaining(stage: Stage): () => void {
  const told: { [id: string]: string } = {};
  return () => {
    if (!stage.visit.debug) return;
    const facts = stage.facts();
    for (const campaign of stage.campaigns[1]) {
      const [id, rule] = campaign;
      const why = reason(HELD[stage.held(campaign)], rule, facts);
      // Once, until it is another reason.
      if (told[id] == why) continue;
      told[id] = why;
      console.info(`Porchlight campaign ${id}: ${why}`);
    }
  };
}

function reason(held: string, rule: Rule, facts: Facts): string {
  if (held != HELD[0]) return held;
  let error: unknown;
  const holds = evaluate(rule, facts, undefined, (it) => (error = it));
  if (error) return `broken: ${error}`;
  return holds ? "all conditions hold" : `waits for ${lacking(rule, facts).join(" ")}`;
}

/** The conditions that do not hold, or are not known, and what is the case instead. */
function lacking(rule: Rule, facts: Facts): string[] {
  const [name] = rule;
  if (typeof name != "string" || name == "any") return rule.filter(Array.isArray).flatMap((it) => lacking(it, facts));
  if (evaluate(rule, facts)) return [];
  return [`${JSON.stringify(rule)} (${JSON.stringify(facts[name.replace("!", "") as keyof Facts])})`];
}
