// What the page's tag does: the relay puts the site's configuration where its name stands.

import { start, type Extension, type Methods } from "./chat";
import { paint } from "./launcher";
import { UNSEEN } from "./limits";
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
    let methods: Methods | undefined;
    const api: Api = (...call) => {
      if (!methods) return void early.push(call);
      const [name, ...argument] = call;
      try {
        methods[name](...argument);
      } catch (error) {
        console.warn(`Porchlight("${name}"):`, error);
      }
    };
    api.loaded = true;
    page.Porchlight = api;
    const ends = new AbortController();
    const launcher = paint(config, ends.signal);
    launcher.button.addEventListener("click", () => methods || early.push(["toggle"]));
    const live = () => {
      if (methods) return;
      const { ready, ...callable } = start(config, launcher, ends, () => delete page.Porchlight, extend);
      // With nothing that objects have by themselves.
      methods = { __proto__: null, ...callable } as unknown as Methods;
      for (const call of early) api(...call);
      ready();
    };
    // What is painted is on the screen before anything else is done. Of a page that nobody sees
    // nothing is painted.
    requestAnimationFrame(() => setTimeout(live));
    setTimeout(live, UNSEEN);
  };
  const token = /[?&]porchlight_preview=([^&]+)/.exec(location.search)?.[1];
  // Loaded twice, by a tag manager and by hand, is loaded once; but `setLocale` asks for the texts
  // of a language with this script once more, which no policy of the page's can be against.
  if (page.Porchlight?.loaded) page.Porchlight("texts", config);
  // Somebody wants to see a campaign on their page: the same script, with that campaign in it.
  else if (token && !config.preview) fetchScript(`${config.origin}/s/${config.site}.js?preview=${token}`, begin);
  else begin();
}
