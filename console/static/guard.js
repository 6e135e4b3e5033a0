// What the console's page does when its app stops because of a mistake of its own, or does not come at all.
// It runs without the app: nothing that the app knows can be asked any more.
(() => {
  const app = document.querySelector("script[type=module]");
  const dialog = document.getElementById("stopped");
  let isOver = false;

  /** The app keeps each letter as it is typed, but not the one at which it stopped. */
  const keepDraft = () => {
    const field = document.getElementById("composer-input");
    const conversation = location.hash.split("/")[2];
    if (!field?.value || !conversation) return;
    try {
      const isOurs = (it) => it.startsWith("porchlight:draft:") && it.endsWith(":" + conversation);
      const key = Object.keys(localStorage).find(isOurs);
      if (key) localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage[key]), text: field.value }));
    } catch {
      // Full or denied: then it is without that letter.
    }
  };

  const show = () => {
    if (isOver) return;
    isOver = true;
    // The key at which it stopped still puts its letter where it was typed. The letter, the key's release or
    // the end of this time shows the dialog, whichever comes first.
    const open = () => {
      if (dialog.open) return;
      keepDraft();
      dialog.showModal();
    };
    for (const event of ["input", "keyup"]) {
      addEventListener(event, () => setTimeout(open), { once: true, capture: true });
    }
    setTimeout(open, 300);
  };

  const stopped = (error) => {
    if (error?.name !== "RuntimeError" || isOver) return;
    // Which build of the app it was is all that the relay is told.
    navigator.sendBeacon?.(app.src.replace("/assets/", "/v1/stops/"));
    show();
  };

  // The app could not be begun: the script was not had, the WebAssembly was not, or this browser has none.
  addEventListener("porchlight:broken", show);
  addEventListener("error", ({ target, error }) => (target === app ? show() : stopped(error)), true);
  addEventListener("unhandledrejection", ({ reason }) => stopped(reason));

  // There is nothing to go back to.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("button").addEventListener("click", () => location.reload());
})();
