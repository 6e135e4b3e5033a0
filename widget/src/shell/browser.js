// What only script can do, or does in a fraction of the bytes: the browser's `Intl`, its locks,
// and the texts, which are fetched while the wasm is still on its way.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
const texts = read("texts") || {};

/** The public configuration, as the relay wrote it into the page. */
export const config = () => read("config");

/** The languages that have texts. */
export const languages = () => Object.keys(texts);

// The same rule as in crates/inbox-text.
const written = (tag) => {
  const parts = tag.toLowerCase().split(/[-_]/);
  if (parts[0] !== "zh") return parts[0];
  return parts.some((it) => /^(hant|tw|hk|mo)$/.test(it)) && !parts.includes("hans") ? "zh-hant" : "zh-hans";
};

/** Which of our languages that is, if any. */
export const ours = (tag) => languages().find((it) => written(it) === written(tag));

const chosen = () => {
  try {
    return localStorage.getItem("porchlight:language");
  } catch {
    return null;
  }
};

/** The language to begin with. */
export const language = () => {
  const site = config()?.main_language;
  const wanted = [chosen(), new URLSearchParams(location.search).get("lang"), ...navigator.languages, site, "en"];
  for (const it of wanted) {
    const found = it && ours(it);
    if (found) return found;
  }
  return languages()[0];
};

const loads = {};

/** The texts of a language. */
export const load = (tag) =>
  (loads[tag] ??= fetch(texts[tag])
    .then((it) => (it.ok ? it.text() : Promise.reject(it.status)))
    .catch((error) => {
      delete loads[tag];
      throw error;
    }));

// At once: this line runs as soon as the module is there.
if (languages().length) load(language()).catch(() => {});

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

/** Black or white, whichever reads better on `#rrggbb`. */
export const readable_on = (colour) => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
};
