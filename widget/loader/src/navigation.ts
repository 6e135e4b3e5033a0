// Every change of the page's address, without polling.

/** Calls back after each navigation inside the page, until the signal says that it is enough. */
export function onNavigation(changed: () => void, signal: AbortSignal): void {
  for (const name of ["pushState", "replaceState"] as const) {
    const before = history[name];
    const ours = function (this: History, ...call: Parameters<History["pushState"]>) {
      before.apply(this, call);
      if (!signal.aborted) changed();
    };
    history[name] = ours;
    signal.addEventListener("abort", () => {
      // Somebody who wrapped us keeps a wrapper that does nothing of its own.
      if (history[name] === ours) history[name] = before;
    });
  }
  for (const type of ["popstate", "hashchange"]) addEventListener(type, changed, { signal });
}
