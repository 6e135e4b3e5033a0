// The script that a page embeds: the relay puts the site's configuration where its name stands.

import { start, type Methods } from "./chat";
import type { Config } from "./types";

declare const __PORCHLIGHT_CONFIG__: Config;

type Call = [name: string, ...argument: unknown[]];
type Api = ((...call: Call) => void) & { q?: Call[]; loaded?: boolean };
const page = window as unknown as { Porchlight?: Api };

const config = __PORCHLIGHT_CONFIG__;
if (page.Porchlight?.loaded) {
  // Loaded twice, by a tag manager and by hand, is loaded once; but `setLocale` asks for the texts
  // of a language with this script once more, which no policy of the page's can be against.
  page.Porchlight("texts", config);
} else {
  const early = page.Porchlight?.q ?? [];
  const { ready, ...methods }: Methods = start(config, () => delete page.Porchlight);
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
