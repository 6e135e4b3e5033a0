// What the chat does before its WebAssembly is there. It stands in the chat's page itself and runs
// as soon as the panel is parsed: it paints the site's colour, speaks with the page around, and
// lets one type and send. The app then takes over the very same field, and sends what waits.

import { readableOn } from "../loader/src/colour";
import { strangers } from "../loader/src/origins";
import type { ToFrame } from "../loader/src/types";
import { type Given, given, isText } from "./files";
import { fits, type Line } from "./line";

interface Config {
  site: string;
  appearance: { color: string };
  max_chars: number;
}

/** What the app takes over. */
export interface Early {
  /** What was sent already and still has to go. */
  lines: Line[];
  /** From now on the app listens, and is given what is dropped or pasted. */
  take(hear: (message: ToFrame) => void, attach: (files: Given[]) => void): void;
  /** The lines are in the app's own storage. */
  settled(): void;
  tell(message: unknown): void;
}

const find = <T extends Element>(selector: string) => document.querySelector<T>(selector)!;
const config: Config = JSON.parse(find("#config").textContent!);
const field = find<HTMLTextAreaElement>("textarea");
const send = find<HTMLButtonElement>(".send");
const close = find<HTMLButtonElement>("#close");
const form = find<HTMLFormElement>("form");

// The same keys as in `src/shell/storage.rs`.
const key = (name: string) => `porchlight:${config.site}:${name}`;
const area = (name: "localStorage" | "sessionStorage"): Partial<Storage> => {
  try {
    return window[name];
  } catch {
    return {};
  }
};
// The person before is to be forgotten. That is done here, and not where it was asked for: nothing of
// the page that knew them runs any more.
const wipe = (name: "localStorage" | "sessionStorage") => {
  const there = area(name);
  for (const it of Object.keys(there)) {
    if (it.startsWith(key("")) || it === "porchlight:language") there.removeItem?.(it);
  }
};
const RESET = "#reset";
const begin = () => {
  history.replaceState(null, "", RESET);
  location.reload();
};
if (location.hash === RESET) {
  history.replaceState(null, "", location.pathname + location.search);
  wipe("sessionStorage");
  wipe("localStorage");
  try {
    // Other tabs hear of it.
    area("localStorage").setItem?.(key("reset"), "1");
    wipe("localStorage");
  } catch {
    // Full, so that they do not.
  }
}
const remember = (name: string, value: string) => {
  try {
    area("sessionStorage").setItem?.(key(name), value);
  } catch {
    // Full or denied: then it lasts until the app is there.
  }
};
const recall = (name: string) => area("sessionStorage").getItem?.(key(name)) ?? "";

const { style } = document.documentElement;
style.setProperty("--brand", config.appearance.color);
style.setProperty("--on-brand", readableOn(config.appearance.color));

// Whoever has been here waits for the transcript, not for a greeting.
if (area("localStorage").getItem?.(key("token"))) {
  find<HTMLElement>(".theirs").hidden = true;
  find<HTMLElement>(".spinner").hidden = false;
}

// Typing and sending.

const lines: Line[] = [];
const show = (line: Line) => {
  const make = (name: string, inside: Node | string) => {
    const element = document.createElement("div");
    element.className = name;
    element.append(inside);
    return element;
  };
  lines.push(line);
  find<HTMLElement>(".spinner").hidden = true;
  find(".rows").append(make("bubble-row mine first last", make("bubble", line.text)));
};
// Files wait for the app, and what is to go with them does too.
const files: Given[] = [];
const sendable = () => !files.length && fits(field.value, config.max_chars);
const drafted = () => {
  send.disabled = !sendable();
  remember("draft", field.value);
};
const post = (event: Event) => {
  event.preventDefault();
  if (!sendable()) return;
  // The name goes with the line for good, so that sending it again is sending it once.
  const id = Array.from(crypto.getRandomValues(new Uint8Array(26)), (it) => (it % 32).toString(32)).join("");
  show({ id, text: field.value });
  remember("early", JSON.stringify(lines));
  field.value = "";
  drafted();
  field.focus();
};
// Enter ends a word in Vietnamese, Chinese and Japanese input before it ends a message, and Escape
// takes it back before it closes the chat.
const composes = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;
const typed = (event: KeyboardEvent) => {
  if (event.key === "Enter" && !event.shiftKey && !composes(event)) post(event);
};
try {
  const kept: Partial<Line>[] = JSON.parse(recall("early") || "[]");
  kept.filter((it): it is Line => typeof it.id === "string" && typeof it.text === "string").forEach(show);
} catch {
  // Not written here.
}
// A browser that restores forms may have been quicker.
field.value ||= recall("draft");
drafted();

// Files, before and after the app is there.

