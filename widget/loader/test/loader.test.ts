// The pure parts of what runs in the page and before the app. `node --test widget/loader/test/*.test.ts`

import assert from "node:assert/strict";
import { test } from "node:test";

import { fits } from "../../early/line.ts";
import { readableOn } from "../src/colour.ts";
import { PASSING } from "../src/limits.ts";
import { MOST_VISITS, arrived, handOver, titled, type Record } from "../src/visits.ts";

const fresh = (): Record => ({ visits: [], sent: 0 });

/** A record of these pages, each shown for longer than any that is only passed. */
const visited = (...urls: string[]) => {
  const record = fresh();
  urls.forEach((url, n) => arrived(record, url, "", 10_000 * (n + 1), 0));
  return record;
};
const urls = ({ visits }: Record) => visits.map((it) => it.url);

test("text on the site's colour is whichever reads better", () => {
  assert.equal(readableOn("#0b5fff"), "#fff");
  assert.equal(readableOn("#ffd500"), "#000");
});

test("text on any colour has the contrast that it needs", () => {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const hex = (part: number) => part.toString(16).padStart(2, "0");
  let least = Infinity;
  for (let red = 0; red < 256; red += 5) {
    for (let green = 0; green < 256; green += 3) {
      for (let blue = 0; blue < 256; blue += 5) {
        const light = 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
        const isBlack = readableOn(`#${hex(red)}${hex(green)}${hex(blue)}`) === "#000";
        least = Math.min(least, isBlack ? (light + 0.05) / 0.05 : 1.05 / (light + 0.05));
      }
    }
  }
  assert.ok(least >= 4.5, `${least}`);
});

test("only the first page has a referrer", () => {
  const record = fresh();
  arrived(record, "https://a.b/1", "https://search.example/", 10, 0);
  arrived(record, "https://a.b/2", "https://search.example/", 20, 0);
  assert.deepEqual(record.visits, [
    { url: "https://a.b/1", referrer: "https://search.example/", at: 10 },
    { url: "https://a.b/2", at: 20 },
  ]);
});

test("the same page again is no visit", () => {
  const record = visited("https://a.b/1");
  arrived(record, "https://a.b/1", "", 99_000, 0);
  assert.equal(record.visits.length, 1);
});

test("the last fifty are kept, and the first page with them", () => {
  const record = visited(...Array.from({ length: 80 }, (_, n) => `https://a.b/${n}`));
  assert.equal(record.visits.length, MOST_VISITS);
  assert.equal(record.visits[0].url, "https://a.b/0");
  assert.equal(record.visits[1].url, "https://a.b/31");
  assert.equal(record.visits[49].url, "https://a.b/79");
});

test("two hundred addresses that take each other's place are one page, and push out none", () => {
  const pages = Array.from({ length: 49 }, (_, n) => `https://a.b/${n}`);
  const record = visited(...pages);
  for (let n = 0; n < 200; n++) arrived(record, `https://a.b/48?y=${n}`, "", 500_000 + n * 700, Infinity);
  assert.deepEqual(urls(record), [...pages.slice(0, 48), "https://a.b/48?y=199"]);
});

test("of many addresses in a second only the last is a page", () => {
  const record = visited("https://a.b/first");
  for (let n = 0; n < 100; n++) arrived(record, `https://a.b/${n}`, "", 20_000 + n * 100, PASSING);
  assert.equal(record.visits.length, 1 + 10);
  const times = record.visits.map((it) => it.at);
  times.slice(1).forEach((at, n) => assert.ok(at - times[n] >= PASSING));
});

test("the first address says how the visit began, and stays", () => {
  const record = visited("https://a.b/?utm_source=letter");
  arrived(record, "https://a.b/", "", 10_001, Infinity);
  assert.deepEqual(urls(record), ["https://a.b/?utm_source=letter", "https://a.b/"]);
});

test("a page whose address was replaced is handed over again, in the place of the old one", () => {
  const record = visited("https://a.b/1", "https://a.b/2");
  const { at } = handOver(record).at(-1)!;
  arrived(record, "https://a.b/2?open", "", 90_000, Infinity);
  assert.deepEqual(handOver(record), [{ url: "https://a.b/2?open", at }]);
});

test("a title that comes late belongs to the last page", () => {
  const record = visited("https://a.b/1");
  titled(record, "  Cups  ");
  assert.equal(record.visits[0].title, "Cups");
});

test("what is too long is cut between characters", () => {
  const record = visited("https://a.b/1");
  titled(record, "😀".repeat(400));
  assert.equal([...record.visits[0].title!].length, 300);
});

test("each visit is handed over once, even if the clock stands still", () => {
  const record = fresh();
  arrived(record, "https://a.b/1", "", 10, 0);
  assert.equal(handOver(record).length, 1);
  assert.equal(handOver(record).length, 0);
  arrived(record, "https://a.b/2", "", 10, 0);
  assert.deepEqual(handOver(record).map((it) => it.url), ["https://a.b/2"]);
});

test("what is sent before the app is there is a message", () => {
  assert.equal(fits(" \n", 10), false);
  assert.equal(fits(" hello ", 5), true);
  assert.equal(fits("hello!", 5), false);
});

test("what cannot be seen is no message", () => {
  for (const blank of ["", "\u200b", "\u3164", "\u2800 \u00ad\n", "\u{e0041}\ufe0f", "\u2060\u{1d159}", "\ufffc\0"]) {
    assert.equal(fits(blank, 10), false, JSON.stringify(blank));
    assert.equal(fits(`${blank}.${blank}`, 10), true, JSON.stringify(blank));
  }
  assert.equal(fits("❤️", 10), true);
});

test("characters are counted in the normal form, not in units", () => {
  assert.equal(fits("e\u0301".repeat(5), 5), true);
  assert.equal(fits("😀".repeat(5), 5), true);
  assert.equal(fits("😀".repeat(6), 5), false);
});
