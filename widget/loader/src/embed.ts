// What the page's tag does: the relay puts the site's configuration where its name stands.

import { start, type Extension, type Methods } from "./chat";
import { fetchScript } from "./script";
import type { Config } from "./types";

declare const __PORCHLIGHT_CONFIG__: Config;

type Call = [name: string, ...argument: unknown[]];
type Api = ((...call: Call) => void) & { q?: Call[]; loaded?: boolean };
const page = window as unknown as { Porchlight?: Api };

/** Starts the chat on the page, with what extends it. */
export function embed(extend: Extension): void {
  const config = __PORCHLIGHT_CONFIG__;
  const begin = () => {
    const early = page.Porchlight?.q ?? [];
    const { ready, ...methods }: Methods = start(config, () => delete page.Porchlight, extend);
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
  };
  const token = /[?&]porchlight_preview=([^&]+)/.exec(location.search)?.[1];
  // Loaded twice, by a tag manager and by hand, is loaded once; but `setLocale` asks for the texts
  // of a language with this script once more, which no policy of the page's can be against.
  if (page.Porchlight?.loaded) page.Porchlight("texts", config);
  // Somebody wants to see a campaign on their page: the same script, with that campaign in it.
  else if (token && !config.preview) fetchScript(`${config.origin}/s/${config.site}.js?preview=${token}`, begin);
  else begin();
}
