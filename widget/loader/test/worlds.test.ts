// Pages whose scripts have changed what every script rests on, and storage that says anything.
// `node --test widget/loader/test/*.test.ts`

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { invoke } from "../src/call.ts";
import { isLike, json, read, readJson, write } from "../src/store.ts";
import { arrived, handOver, titled, withoutSecrets, type Record } from "../src/visits.ts";

const stored = new Map<string, string>();
const area = {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => void stored.set(key, value),
  removeItem: (key: string) => void stored.delete(key),
};
Object.assign(globalThis, { self: { localStorage: area, sessionStorage: area } });
beforeEach(() => stored.clear());

/** Puts a value there; the answer puts back what was there before. */
function put(target: any, name: PropertyKey, value: unknown, enumerable = true): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, enumerable, configurable: true, writable: true });
  return () => (before ? Object.defineProperty(target, name, before) : delete target[name]);
}

const quoted = function (this: unknown) {
  return `[${this}]`;
};
const broken = () => {
  throw new Error("not ours");
};

const WORLDS: [name: string, make: () => (() => unknown)[]][] = [
  ["nothing is changed", () => []],
  ["lists make JSON of themselves, as in Prototype.js", () => [put(Array.prototype, "toJSON", quoted)]],
  ["everything makes JSON of itself", () => [put(Object.prototype, "toJSON", quoted)]],
  ["lists have more that can be enumerated", () => [put(Array.prototype, "each", broken), put(Array.prototype, "last", 7)]],
  ["objects have more that can be enumerated", () => [put(Object.prototype, "extend", broken), put(Object.prototype, "url", 7)]],
  ["objects inherit what a record has", () => ["visits", "sent", "title", "referrer", "at"].map((it) => put(Object.prototype, it, "x"))],
  ["JSON is another", () => [put(JSON, "stringify", () => "spoiled"), put(JSON, "parse", broken)]],
  ["there is no JSON", () => [put(globalThis, "JSON", undefined, false)]],
  ["Promise and fetch are broken", () => [put(globalThis, "Promise", broken, false), put(globalThis, "fetch", broken, false)]],
];

for (const [name, make] of WORLDS) {
  test(`visits are kept and told where ${name}`, () => {
    const undo = make();
    let told: unknown;
    let kept: any;
    try {
      const record: Record = { visits: [], sent: 0 };
      arrived(record, "https://a.b/1", "https://c.d/", 10, 0);
      titled(record, "One");
      arrived(record, "https://a.b/2", "", 20_000, 0);
      write("sessionStorage", "key", json({ ...record, panel: true }));
      kept = readJson("sessionStorage", "key");
      told = handOver(kept);
    } finally {
      undo.reverse().forEach((it) => it());
    }
    const visits = [
      { url: "https://a.b/1", referrer: "https://c.d/", at: 10, title: "One" },
      { url: "https://a.b/2", at: 20_000 },
    ];
    assert.deepEqual(JSON.parse(stored.get("key")!), { visits, sent: 0, panel: true });
    assert.deepEqual(told, visits);
  });

  test(`the page's calls are made where ${name}`, () => {
    const undo = make();
    const heard: unknown[] = [];
    try {
      invoke({ "on sf": (...it) => heard.push(it.length) }, ["on", "open", () => {}]);
      assert.equal(withoutSecrets("https://a.b/?k=1", "(k=)[^&]*|(x)"), "https://a.b/?k=…");
    } finally {
      undo.reverse().forEach((it) => it());
    }
    assert.deepEqual(heard, [2]);
  });
}

const MODEL = { visits: [{ url: "", at: 0 }], sent: 0 };
const FINE = { visits: [{ url: "https://a.b/", at: 1, title: "One" }], sent: 0, panel: true };

/** What storage may say instead of a record. */
const SPOILED = [
  undefined, null, true, 0, 1, "", "[object Object]", [], {}, [FINE], { visits: [] }, { sent: 0 },
  { visits: {}, sent: 0 }, { visits: "x", sent: 0 }, { visits: [1], sent: 0 }, { visits: [null], sent: 0 },
  { visits: [[]], sent: 0 }, { visits: [{}], sent: 0 }, { visits: [{ url: 1, at: 1 }], sent: 0 },
  { visits: [{ url: "x", at: "1" }], sent: 0 }, { visits: [{ url: "x", at: null }], sent: 0 },
  { ...FINE, sent: "0" }, { ...FINE, sent: null }, { ...FINE, visits: [...FINE.visits, 5] },
];

for (const it of SPOILED) {
  test(`storage that says ${JSON.stringify(it)} says nothing`, () => assert.equal(!!isLike(MODEL, it), false));
}

test("storage that says what was stored is believed", () => {
  assert.ok(isLike(MODEL, FINE));
  assert.ok(isLike({ met: {}, shown: [] }, { met: { c1: ["a", 1] }, shown: [1, 2], more: null }));
});

test("what is no JSON is as if there were none", () => {
  for (const text of ["", "{", "undefined", "NaN", "{'a':1}", "\u0000"]) {
    stored.set("key", text);
    assert.equal(readJson("localStorage", "key"), null);
  }
});

test("storage that is denied or full is made up for", () => {
  const undo = put(globalThis, "self", new Proxy({}, { get: broken }));
  write("localStorage", "key", "1");
  assert.equal(read("localStorage", "key"), "1");
  undo();
});

const METHODS = {
  "open ": () => "opened",
  "setLocale s": (it: string) => it,
  "prefill o": () => {},
  "on sf": () => {},
  "debug b": () => {},
};

/** Calls, and whether they are right. */
const CALLS: [right: boolean, ...call: unknown[]][] = [
  [true, "open"],
  [true, "open", 1, 2],
  [true, "setLocale", ""],
  [false, "setLocale", 5],
  [false, "setLocale"],
  [true, "prefill", { name: "Ana" }],
  [false, "prefill", "x"],
  [false, "prefill"],
  [false, "on", "open"],
  [false, "on", () => {}],
  [false, "on", "open", "x"],
  [true, "on", "open", () => {}],
  [true, "on", "open", () => {}, 7],
  [false, "debug", "yes"],
  [true, "debug", false],
  [false, "opne"],
  [false, "ope"],
  [false, "openn"],
  [false, "constructor"],
  [false, "toString"],
  [false, "__proto__"],
  [false, ""],
  [false, undefined],
  [false],
  [false, {}],
];

for (const [right, ...call] of CALLS) {
  test(`Porchlight(${call.map((it) => (typeof it == "function" ? "() => {}" : JSON.stringify(it))).join(", ")})`, () => {
    let wrong: unknown;
    try {
      invoke(METHODS, call);
    } catch (error) {
      wrong = error;
    }
    assert.equal(wrong, right ? undefined : "there is no such call with such arguments");
  });
}
