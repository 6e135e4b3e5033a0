// The button on the page, and the box that the chat's frame stands in. Everything lives in a
// shadow root, so that neither side's styles reach the other, and every style is set from script,
// so that the page's policy needs no `style-src`.

import type { Config } from "./types";

const CHAT = "M9 18a9 7.4 0 1 0-3.6-1.8l-1 3.8Z";
const DOWN = "M6 9.5l6 6 6-6";

// Without the breaks between the lines.
const css = (colour: string, on: string, side: string) => `\
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset-block-end:20px!important;inset-inline-${side}:20px!important}\
@media print{:host{display:none!important}}\
button{all:unset;position:relative;display:block;width:60px;height:60px;border-radius:50%;cursor:pointer;background:${colour};color:${on};box-shadow:0 6px 20px #0004;transition:transform .15s}\
button:hover{transform:scale(1.06)}\
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #1a1a1a}\
svg{position:absolute;inset:17px;width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}\
b{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;padding:0 7px;border-radius:18px;background:#c8102e;color:#fff;font:700 12px/22px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}\
[hidden]{display:none}\
.box:not(#there)~.open{display:block}\
.box{position:fixed;font:16px/1.5 system-ui,sans-serif;text-align:center;inset-block-end:92px;inset-inline-${side}:20px;width:384px;max-width:calc(100vw - 40px);height:min(660px,100vh - 112px);overflow:hidden;border-radius:18px;background:Canvas;color:CanvasText;color-scheme:light dark;box-shadow:0 0 0 1px #0002,0 12px 48px #0004;transition:opacity .15s,transform .15s}\
.away{visibility:hidden;opacity:0;transform:translateY(12px);transition:opacity .15s,transform .15s,visibility 0s .15s}\
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:light dark}\
.box:not(#there) iframe{opacity:0;pointer-events:none}\
i{position:absolute;inset:calc(50% - 14px);border-radius:50%;border:3px solid ${colour};border-block-start-color:transparent;animation:turn .8s linear infinite}\
p{margin:40% 20px 20px}\
.box button{width:max-content;height:auto;margin:auto;padding:8px 20px;border-radius:18px}\
.box:not(#failed)>:is(p,button),#failed i{display:none}\
@keyframes turn{to{transform:rotate(1turn)}}\
@media(max-height:480px),(max-width:480px){.box{inset:var(--top,0) 0 auto;width:100%;max-width:none;height:var(--height,100dvh);border-radius:0}#there~.open{display:none}}\
@media(prefers-reduced-motion:reduce){*{transition:none!important;animation-duration:3s!important}}\
`;

/** What stands on the page. */
export interface Launcher {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Its id says what has become of the frame: nothing yet, `there` or `failed`. */
  box: HTMLElement;
  /** What is seen in it when the frame did not come. */
  sentence: HTMLElement;
  retry: HTMLElement;
  label(text: string): void;
  badge(count: number): void;
  opened(open: boolean): void;
}

/** Paints the launcher. Nothing on the page moves: the host is out of the flow. */
export function paint(config: Config, hidden: boolean, signal: AbortSignal): Launcher {
  const make = <T extends HTMLElement>(name: string) => document.createElement(name) as T;
  const host = make("div");
  host.dataset.porchlight = config.site;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(config.color, config.on_color, config.at_start ? "start" : "end"));
  root.adoptedStyleSheets = [sheet];

  const box = make("div");
  box.className = "box";
  box.tabIndex = -1;
  const sentence = make("p");
  sentence.setAttribute("role", "alert");
  const retry = make("button");
  // They may speak another language than the page.
  sentence.dir = retry.dir = "auto";
  box.append(make("i"), sentence, retry);
  const button = make<HTMLButtonElement>("button");
  const badge = make("b");
  badge.hidden = true;
  button.hidden = hidden;
  // Not innerHTML: the page may demand Trusted Types.
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path") as SVGElement;
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.append(line);
  button.append(svg, badge);
  root.append(box, button);

  // The on-screen keyboard covers the page without resizing it; only the visual viewport knows.
  const view = visualViewport!;
  const fit = () => {
    box.style.setProperty("--top", view.offsetTop + "px");
    box.style.setProperty("--height", view.height + "px");
  };
  for (const type of ["resize", "scroll"]) view.addEventListener(type, fit, { signal });

  const launcher: Launcher = {
    host,
    root,
    button,
    box,
    sentence,
    retry,
    label: (text) => button.setAttribute("aria-label", text),
    badge(count) {
      badge.hidden = !count;
      badge.textContent = count > 9 ? "9+" : `${count}`;
    },
    opened(open) {
      if (open) fit();
      box.classList.toggle("away", !open);
      line.setAttribute("d", open ? DOWN : CHAT);
      button.classList.toggle("open", open);
      button.setAttribute("aria-expanded", `${open}`);
    },
  };
  launcher.label(config.texts.open);
  launcher.opened(false);
  // Beside the body: a body with a transform or a filter would carry what is fixed along with
  // it, and sites that swap the body would take the chat away.
  document.documentElement.append(host);
  return launcher;
}
