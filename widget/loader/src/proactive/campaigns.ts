// Campaigns on one page: what is known of the visitor, and when it is worth a look whether a
// campaign speaks. What happens then is in `voice.ts`, which is fetched when it is needed.

import type { Extension } from "../chat";
import { LONGEST_WAIT, LOOK, TITLE_PATIENCE, VISIT } from "../limits";
import { fetchScript } from "../script";
import { isLike, json, readJson, write } from "../store";
import { lot } from "./data";
import { evaluation } from "./evaluate";
import { attentive, device, minute, watch } from "./facts";
import type { Visitor } from "./guard";
import { now, type CampaignHost, type Visit, type Presenter } from "./host";

/** Where the speaking part is. */
declare const VOICE: string;

export const campaigns: Extension = (chat) => {
  const { config, on, signal } = chat;
  const [site, list] = config.campaigns!;

  // What is remembered: all of it for the visit, and the visitor's part beyond it with consent.

  const key = "porchlight:p:" + config.site;
  const fresh: Visit = {
    visitor: { seed: Math.random(), visits: 0, began: 0, at: 0, met: {}, shown: [] },
    site: 0,
    attr: {},
    event: {},
  };
  const found = readJson("sessionStorage", key);
  const visit: Visit = isLike(fresh, found) ? found : fresh;
  // Another tab may know more of the visitor.
  const recall = () => {
    const other = site[3] && readJson("localStorage", key);
    if (isLike(fresh.visitor, other)) visit.visitor = other;
    return visit.visitor;
  };
  const keep = () => {
    write("sessionStorage", key, json(visit));
    if (site[3]) write("localStorage", key, json(visit.visitor));
  };
  const set = (what: Partial<Visit>, who: Partial<Visitor> = {}) => {
    Object.assign(recall(), who);
    Object.assign(visit, what);
    keep();
    look();
  };
  recall();

  // The speaking part.

  let presenter: Presenter | undefined;
  let fetched = false;
  const call = () => {
    if (!fetched) fetchScript(config.origin + VOICE);
    fetched = true;
    return presenter;
  };

  // Looking.

  let timer: ReturnType<typeof setTimeout>;
  let due = Infinity;
  const wake = (seconds: number) => {
    const at = now() + seconds;
    if (!(seconds > 0 && at < due)) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(consider, Math.min(seconds, LONGEST_WAIT) * 1000);
  };
  const look = () => wake(LOOK);
  const consider = () => {
    due = Infinity;
    if (signal.aborted || config.preview || !attentive()) return;
    const known = host.facts();
    const judge = evaluation(known, wake, call);
    const { met, began } = visit.visitor;
    for (const campaign of list) {
      known.id = campaign[0];
      // The rest of what keeps a campaign silent is the speaking part's.
      if (visit.silent || met[known.id]?.[1] >= began) continue;
      const holds = judge(campaign[1]);
      if (holds != false && (!call() || presenter!.meet(campaign, holds))) break;
    }
    presenter?.explain();
  };

  const senses = watch(json(list), look, signal);
  const host: CampaignHost = {
    lent: chat,
    visit,
    recall,
    keep,
    tracks: [],
    look,
    facts() {
      const felt = senses.feel();
      const { visitor } = visit;
      const seen = chat.seen();
      let week: number;
      return {
        ...visit,
        ...visitor,
        ...felt,
        url: location.href,
        from: seen[0].referrer,
        past: seen.map((it) => it.url),
        title: document.title,
        pages: seen.length,
        site: visit.site + felt.page,
        chat: (now() - visitor.chat!) / 86_400,
        lang: navigator.language,
        // Getters, because only some rules ask: `device` forces a layout, and `week` throws for a zone
        // that this browser does not know, which then breaks that campaign alone.
        get device() {
          return device();
        },
        get week() {
          return (week ??= minute(site[2]));
        },
        get share() {
          return lot(visitor.seed + this.id!, 100);
        },
        on: null,
        land: null,
        now: now(),
        ...host.answers,
      };
    },
  };

  let here = "";
  const arrived = () => {
    if (here == location.href) return;
    here = location.href;
    visit.site += senses.turn();
    host.answers = undefined;
    presenter?.happened();
    wake(TITLE_PATIENCE / 1000);
  };
  arrived();
  const { visits, at, due: spoken } = visit.visitor;
  if (visit == fresh && now() - at > VISIT) {
    Object.assign(visit.visitor, { visits: visits + 1, began: now(), at: now() });
    // Writing is slow: if only the visit is to be remembered, it waits for the next event or `pagehide`.
    if (site[3]) keep();
  }
  addEventListener("pagehide", () => set({ site: visit.site + senses.turn() }, { at: now() }), { signal });
  on("message:sent", () => set({}, { chat: now() }));
  if (config.preview || spoken) call();

  return {
    arrived,
    greeted: () => presenter?.greeted(),
    methods: {
      "campaign s"(id: string) {
        host.tracks.push([, , id]);
        call()?.happened();
      },
      "suppressCampaigns b": (suppressed: boolean) => set({ suppressed }),
      "setAttributes o": (attributes: object) => set({ attr: { ...visit.attr, ...attributes } }),
      "cart o": ({ value, items }: Partial<Visit>) => set({ value, items }),
      "track s"(name: string, { value }: { value?: number } = {}) {
        set({ event: { ...visit.event, [name]: (+visit.event[name] || 0) + 1 } });
        host.tracks.push([name, value]);
        presenter?.happened();
      },
      "debug b"(debug: boolean) {
        set({ debug });
        call();
      },
      // Not for pages: the speaking part says that it is there.
      "voice f"(make: (host: CampaignHost) => Presenter) {
        presenter ??= make(host);
        look();
      },
    },
  };
};
