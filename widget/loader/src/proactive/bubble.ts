// A campaign's message beside the launcher: it covers nothing, takes no focus, and can always be
// closed.

const CSS = `
.say{position:fixed;inset-block-end:92px;inset-inline-SIDE:20px;box-sizing:border-box;width:max-content;max-width:min(320px,100vw - 40px);max-height:calc(100vh - 112px);overflow:auto;padding:14px 16px;border-radius:16px;background:Canvas;color:CanvasText;color-scheme:light dark;font:15px/1.4 system-ui,sans-serif;box-shadow:0 0 0 1px #8886,0 8px 32px #0004;overflow-wrap:anywhere}
.say button{width:auto;height:auto;border-radius:8px;background:none;color:inherit;box-shadow:none;transform:none}
.say button:focus-visible{outline:2px solid;outline-offset:2px}
.say .no{float:inline-end;width:28px;height:28px;margin-block-start:-6px;margin-inline:6px -8px;text-align:center;font-size:20px;line-height:28px}
.say small{display:block;opacity:.75}
.say div{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:10px}
.say div:empty{display:none}
.say .yes{padding:6px 12px;border-radius:16px;border:1px solid}
@media(prefers-reduced-motion:no-preference){.say{animation:say .2s}}
@keyframes say{from{opacity:0;transform:translateY(12px)}}
`;

/** What stands in it, and what becomes of it. */
export interface Bubble {
  text: string;
  who?: string;
  replies: string[];
  /** What the closing button is called, and the whole. */
  close: string;
  title: string;
  pressed(reply?: string): void;
  closed(): void;
}

/** Where bubbles will be: screen readers say what comes into a place that they know. */
export function place(root: ShadowRoot, side: string): HTMLElement {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS.replace("SIDE", side));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const region = document.createElement("div");
  region.setAttribute("aria-live", "polite");
  // Before the launcher, so that it comes first with the Tab key.
  root.prepend(region);
  return region;
}

/** Shows it there; the answer takes it away. */
export function show(region: HTMLElement, it: Bubble): () => void {
  const box = document.createElement("div");
  box.className = "say";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", it.title);
  const add = (name: string, kind: string, text: string, press: (() => void) | null = null) => {
    const element = document.createElement(name);
    element.className = kind;
    element.textContent = text;
    element.onclick = press;
    box.append(element);
    return element;
  };
  add("button", "no", "×", it.closed).setAttribute("aria-label", it.close);
  if (it.who) add("small", "", it.who);
  add("button", "", it.text, () => it.pressed()).dir = "auto";
  const replies = add("div", "", "");
  for (const reply of it.replies) {
    const button = add("button", "yes", reply, () => it.pressed(reply));
    button.dir = "auto";
    replies.append(button);
  }
  box.onkeydown = ({ key }) => {
    if (key == "Escape") it.closed();
  };
  region.append(box);
  return () => box.remove();
}
