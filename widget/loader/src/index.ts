// The script that a page embeds: the relay puts the site's configuration where its name stands.

import { start, type Methods } from "./chat";
import type { Config } from "./types";

declare const __PORCHLIGHT_CONFIG__: Config;

type Call = [name: string, ...argument: unknown[]];
type Api = ((...call: Call) => void) & { q?: Call[]; loaded?: boolean };
const page = window as unknown as { Porchlight?: Api };

// Loaded twice, by a tag manager and by hand, is loaded once.
if (!page.Porchlight?.loaded) {
  const early = page.Porchlight?.q ?? [];
  const { ready, ...methods }: Methods = start(__PORCHLIGHT_CONFIG__, () => delete page.Porchlight);
  const api: Api = (name, ...argument) => {
    try {
      if (!Object.hasOwn(methods, name)) throw new TypeError("there is no such method");
      methods[name](...argument);
    } catch (error) {
      console.warn(`Porchlight("${name}"):`, error);
    }
  };
  api.loaded = true;
  page.Porchlight = api;
  for (const call of early) api(...call);
  ready();
}
