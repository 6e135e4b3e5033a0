// Every change of the page's address, without polling.

/** Listens to the window until the chat is taken out of the page. */
export type Listen = (type: string, listener: (event: any) => void, options?: AddEventListenerOptions) => void;

/** Calls back after each navigation inside the page; `replaced` if the page took one address for another. */
export function onNavigation(changed: (replaced?: boolean) => void, listen: Listen, signal: AbortSignal): void {
  for (const name of ["pushState", "replaceState"] as const) {
    const before = history[name];
    const ours = function (this: History, ...call: Parameters<History["pushState"]>) {
      before.apply(this, call);
      if (!signal.aborted) changed(name > "r");
    };
    history[name] = ours;
    signal.addEventListener("abort", () => {
      // Somebody who wrapped us keeps a wrapper that does nothing of its own.
      if (history[name] == ours) history[name] = before;
    });
  }
  for (const type of ["popstate", "hashchange"]) listen(type, () => changed());
}
