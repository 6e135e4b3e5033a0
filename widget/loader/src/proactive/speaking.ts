// What happens when a campaign's conditions hold: who is asked, which variant is the visitor's, what
// is shown, and what of it is remembered and counted.

import { isLike } from "../store";
import type { CampaignMessage } from "../types";
import { place, show } from "./bubble";
import { counting } from "./counting";
import { CONTROL, NEXT, OPENS, chosen, type Campaign, type Goal, type Variant } from "./data";
import { explaining } from "./explaining";
import { device } from "./facts";
import { guard } from "./guard";
import { now, type CampaignHost, type Presenter } from "./host";
import { address } from "./text";

/** Times that are kept of what was shown: more than a site's cap can be. */
const SHOWN = 255;

/** Who is there, as the relay says. */
interface Availability {
  on?: boolean;
  departments?: string[];
  next?: string;
  country?: string;
}

export function speaking(host: CampaignHost): Presenter {
  const { lent: chat, look } = host;
  const { config, launcher, emit, on } = chat;
  // A preview leaves nothing behind.
  const visit = config.preview ? { ...host.visit } : host.visit;
  const [, list] = config.campaigns!;
  if (!isLike({ id: "", variant: "", text: "", replies: [""] }, visit.message)) delete visit.message;
  const open = ([id, , , , , , , goal]: Campaign) => {
    const [, at, , reached] = visit.visitor.met[id] ?? [];
    return goal && at && now() - at < goal[0] * 3600 && (!reached || goal[1] == "buy");
  };
  const keep = () => {
    // The next page fetches this part at once if there will be something to say or to count.
    visit.visitor.due = !!visit.debug || !!visit.message || list.some(open);
    host.keep();
  };
  const count = counting(host, keep);
  const region = place(launcher.host.shadowRoot!, config.at_start ? "start" : "end");

  // Who is there.

  let asked: string | undefined;
  let next: string | undefined;
  const ask = async () => {
    const url = location.href;
    // Once on a page, and a page is what has an address.
    if (asked == url) return;
    asked = url;
    let answer: Availability = {};
    try {
      const response = await fetch(`${config.origin}/v1/sites/${config.site}/availability`);
      answer = await response.json();
    } catch {
      // Whoever cannot be asked is not there.
    }
    if (asked != location.href) return;
    const on = answer.departments ?? [];
    host.answers = { on: answer.on ? ["", ...on] : on, land: answer.country ?? "" };
    ({ next } = answer);
    look();
  };

  // On the screen.

  let gone: (() => void) | undefined;
  /** The panel was opened by a campaign. */
  let opened = false;
  const away = () => {
    gone?.();
    gone = undefined;
  };
  /** Which of `HELD` keeps a campaign silent. */
  const held = (campaign: Campaign) => {
    const { met } = visit.visitor;
    // Storage says what it says.
    if (!Array.isArray(met[campaign[0]])) delete met[campaign[0]];
    return guard(campaign, config.campaigns![0], {
      ...visit,
      ...visit.visitor,
      now: now(),
      busy: !!gone || chat.isOpen(),
      talking: chat.isTalking(),
    });
  };
  const tell = (what: "shown" | "clicked" | "dismissed", { id, variant }: CampaignMessage) => {
    count(id, variant, what);
    emit("campaign:" + what, { id, variant });
  };
  const dismiss = (message: CampaignMessage) => {
    away();
    opened = false;
    delete visit.message;
    if (!config.preview) visit.silent = true;
    keep();
    tell("dismissed", message);
  };
  /** Gives the panel the message; what is to be written, or was pressed, is given once. */
  const hand = () => {
    if (!visit.message || !chat.tell(visit.message)) return;
    delete visit.message.send;
    delete visit.message.draft;
    keep();
  };
  const speak = ([id, , , , , flags = 0, who]: Campaign, [variant, , text, replies, draft]: Variant) => {
    const message: CampaignMessage = {
      type: "campaign",
      id,
      variant,
      text,
      language: config.language,
      who: who || (flags & NEXT ? next : undefined),
      replies: replies || [],
      draft: draft || undefined,
    };
    visit.message = message;
    keep();
    if (flags & OPENS && device() != "p") {
      opened = true;
      chat.open(false);
    } else {
      gone = show(region, {
        ...message,
        close: config.texts.close,
        title: config.texts.title,
        pressed(reply) {
          message.send = reply;
          chat.open(true);
        },
        closed: () => dismiss(message),
      });
    }
    tell("shown", message);
  };

  /** Whether there is something on the screen now. */
  const meet = (campaign: Campaign): boolean => {
    const [id] = campaign;
    host.recall();
    const { visitor } = visit;
    const variant = chosen(campaign, visitor.seed);
    visitor.met[id] = [variant?.[0] ?? CONTROL, now()];
    if (variant) visitor.shown = [...visitor.shown, now()].slice(-SHOWN);
    count(id, variant?.[0] ?? CONTROL, "eligible");
    if (variant) speak(campaign, variant);
    keep();
    return !!variant;
  };

  // Goals.

  const reached = (is: (goal: Goal) => boolean, value = 0) => {
    host.recall();
    for (const [id, , , , , , , goal] of list) {
      const met = visit.visitor.met[id];
      if (!met || !goal || now() - met[1] > goal[0] * 3600 || !is(goal)) continue;
      if (!met[3]) count(id, met[0], "goals");
      met[3] = 1;
      if (goal[1] == "buy" && value > 0) count(id, met[0], "value", Math.round(value * 100));
    }
    keep();
  };
  const force = (id: string) => {
    const campaign = list.find((it) => it[0] == id);
    if (!campaign) console.warn(`Porchlight: there is no campaign ${id}`);
    else if (!held(campaign)) meet(campaign);
  };
  let here: string | undefined;
  const happened = () => {
    if (here != location.href) {
      here = location.href;
      reached((goal) => goal[1] == "url" && address(location.href, goal[2], goal[3]));
    }
    for (const [name, value, wanted] of host.tracks.splice(0)) {
      if (wanted) force(wanted);
      reached((goal) => (goal[1] == "event" ? goal[2] == name : goal[1] == "buy" && name == "purchase"), value);
    }
  };

  on("open", () => {
    // The launcher beside a message is pressed to answer it.
    if (gone) tell("clicked", visit.message!);
    away();
    hand();
  });
  on("close", () => {
    if (opened && visit.message) dismiss(visit.message);
    look();
  });
  on("conversation:ended", look);
  on("conversation:started", () => {
    const { message } = visit;
    if (message) {
      host.recall();
      const met = visit.visitor.met[message.id];
      if (met) met[2] = 1;
      delete visit.message;
      opened = false;
      count(message.id, message.variant, "conversations");
    }
    reached((goal) => goal[1] == "chat");
  });

  happened();
  if (chat.isOpen()) hand();
  if (config.preview) speak(list[0], list[0][2][0]);

  return {
    greeted: hand,
    happened,
    explain: explaining(host, held),
    meet(campaign, holds) {
      if (held(campaign)) return false;
      const [, , , , , flags = 0] = campaign;
      if (holds && !(flags & NEXT && !host.answers)) return meet(campaign);
      ask();
      return true;
    },
  };
}
