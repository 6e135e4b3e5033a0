// The chat on one page: what the launcher, the frame and the page's own calls do to each other.

import { createFrame, type Frame } from "./frame";
import type { Launcher } from "./launcher";
import { TITLE_PATIENCE } from "./limits";
import { onNavigation } from "./navigation";
import { fetchScript } from "./script";
import { read, readJson, write } from "./store";
import type { Config, FromFrame, Prefill, Texts, ToFrame, Visit } from "./types";
import { arrived, handOver, titled, type Record } from "./visits";

/** What the page may ask for, by name. */
export type Methods = { [name: string]: (...argument: any[]) => void };

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
  | undefined;

/** Brings the painted launcher to life; the answer is what the page may call. */
export function start(
  config: Config,
  launcher: Launcher,
  ends: AbortController,
  gone: () => void,
  extend: Extension,
): Methods {
  const key = "porchlight:" + config.site;
  const { signal } = ends;
  const { box, button, root } = launcher;
  const listeners: { [event: string]: Set<(detail?: unknown) => void> } = {};
  const kept = { ...readJson("sessionStorage", key) };
  // A language that was chosen on an earlier page of this visit stays.
  let { language, texts }: { language: string; texts: Texts } = kept.speaks ?? config;
  let frame: Frame | undefined;
  let open = false;
  let unread = 0;
  let talking = read("localStorage", key) === "1";
  let prefill: ToFrame | undefined;
  let chosen: string | undefined;
  let speaks: { language: string; texts: Texts } | undefined = kept.speaks;

  const emit = (name: string, detail?: unknown) => {
    for (const listener of [...(listeners[name] ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        // A mistake on the page is the page's, and must not stop the chat.
        console.error(error);
      }
    }
    dispatchEvent(new CustomEvent("porchlight:" + name, { detail }));
  };

  const relabel = () => {
    const label = open ? texts.close : unread ? `${texts.open}. ${texts.unread.replace("{count}", `${unread}`)}` : texts.open;
    launcher.label(label);
    launcher.host.lang = language;
    if (frame) frame.element.title = texts.title;
  };

  const speak = (wanted: { language: string; texts: Texts }) => {
    ({ language, texts } = wanted);
    speaks = { language, texts };
    relabel();
    keep();
  };

  // The visit.

  let record: Record = { visits: kept.visits ?? [], sent: kept.sent ?? 0 };
  const keep = () => write("sessionStorage", key, JSON.stringify({ ...record, panel: open, speaks }));
  const report = () => {
    record = titled(record, document.title);
    if (talking && frame?.ready()) {
      const [visits, after] = handOver(record);
      record = after;
      if (visits.length) frame.say({ type: "visits", visits });
    }
    keep();
  };
  let extension: ReturnType<Extension>;
  let settle: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    record = arrived(record, location.href, document.referrer, Date.now());
    keep();
    frame?.say({ type: "page", url: location.href });
    clearTimeout(settle);
    settle = setTimeout(report, TITLE_PATIENCE);
    extension?.arrived?.();
  };
  look();
  const leave = () => {
    // The title still belongs to the page that is being left.
    record = titled(record, document.title);
    look();
  };
  onNavigation(leave, signal);

  // The frame.

  const has = (element: HTMLElement) => root.activeElement === element;
  // A frame that has the focus gives it to the composer by itself. Until its page is there the box
  // has it, which takes no harm from keys.
  const show = (focus: boolean) => {
    if (focus) {
      (frame!.ready() ? frame!.element : box).focus();
      addEventListener("focus", takenBack, { once: true });
    }
    frame!.say({ type: "show", focus });
  };
  // Chromium may take the keyboard back to the page while on either side the frame looks as if it
  // still had it, for good. Only the page's event tells, and during it nothing can be given.
  const takenBack = () =>
    setTimeout(() => {
      if (has(frame!.element)) {
        box.focus();
        show(true);
      }
    });
  const greet = () => {
    frame?.say({ type: "page", url: location.href });
    if (chosen) frame?.say({ type: "locale", language: chosen });
    if (prefill) frame?.say(prefill);
    extension?.greeted?.();
    // Whoever has gone on to something else on the page meanwhile stays there.
    if (open) show(has(box));
    report();
  };
  const hear = (message: FromFrame) => {
    switch (message.type) {
      case "close":
        setOpen(false);
        break;
      case "unread":
        if (unread !== message.count) {
          unread = message.count;
          launcher.badge(unread);
          relabel();
          emit("unread", unread);
        }
        break;
      case "open":
        talking = message.on;
        write("localStorage", key, talking ? "1" : null);
        report();
        break;
      case "language":
        speak(message);
        break;
      case "event":
        emit(message.name, message.detail);
        break;
    }
  };
  const load = () => {
    frame ??= createFrame(
      box,
      config.origin,
      `/frame/${config.site}?lang=${language}`,
      texts.title,
      greet,
      hear,
      signal,
    );
  };

  // Opening and closing.

  const setOpen = (wanted: boolean, focus = true) => {
    if (open === wanted) return;
    open = wanted;
    if (open) load();
    launcher.opened(open);
    relabel();
    keep();
    if (open) show(focus);
    else {
      frame?.say({ type: "hide" });
      if (focus) button.focus();
    }
    emit(open ? "open" : "close");
  };
  button.addEventListener("click", () => setOpen(!open));
  for (const intent of ["pointerenter", "focus", "touchstart"]) {
    button.addEventListener(intent, load, { passive: true });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") setOpen(false);
  });
  relabel();
  // Whoever came to it meanwhile has shown intent, too.
  if (talking || button.matches(":hover,:focus")) load();
  // A conversation that stood open on the last page stands open on this one, and leaves the focus where it is.
  if (talking && kept.panel) setOpen(true, false);

  const on = (event: string, listener: () => void) => (listeners[event] ??= new Set()).add(listener);
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
      frame!.say(message);
      return frame!.ready();
    },
  });

  return {
    ...extension?.methods,
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!open),
    show: () => (button.hidden = false),
    hide: () => (button.hidden = true),
    setLocale(wanted: string) {
      chosen = wanted;
      if (frame) return frame.say({ type: "locale", language: wanted });
      fetchScript(`${config.origin}/s/${config.site}.js?lang=${encodeURIComponent(wanted)}`);
    },
    // Not for pages: what the script says that was asked for another language.
    texts(answer: Config) {
      if (chosen && answer.asked === chosen) speak(answer);
    },
    prefill({ text, ...details }: Prefill) {
      prefill = { type: "prefill", details, text };
      frame?.say(prefill);
    },
    on,
    off: (event: string, listener: () => void) => listeners[event]?.delete(listener),
    destroy() {
      ends.abort();
      clearTimeout(settle);
      frame?.remove();
      launcher.host.remove();
      gone();
    },
    // Not for pages: the last step of starting, once the page's own calls have been taken in.
    ready: () => emit("ready"),
  };
}
