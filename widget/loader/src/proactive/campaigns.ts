// Campaigns on one page: what is known of the visitor, and when it is worth a look whether a
// campaign speaks. What happens then is in `voice.ts`, which is fetched when it is needed.

import type { Extension } from "../chat";
import { fetchScript } from "../script";
import { read, write } from "../store";
import { lot } from "./data";
import { evaluate } from "./evaluate";
import { attentive, watch } from "./facts";
import { guard } from "./guard";
import { now, type Stage, type Visit, type Voice } from "./stage";

/** Where the speaking part is. */
declare const VOICE: string;

/** Single-page sites set the title after the address. */
const PATIENCE = 0.3;
/** Somebody who comes back within half an hour, in another tab, is still on the same visit. */
const VISIT = 1800;

export const campaigns: Extension = (chat) => {
  const { config, on, signal } = chat;
  const [site, list] = config.campaigns!;

  // What is remembered: all of it for the visit, and the visitor's part beyond it with consent.

  const key = "porchlight:p:" + config.site;
  const load = (area: "localStorage" | "sessionStorage") => JSON.parse(read(area, key) ?? "null");
  const kept = load("sessionStorage");
  const visit: Visit = {
    seed: `${Math.random()}`,
    visits: 0,
    began: 0,
    at: 0,
    met: {},
    shown: [],
    site: 0,
    attr: {},
    event: {},
    ...kept,
  };
  const recall = () => site[3] && Object.assign(visit, load("localStorage"));
  const keep = () => {
    const { seed, visits, began, at, met, shown, chat } = visit;
    write("sessionStorage", key, JSON.stringify(visit));
    if (site[3]) write("localStorage", key, JSON.stringify({ seed, visits, began, at, met, shown, chat }));
  };
  const set = (what: Partial<Visit>) => {
    recall();
    Object.assign(visit, what);
    keep();
    look();
  };

  recall();

  // The speaking part.

  let voice: Voice | undefined;
  let fetched = false;
  const call = () => {
    if (!fetched) fetchScript(config.origin + VOICE);
    fetched = true;
    return voice;
  };

  // Looking.

  let timer: ReturnType<typeof setTimeout>;
  let due = Infinity;
  const wake = (seconds: number) => {
    const at = now() + seconds;
    if (!(seconds > 0 && at < due)) return;
    due = at;
    clearTimeout(timer);
    // A clock may be a little early, and 24 days are the most that a browser waits.
    timer = setTimeout(consider, Math.min(seconds * 1000 + 10, 2e9));
  };
  const look = () => wake(0.2);
  const consider = () => {
    due = Infinity;
    if (signal.aborted || config.preview || !attentive()) return;
    recall();
    const known = stage.facts();
    for (const campaign of list) {
      if (stage.held(campaign)) continue;
      known.share = lot(visit.seed + campaign[0], 100);
      const holds = evaluate(campaign[1], known, wake);
      if (holds != false && (!call() || voice!.meet(campaign, holds))) break;
    }
    voice?.explain();
  };

  const senses = watch(JSON.stringify(list), site[2], look, signal);
  const stage: Stage = {
    chat,
    campaigns: config.campaigns!,
    visit,
    recall,
    keep,
    tracks: [],
    answers: { on: null, land: null },
    busy: false,
    look,
    held: (campaign) =>
      guard(campaign, site, { ...visit, now: now(), busy: stage.busy || chat.isOpen(), talking: chat.isTalking() }),
    facts() {
      const felt = senses.feel();
      const past = chat.past();
      return Object.assign(felt, visit, stage.answers, {
        url: location.href,
        from: past[0].referrer ?? "",
        past: past.map((it) => it.url),
        title: document.title,
        pages: past.length,
        site: visit.site + felt.page,
        chat: visit.chat && (now() - visit.chat) / 86_400,
        share: 0,
        now: now(),
      });
    },
  };

  let here = "";
  const arrived = () => {
    if (here == location.href) return;
    here = location.href;
    visit.site += senses.turn();
    stage.answers = { on: null, land: null };
    voice?.happened();
    wake(PATIENCE);
  };
  arrived();
  if (!kept && now() - visit.at > VISIT) set({ visits: visit.visits + 1, began: now() });
  addEventListener("pagehide", () => set({ site: visit.site + senses.turn(), at: now() }), { signal });
  on("close", look);
  on("conversation:ended", look);
  on("message:sent", () => set({ chat: now() }));
  // Somebody must say what was left unsaid, and count what was left to be counted.
  if (config.preview || visit.debug || visit.message || list.some((it) => it[7] && visit.met[it[0]])) call();

  return {
    arrived,
    greeted: () => voice?.greeted(),
    methods: {
      campaign: (id: string) => call()?.force(id),
      suppressCampaigns: (suppressed = true) => set({ suppressed }),
      setAttributes: (attributes: object) => set({ attr: { ...visit.attr, ...attributes } }),
      cart: ({ value, items }: Partial<Visit>) => set({ value, items }),
      track(name: string, { value }: { value?: number } = {}) {
        set({ event: { ...visit.event, [name]: (+visit.event[name] || 0) + 1 } });
        stage.tracks.push([name, value]);
        voice?.happened();
      },
      debug(debug = true) {
        set({ debug });
        if (debug) call();
      },
      // Not for pages: the speaking part says that it is there.
      voice(make: (stage: Stage) => Voice) {
        voice ??= make(stage);
        look();
      },
    },
  };
};
