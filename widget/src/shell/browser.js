// What only script can do, or does in a fraction of the bytes: the browser's `Intl`, its locks,
// the texts, and what the page did before the wasm was there (`early/index.ts`).

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");

/** The public configuration, as the relay wrote it into the page. */
export const config = () => read("config");

// The relay has negotiated it.
const written = document.documentElement.lang;

/** The language to begin with: what was chosen here once, else what the page is written in. */
export const language = () => {
  try {
    return localStorage.getItem("porchlight:language") || written;
  } catch {
    return written;
  }
};

/** The texts in the page itself, which are there without a network. */
export const lines = () => read("lines") || "";

const loads = { [written]: Promise.resolve(lines()) };

/** The texts of a language; those of the page are here already. */
export const load = (tag) =>
  (loads[tag] ??= fetch(document.getElementById("lines").dataset.address.replace(`-${written}.`, `-${tag}.`))
    .then((it) => (it.ok ? it.text() : Promise.reject(it.status)))
    .catch((error) => {
      delete loads[tag];
      throw error;
    }));

// At once: this line runs before the wasm is there.
if (language() !== written) load(language()).catch(() => {});

const early = globalThis.porchlight;

/** The lines that were sent before: each its name and its text. */
export const sent = () => (early?.lines ?? []).flatMap(({ id, text }) => [id, text]);

/** The lines are stored here now. */
export const settled = () => early?.settled();

/** From now on the page around speaks with the app; what it has said is said again. */
export const take = (hear) => early?.take(hear);

/** Tells the page around. */
export const tell = (message) => early?.tell(message);

export const plural = (tag, count) => new Intl.PluralRules(tag).select(count);
export const time = (tag, at) => new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" }).format(at);
export const day_number = (at) => Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / 86_400_000);
export const day = (tag, at) => {
  const days = day_number(at) - day_number(Date.now());
  const text =
    days > -2 && days < 1
      ? new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(days, "day")
      : new Intl.DateTimeFormat(tag, { weekday: "short", day: "numeric", month: "long" }).format(at);
  return text.charAt(0).toLocaleUpperCase(tag) + text.slice(1);
};
export const size = (tag, bytes) => {
  const large = bytes >= 1_048_576;
  return new Intl.NumberFormat(tag, {
    style: "unit",
    unit: large ? "megabyte" : "kilobyte",
    maximumFractionDigits: large ? 1 : 0,
  }).format(Math.max(bytes / (large ? 1_048_576 : 1024), large ? 0 : 1));
};
export const language_name = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

/**
 * This tab's number, the same after a reload, and the numbers of the site's other living tabs.
 * A tab holds a lock for as long as it lives, which nothing can forget to release.
 */
export const tab = async (site) => {
  const key = "porchlight:tab:" + site;
  const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
  let stored;
  try {
    stored = Number(sessionStorage.getItem(key));
  } catch {
    // As if this were its first page.
  }
  const hold = (number, signal) =>
    new Promise((held, failed) => {
      navigator.locks
        .request(key + number, signal ? { signal } : {}, () => {
          held(true);
          return new Promise(() => {});
        })
        .catch(failed);
    });
  let mine = stored || random();
  let living = [];
  try {
    // The page before a reload may not have let go yet; a copy of this tab never will.
    await hold(mine, AbortSignal.timeout(stored ? 400 : 2_000)).catch(() => hold((mine = random())));
    const { held } = await navigator.locks.query();
    living = held.filter((it) => it.name.startsWith(key)).map((it) => Number(it.name.slice(key.length)));
  } catch {
    // Without locks every line that is stored is this tab's to send; sending twice is sending once.
  }
  try {
    sessionStorage.setItem(key, mine);
  } catch {
    // A new number each time, then.
  }
  return [mine, ...living];
};

/** A tab that is loaded anew is back by then. */
const RELOAD = 5_000;

/**
 * Tells which of the site's other tabs have come to their end: of those that lived when this one
 * began, and of those that left a line in storage since.
 */
export const survive = (site, living, ended) => {
  const key = "porchlight:tab:" + site;
  const watched = new Set(living.slice(0, 1));
  const watch = (number) => {
    if (watched.has(number)) return;
    watched.add(number);
    const again = () => {
      watched.delete(number);
      watch(number);
    };
    const over = () => navigator.locks.request(key + number, { ifAvailable: true }, (lock) => (lock ? ended(number) : again()));
    // Whoever waits for a lock gets it when its holder is gone, however that came about.
    navigator.locks.request(key + number, () => void setTimeout(over, RELOAD)).catch(() => {});
  };
  if (!navigator.locks) return;
  living.forEach(watch);
  addEventListener("storage", ({ key: line, newValue }) => {
    if (newValue && line?.startsWith(`porchlight:${site}:line:`)) watch(JSON.parse(newValue).tab);
  });
};
