// What the page's tag does: the relay puts the site's configuration where its name stands.

import { invoke } from "./call";
import { start, type Extension, type Methods, type Wishes } from "./chat";
import { paint } from "./launcher";
import { RETURNS, UNSEEN } from "./limits";
import { fetchScript } from "./script";
import type { Config } from "./types";

declare const __PORCHLIGHT_CONFIG__: Config;

type Call = [name: string, ...argument: unknown[]];
type Api = ((...call: Call) => unknown) & { q?: Call[]; loaded?: boolean };
const page = window as unknown as { Porchlight?: Api };

/** Starts the chat on the page, with what extends it. */
export function embed(extend: Extension): void {
  const config = __PORCHLIGHT_CONFIG__;
  const begin = () => {
    const early: Call[] = [...(page.Porchlight?.q ?? [])];
    let methods: Methods | undefined;
    const wishes: Wishes = { listeners: new Map(), filled: {}, hides: early.some((it) => it?.[0] == "hide"), returns: RETURNS };
    const attempt = (call: Call) => {
      if (!methods) return early.push(call);
      try {
        invoke(methods, call);
      } catch (error) {
        console.warn("Porchlight", call, error);
      }
    };
    const api: Api = (...call) => attempt(call);
    api.loaded = true;
    page.Porchlight = api;
    const run = () => {
      const ends = new AbortController();
      const launcher = paint(config, wishes.hides, ends.signal);
      launcher.button.onclick = () => early.push(["toggle"]);
      const leave = (next?: Call[]) => {
        ends.abort();
        launcher.host.remove();
        methods = undefined;
        if (!next) return delete page.Porchlight;
        early.push(...next);
        run();
      };
      const live = () => {
        if (methods || ends.signal.aborted) return;
        const { ready, ...callable } = start(config, launcher, wishes, ends.signal, leave, extend);
        methods = callable;
        ready();
        early.splice(0).forEach(attempt);
      };
      // What is painted is on the screen before anything else is done. Of a page that nobody sees
      // nothing is painted.
      requestAnimationFrame(() => setTimeout(live));
      setTimeout(live, UNSEEN);
    };
    run();
  };
  const token = /[?&]porchlight_preview=([^&]+)/.exec(location.search)?.[1];
  // Loaded twice, by a tag manager and by hand, is loaded once; but `setLocale` asks for the texts
  // of a language with this script once more, which no policy of the page's can be against.
  if (page.Porchlight?.loaded) page.Porchlight("texts", config);
  // Somebody wants to see a campaign on their page: the same script, with that campaign in it.
  else if (token && !config.preview) fetchScript(`${config.origin}/s/${config.site}.js?preview=${token}`, begin);
  else begin();
}