const waiting = document.createElement("p");
waiting.className = "hint";
form.prepend(waiting);
let attach = (more: Given[]) => {
  files.push(...more);
  waiting.textContent = files.map((it) => it[0].name).join(", ");
  drafted();
};
// A browser opens in place of the chat what nobody takes; only words may be dropped into the field.
const dragged = (event: DragEvent) => {
  const data = event.dataTransfer!;
  const takes = data.types.includes("Files");
  if (takes || event.target !== field) event.preventDefault();
  document.documentElement.classList.toggle("dragging", takes && (event.type === "dragover" || !!event.relatedTarget));
  if (takes && event.type === "drop") attach(given(data));
};
for (const type of ["dragover", "dragleave", "drop"] as const) addEventListener(type, dragged);
addEventListener("paste", (event) => {
  const { clipboardData } = event;
  if (!clipboardData || isText(clipboardData.types)) return;
  const pasted = given(clipboardData);
  if (pasted.length) {
    event.preventDefault();
    attach(pasted);
  }
});

// What does not come, and what breaks.

let isThere = false;
// The page around takes the chat away and offers to load it anew. Nothing typed is lost by that: what
// was sent stands in storage, and so does the draft, with the letter at which the app stopped.
const broken = () => {
  drafted();
  field.addEventListener("input", drafted);
  tell({ type: "failed" });
};
let isOver = false;
const stopped = (error?: { name?: string }) => {
  if (error?.name !== "RuntimeError" || isOver) return;
  isOver = true;
  // Which build of the app it was is all that the relay is told.
  navigator.sendBeacon?.(find<HTMLScriptElement>("script[src]").src.replace("assets", "v1/stops"));
  broken();
};
// The app could not be begun: the script was not had, the WebAssembly was not, or this browser has none.
addEventListener("porchlight:broken", broken);
addEventListener("error", ({ target, error }) => (target instanceof HTMLScriptElement ? isThere || broken() : stopped(error)), true);
// A mistake of the app's own stops its WebAssembly, wherever that stands.
addEventListener("unhandledrejection", ({ reason }) => stopped(reason));

// The page around.

let port: MessagePort | undefined;
const told: ToFrame[] = [];
let shown: ToFrame | undefined;
let hear = (message: ToFrame) => {
  switch (message.type) {
    case "show":
    case "hide":
      shown = message.type === "show" ? { type: "show", focus: false } : undefined;
      if (message.type === "show" && message.focus) field.focus();
      break;
    case "prefill":
      if (message.text && !field.value) {
        field.value = message.text;
        drafted();
      }
      told.push(message);
      break;
    case "campaign":
      // What a campaign says stands where the greeting stood.
      find(".theirs bdi").textContent = message.text;
      told.push(message);
      break;
    default:
      told.push(message);
  }
};
const untold: unknown[] = [];
const tell = (message: unknown) => {
  if (port) port.postMessage(message);
  else untold.push(message);
};
const away = () => tell({ type: "close" });
// The page around gives the frame its focus, perhaps before this page is there. Whoever is at
// something else in it already, and only comes back to the window, stays there.
const focused = () => {
  if (document.activeElement === document.body) field.focus();
};
if (document.hasFocus()) focused();
const escape = (event: KeyboardEvent) => {
  if (event.key === "Escape" && !composes(event)) away();
};
if (parent === window) hear({ type: "show", focus: true });
else {
  const allowed = find<HTMLElement>("#config").dataset.origins!.split(" ");
  addEventListener("message", (event) => {
    // Nothing is taken from anybody but the parent, if it is a page of the site's, and then nothing but
    // from the one port.
    if (port || event.source !== parent || strangers(allowed, [event.origin]).length) return;
    if (event.data?.porchlight !== "port" || !event.ports[0]) return;
    port = event.ports[0];
    port.onmessage = (it) => (it.data?.type === "reset" ? begin() : hear(it.data));
    untold.splice(0).forEach(tell);
  });
  addEventListener("storage", (event) => {
    if (event.key !== key("reset") || !event.newValue) return;
    // Another tab has ended this person: what this one remembers for itself goes too.
    wipe("sessionStorage");
    tell({ type: "reset" });
    location.reload();
  });
  // Who embeds the chat is limited by its frame-ancestors, and this tells nobody anything.
  parent.postMessage({ porchlight: "ready" }, "*");
}

const listeners: [EventTarget, string, any][] = [
  [field, "input", drafted],
  [field, "keydown", typed],
  [form, "submit", post],
  [close, "click", away],
  [document, "keydown", escape],
  [window, "focus", focused],
];
for (const [target, name, listener] of listeners) target.addEventListener(name, listener);

const early: Early = {
  lines,
  take(app, take) {
    isThere = true;
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
    hear = app;
    attach = take;
    if (files.length) take(files);
    [...told, ...(shown ? [shown] : [])].forEach(app);
  },
  settled: () => remember("early", ""),
  tell,
};
(globalThis as unknown as { porchlight: Early }).porchlight = early;
