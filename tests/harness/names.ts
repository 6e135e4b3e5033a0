// What things are called on screen: the only place where the scenes' people look anything up.
//
// Names come from the catalogue, so a better wording does not break a scene.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./process.ts";

type Text = string | Record<string, string>;

/** A text of the catalogue in one language, with its parameters filled in. */
export function words(key: string, parameters: Record<string, string | number> = {}, language = "en"): string {
  const [part, name] = key.split(".") as [string, string];
  const catalogue = JSON.parse(readFileSync(join(ROOT, `locales/${language}.json`), "utf8"));
  let text: Text | undefined = catalogue[part]?.[name];
  if (text === undefined) throw new Error(`the catalogue has no ${key}`);
  if (typeof text !== "string") {
    const form = new Intl.PluralRules(language).select(Number(parameters.count ?? 1));
    text = text[form] ?? text.other!;
  }
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => String(parameters[name] ?? whole));
}
