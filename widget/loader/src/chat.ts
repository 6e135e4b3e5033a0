// The chat on one page: what the launcher, the frame and the page's own calls do to each other.

import type { Methods } from "./call";
import type { Launcher } from "./launcher";
import { PASSING, PATIENCE, TITLE_PATIENCE } from "./limits";
import { onNavigation, type Listen } from "./navigation";
import { fetchScript } from "./script";
import { isLike, json, read, readJson, write } from "./store";
import type { Config, FromFrame, Prefill, Words, ToFrame, Visit } from "./types";
import { arrived, handOver, titled, withoutSecrets, type Record } from "./visits";

/** What the chat lends to what extends it. */
export interface Chat {
  config: Config;
  /** The chat is taken out of the page. */
  signal: AbortSignal;
  launcher: Launcher;
  emit(name: string, detail?: unknown): void;
  on(event: string, listener: (detail?: any) => void): void;
  /** The pages of this visit. */
  seen(): Visit[];
  isOpen(): boolean;
  /** Whether a conversation is open. */
  isTalking(): boolean;
  open(focus: boolean): void;
  /** Fetches the frame if need be; whether it is there and was told. */
  tell(message: ToFrame): boolean;
}

/** Something that only some sites load. */
export type Extension = (chat: Chat) =>
  | {
      methods: Methods;
      /** Another page, within this one. */
      arrived?(): void;
      /** The frame is there, first or anew. */
      greeted?(): void;
    }
  | void;

/** What the page has asked for, which outlives a launcher that the page has taken away. */
export interface Wishes {
  listeners: Map<string, Set<(detail?: unknown) => void>>;
  filled: Prefill;
  hides: boolean;
  /** How often the launcher comes back to a page that removes it. */
  returns: number;
  tongue?: string;
}

/**
 * Brings the painted launcher to life; the answer is what the page may call. `leave` takes it out of the
 * page, and puts a new one there if it is told which calls come next.
 */
