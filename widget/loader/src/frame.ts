// The chat's frame, and the one channel to it.

import type { FromFrame, ToFrame } from "./types";

/** How long a frame may take to say that it is there before it is fetched anew. */
const PATIENCE = 15_000;

/** The frame from the page's side. */
export interface Frame {
  element: HTMLIFrameElement;
  /** Whether it has said that it is there. */
  ready(): boolean;
  say(message: ToFrame): void;
  remove(): void;
}

/** Creates the frame in the box. `greet` is called whenever the frame is there, first or anew. */
export function createFrame(
  box: HTMLElement,
  origin: string,
  path: string,
  title: string,
  greet: () => void,
  hear: (message: FromFrame) => void,
  signal: AbortSignal,
): Frame {
  let port: MessagePort | undefined;
  const element = document.createElement("iframe");
  element.title = title;
  element.style.opacity = "0";
  element.allow = "clipboard-write";
  element.src = origin + path;
  const fetchAgain = setInterval(() => {
    // A browser's own error page never says anything.
    if (!port) element.src = origin + path;
  }, PATIENCE);

  const listen = (event: MessageEvent) => {
    if (event.source !== element.contentWindow || event.origin !== origin) return;
    if (event.data?.porchlight !== "ready") return;
    clearInterval(fetchAgain);
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (it) => hear(it.data as FromFrame);
    element.contentWindow!.postMessage({ porchlight: "port" }, origin, [channel.port2]);
    element.style.opacity = "";
    greet();
  };
  addEventListener("message", listen, { signal });
  box.append(element);

  return {
    element,
    ready: () => !!port,
    say: (message) => port?.postMessage(message),
    remove() {
      clearInterval(fetchAgain);
      element.remove();
    },
  };
}
