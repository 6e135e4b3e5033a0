// Every change of the page's address, without polling.

/** Calls back after each navigation inside the page; the answer undoes everything. */
export function onNavigation(changed: () => void): () => void {
  let on = true;
  const unwrap = (["pushState", "replaceState"] as const).map((name) => {
    const own = Object.prototype.hasOwnProperty.call(history, name);
    const before = history[name];
    const ours = function (this: History, ...call: Parameters<History["pushState"]>) {
      before.apply(this, call);
      if (on) changed();
    };
    history[name] = ours;
    return () => {
      // Somebody who wrapped us keeps a wrapper that does nothing of its own.
      if (history[name] !== ours) return;
      if (own) history[name] = before;
      else delete (history as Partial<History>)[name];
    };
  });
  addEventListener("popstate", changed);
  addEventListener("hashchange", changed);
  return () => {
    on = false;
    unwrap.forEach((it) => it());
    removeEventListener("popstate", changed);
    removeEventListener("hashchange", changed);
  };
}