export function start(
  config: Config,
  launcher: Launcher,
  wishes: Wishes,
  signal: AbortSignal,
  leave: (next?: [string][]) => void,
  extend: Extension,
): Methods {
  const key = "porchlight:" + config.site;
  const script = `${config.origin}/s/${config.site}.js?`;
  const listen: Listen = (type, listener, options) => addEventListener(type, listener, { ...options, signal });
  const { host, box, button, root } = launcher;
  const { listeners } = wishes;
  let kept: any;
  let record: Record;
  // Each time: a page may come back from the browser's cache when others of its visit have followed.
  const recall = () => {
    kept = readJson("sessionStorage", key) ?? {};
    record = isLike({ visits: [{ url: "", at: 0 }], sent: 0 }, kept) ? kept : { visits: [], sent: 0 };
  };
  recall();
  let words: Words = config;
  // A language that was chosen on an earlier page of this visit stays.
  if (isLike(config.texts, kept.speaks?.texts)) words = kept.speaks;
  // Not on the page before somebody means to use it.
  const frame = document.createElement("iframe");
  frame.allow = "clipboard-write";
  // The page's own policy may be to tell everybody its address, with what is secret in it.
  frame.referrerPolicy = "no-referrer";
  let port: MessagePort | undefined;
  const say = (message: ToFrame) => port?.postMessage(message);
  let patience: ReturnType<typeof setTimeout> | 0 = 0;
  let open = false;
  let unread = 0;
  // "1" while a conversation is open, and "0" when the frame has yet to forget somebody.
  const flag = () => read("localStorage", key);
  const setFlag = (it: string | null) => write("localStorage", key, it);
  let talking = flag() == "1";

  const emit = (name: string, detail?: unknown) => {
    listeners.get(name)?.forEach((listener) => {
      try {
        listener(detail);
      } catch (error) {
        // A mistake on the page is the page's, and must not stop the chat.
        console.error(error);
      }
    });
    dispatchEvent(new CustomEvent("porchlight:" + name, { detail }));
  };

  const relabel = () => {
    const { language, texts } = words;
    const label = open ? texts.close : unread ? `${texts.open}. ${texts.unread.replace("{count}", `${unread}`)}` : texts.open;
    launcher.label(label);
    host.lang = language;
    frame.title = texts.title;
  };

  const speak = ({ language, texts }: Words) => {
    // A frame of another build may say less.
    words = { language, texts: { ...words.texts, ...texts } };
    relabel();
    keep();
  };

  // The visit. What is secret in an address goes no further than this.

  const clean = (url: string) => withoutSecrets(url, config.secrets);
  const keep = () =>
    signal.aborted ||
    write("sessionStorage", key, json({ ...record, panel: open, speaks: words == config ? undefined : words }));
  const report = () => {
    recall();
    titled(record, document.title);
    if (talking && port) {
      const visits = handOver(record);
      if (visits.length) say({ type: "visits", visits });
    }
    keep();
  };
  let extension: ReturnType<Extension>;
  let settle: ReturnType<typeof setTimeout> | undefined;
  const look = (patience: number) => {
    const url = clean(location.href);
    recall();
    arrived(record, url, clean(document.referrer), Date.now(), patience);
    keep();
    say({ type: "page", url });
    clearTimeout(settle);
    settle = setTimeout(report, TITLE_PATIENCE);
    extension?.arrived?.();
  };
  look(0);
  onNavigation((replaced) => {
    // The title still belongs to the page that is being left.
    if (!replaced) report();
    look(replaced ? Infinity : PASSING);
  }, listen, signal);

  // The frame.

  const has = (element: HTMLElement) => root.activeElement == element;
  // A frame that has the focus gives it to the composer by itself. Until its page is there the box
  // has it, which takes no harm from keys.
  const show = (focus: boolean) => {
    if (focus) {
      (port ? frame : box).focus();
      listen("focus", takenBack, { once: true });
    }
    say({ type: "show", focus });
  };
  // Chromium may take the keyboard back to the page while on either side the frame looks as if it
  // still had it, for good. Only the page's event tells, and during it nothing can be given.
  const takenBack = () =>
    setTimeout(() => {
      if (has(frame)) {
        box.focus();
        show(true);
      }
    });
  // A modal of the page that holds the focus is not told that it went here: it would take it back.
  const unseen = (event: FocusEvent) => {
    if (event.target == host) event.stopImmediatePropagation();
  };
  listen("focusin", unseen, { capture: true });

  const hear = (message: FromFrame) => {
    const { type } = message;
    if (type == "close") setOpen(false);
    if (type == "unread" && unread != message.count) {
      unread = message.count;
      launcher.badge(unread);
      relabel();
      emit(type, unread);
    }
    if (type == "open") {
      talking = message.on;
      setFlag(talking ? "1" : null);
      report();
    }
    if (type == "language") speak(message);
    if (type == "event") emit(message.name, message.detail);
    if (type == "failed") {
      // What was typed is in the frame's storage, and there again once it has been loaded anew.
      clearTimeout(patience);
      port = undefined;
      patience = 0;
      failed();
      if (has(frame)) launcher.retry.focus();
    }
    if (type == "reset") {
      // Another tab has ended this person.
      end(null);
      leave([]);
    }
  };
  const greet = () => {
    box.id = "there";
    if (flag() == "0") {
      setFlag(null);
      // It begins anew, and says so.
      return say({ type: "reset" });
    }
    say({ type: "page", url: clean(location.href) });
    if (wishes.tongue) say({ type: "locale", language: wishes.tongue });
    fill(wishes.filled);
    extension?.greeted?.();
    // Whoever has gone on to something else on the page meanwhile stays there.
    if (open) show(has(box));
    report();
  };
  const failed = () => {
    box.id = "failed";
    launcher.sentence.textContent = words.texts.failed;
    launcher.retry.textContent = words.texts.again;
  };
  const fail = () => {
    if (port || signal.aborted) return;
    patience = 0;
    failed();
    fetchScript(`${script}why`, () => console.warn(`Porchlight: ${config.origin} cannot be reached, or is blocked`));
  };
  /** Fetches the frame, once more if it did not come. */
  const load = () => {
    if (port || patience) return;
    box.id = "";
    frame.src = `${config.origin}/frame/${config.site}?lang=${words.language}&tz=${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
    // Put there anew, it waits for nothing that was asked for before.
    box.append(frame);
    patience = setTimeout(fail, PATIENCE);
  };
  listen("message", ({ source, origin, data }: MessageEvent) => {
    if (source != frame.contentWindow || origin != config.origin || data?.porchlight != "ready") return;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (it) => hear(it.data as FromFrame);
    frame.contentWindow!.postMessage({ porchlight: "port" }, origin, [channel.port2]);
    greet();
  });
  listen("online", () => {
    if (!frame.src) return;
    clearTimeout(patience);
    patience = 0;
    load();
  });
  launcher.retry.onclick = () => {
    box.focus();
    load();
  };

  // Frameworks that build the page anew take the launcher away with all else. One that takes it away
  // for good is not fought.
  const check = () => {
    if (signal.aborted) return watch.disconnect();
    if (host.isConnected || !document.documentElement) return;
    if (wishes.returns-- > 0) leave(open ? [["open"]] : []);
    else console.warn("Porchlight: removed by the page");
  };
  const watch = new MutationObserver(check);
  for (const it of [document, document.documentElement]) watch.observe(it, { childList: true });

  // Opening and closing.

  const setOpen = (wanted: boolean, focus = true) => {
    if (open == wanted) return;
    open = wanted;
    if (open) load();
    launcher.opened(open);
    relabel();
    keep();
    if (open) show(focus);
    else {
      say({ type: "hide" });
      if (focus) button.focus();
    }
    emit(open ? "open" : "close");
  };
  button.onclick = () => setOpen(!open);
  button.onpointerenter = button.onfocus = button.ontouchstart = load;
  host.onkeydown = ({ key }) => {
    if (key == "Escape") setOpen(false);
  };
  relabel();

  const on = (event: string, listener: () => void) => {
    listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    // Whoever can ask has what is ready.
    event == "ready" && listener();
  };
  const fill = (details: Prefill) => say({ type: "prefill", details, text: details.text });
  /** Takes the person out of the page's storage. */
  const end = (rest: string | null) => {
    for (const area of ["localStorage", "sessionStorage"] as const) {
      for (const name of [key, "porchlight:p:" + config.site]) write(area, name, null);
    }
    wishes.filled = {};
    setFlag(rest);
  };
  extension = extend({
    config,
    signal,
    launcher,
    emit,
    on,
    seen: () => record.visits,
    isOpen: () => open,
    isTalking: () => talking,
    open: (focus) => setOpen(true, focus),
    tell(message) {
      load();
      say(message);
      return !!port;
    },
  });
  // Whoever came to it meanwhile has shown intent, too.
  if (flag() || button.matches(":hover,:focus")) load();

  return {
    ...extension?.methods,
    "open ": () => (host.isConnected ? setOpen(true) : leave([["open"]])),
    "close ": () => setOpen(false),
    "toggle ": () => setOpen(!open),
    "show ": () => (button.hidden = wishes.hides = false),
    "hide ": () => (button.hidden = wishes.hides = true),
    "setLocale s"(wanted: string) {
      wishes.tongue = wanted;
      if (frame.src) return say({ type: "locale", language: wanted });
      fetchScript(`${script}lang=${encodeURIComponent(wanted)}`);
    },
    // Not for pages: what the script says that was asked for another language.
    "texts o"(answer: Config) {
      if (wishes.tongue && answer.asked == wishes.tongue) speak(answer);
    },
    "prefill o"(details: Prefill) {
      Object.assign(wishes.filled, details);
      fill(details);
    },
    "on sf": on,
    "off sf": (event: string, listener: () => void) => listeners.get(event)?.delete(listener),
    "reset "() {
      end("0");
      leave([]);
    },
    "destroy "() {
      end(flag() == "0" ? "0" : null);
      leave();
    },
    // Not for pages: the last step of starting.
    ready() {
      emit("ready");
      // It may have been taken away before anybody watched.
      check();
      // A conversation that stood open on the last page stands open on this one, and leaves the
      // focus where it is.
      if (talking && kept.panel) setOpen(true, false);
    },
  };
}
