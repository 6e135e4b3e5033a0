// What only script can do, or does in a fraction of the bytes: the browser's `Intl`, its locks,
// the texts, and what the page did before the wasm was there (`early/index.ts`).

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");

// The relay has negotiated it.
const written = document.documentElement.lang;

/** The public configuration, as the relay wrote it into the page; its words only where they are understood. */
export const config = () => {
  const it = read("config");
  if (language() !== written) delete it?.hint;
  return it;
};

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

/** From now on the page around speaks with the app, and files are given to it; what was said and given is so again. */
export const take = (hear, files) => early?.take(hear, files);

/** Tells the page around. */
export const tell = (message) => early?.tell(message);

export const plural = (tag, count) => new Intl.PluralRules(tag).select(count);
// To make one takes longer than all else that a row needs.
const clocks = {};
export const time = (tag, at) => (clocks[tag] ??= new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" })).format(at);
export const day_number = (at) => Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / 86_400_000);
export const day = (tag, at) => {
  const days = day_number(at) - day_number(Date.now());
  const text =
    days > -2 && days < 1
      ? new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(days, "day")
      : new Intl.DateTimeFormat(tag, { weekday: "short", day: "numeric", month: "long" }).format(at);
  return text.charAt(0).toLocaleUpperCase(tag) + text.slice(1);
};
export const size = (tag, value, unit) =>
  new Intl.NumberFormat(tag, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);

// Measuring by script costs a layout at every key.
const fits_itself = CSS.supports("field-sizing", "content");

/** Makes the field as high as what stands in it, where the style cannot. */
export const fit = (field) => {
  if (fits_itself) return;
  field.style.height = "auto";
  field.style.height = field.scrollHeight + "px";
};
export const language_name = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

/** Calls when the page is put into the browser's cache, and when it is taken out. */
export const cached = (put, taken = () => {}) => {
  addEventListener("pagehide", (event) => event.persisted && put());
  addEventListener("pageshow", (event) => event.persisted && taken());
};

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
  let release;
  const hold = (number, signal) =>
    new Promise((held, failed) => {
      navigator.locks
        .request(key + number, signal ? { signal } : {}, () => {
          held(true);
          return new Promise((done) => (release = done));
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
  // In the browser's cache a page has no lock, for which it would be thrown out, and lives again later.
  cached(
    () => release?.(),
    () => navigator.locks && hold(mine).catch(() => {}),
  );
  try {
    sessionStorage.setItem(key, mine);
  } catch {
    // A new number each time, then.
  }
  return [mine, ...living];
};

/** Milliseconds: a tab that is loaded anew is back by then. */
const RELOAD = 5_000;

/**
 * Tells which of the site's other tabs have come to their end: of those that lived when this one
 * began, and of those that left a line in storage since. It looks at their locks, and does not wait for
 * them: a page for whose lock another one waits may not rest in the browser's cache.
 */
export const survive = (site, [mine, ...living], ended) => {
  const key = "porchlight:tab:" + site;
  const watched = new Set(living.filter((it) => it !== mine));
  const missed = new Set();
  if (!navigator.locks) return;
  setInterval(async () => {
    if (!watched.size) return;
    const { held } = await navigator.locks.query();
    for (const number of watched) {
      if (held.some((it) => it.name === key + number)) missed.delete(number);
      else if (missed.delete(number)) {
        watched.delete(number);
        ended(number);
      } else missed.add(number);
    }
  }, RELOAD);
  addEventListener("storage", ({ key: line, newValue }) => {
    if (!newValue || !line?.startsWith(`porchlight:${site}:line:`)) return;
    const { tab } = JSON.parse(newValue);
    if (tab !== mine) watched.add(tab);
  });
};

/** Whether the site's tabs can take turns. */
export const has_locks = () => !!navigator.locks;

let site, tell_who;

/** Begins to tell of who this browser is. Without locks, also what another tab has stored of it. */
export const who = (of, told) => {
  site = of;
  tell_who = told;
  if (has_locks()) return;
  addEventListener("storage", ({ key, newValue }) => {
    if (!key || key === `porchlight:${site}:token`) told(newValue ?? undefined, null);
  });
};

/**
 * Tells when it is this tab's turn to find out who the browser is: with the token that the tab before
 * it has just stored, if there was one, since storage may not show it here yet; and with what ends
 * the turn. A token that is handed to that is held for the next tab, until this page is left.
 */
export const turn = () => {
  const key = "porchlight:who:" + site;
  const { locks } = navigator;
  const hold = (token) =>
    new Promise((held) => {
      locks.request(`${key}:${token}`, () => {
        held();
        return new Promise((over) => {
          setTimeout(over, 2_000);
          cached(over);
        });
      });
    });
  const alone = () => tell_who(undefined, () => {});
  if (!locks) return alone();
  locks
    .request(key, async () => {
      const { held } = await locks.query();
      const before = held.find((it) => it.name.startsWith(key + ":"));
      await new Promise((end) => tell_who(before?.name.slice(key.length + 1), (token) => end(token && hold(token))));
    })
    .catch(alone);
};

/** Asks the relay for a new visitor; tells the status, and a token if there is one. */
export const ask = () =>
  void fetch(`/v1/sites/${site}/visitors`, { method: "POST", signal: AbortSignal.timeout(20_000) })
    .then(async (it) => [it.ok ? (await it.json()).token : undefined, it.status])
    .catch(() => [undefined, 0])
    .then((it) => tell_who(...it));

/** Tells when what another tab may have stored is to be seen here. */
export const settle = () => setTimeout(tell_who, 150);

let tell_upload;

/** Begins to tell how uploads go on. */
export const uploads = (told) => void (tell_upload = told);

/**
 * Sends a file and returns what breaks that off: only `XMLHttpRequest` tells how far it is. Of what
 * broke, -1 tells that the bytes could not be had: the file was moved or changed, or is a folder.
 */
export const upload = (id, token, file) => {
  const request = new XMLHttpRequest();
  const began = performance.now();
  // After thirty silent seconds it is begun again.
  const wait = () => (request.timeout = performance.now() - began + 30_000);
  request.open("POST", `/v1/sites/${site}/files`);
  request.setRequestHeader("Authorization", "Bearer " + token);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => {
    wait();
    tell_upload(id, (loaded / total) * 100);
  };
  request.onloadend = async () => {
    const status = request.status || (await file.slice(0, 1).arrayBuffer().then(() => 0, () => -1));
    tell_upload(id, status, request.responseText);
  };
  wait();
  request.send(file);
  return () => request.abort();
};
