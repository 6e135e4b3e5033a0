// The loader's pure parts. `node --test widget/loader/test/*.test.ts`

import assert from "node:assert/strict";
import { test } from "node:test";

import { readableOn } from "../src/colour.ts";
import { negotiate } from "../src/locale.ts";
import { MOST_VISITS, arrived, handOver, titled, type Record } from "../src/visits.ts";

const OURS = ["en", "uk", "vi", "zh-Hans", "zh-Hant"];
const EMPTY: Record = { visits: [], sent: 0 };

test("a region does not matter, and the first that we have wins", () => {
  assert.equal(negotiate(["vi-VN"], OURS), "vi");
  assert.equal(negotiate(["fr-CA", "uk", "en"], OURS), "uk");
});

test("Chinese is two languages", () => {
  for (const tag of ["zh-TW", "zh-HK", "zh-Hant-CN"]) assert.equal(negotiate([tag], OURS), "zh-Hant");
  for (const tag of ["zh", "zh-CN", "zh-Hans-HK"]) assert.equal(negotiate([tag], OURS), "zh-Hans");
});

test("a language that we lack is none", () => {
  assert.equal(negotiate(["ar", "fa"], OURS), undefined);
});

test("text on the site's colour is whichever reads better", () => {
  assert.equal(readableOn("#0b5fff"), "#fff");
  assert.equal(readableOn("#ffd500"), "#000");
});

test("only the first page has a referrer", () => {
  let record = arrived(EMPTY, "https://a.b/1", "https://search.example/", 10);
  record = arrived(record, "https://a.b/2", "https://search.example/", 20);
  assert.deepEqual(record.visits, [
    { url: "https://a.b/1", referrer: "https://search.example/", at: 10 },
    { url: "https://a.b/2", at: 20 },
  ]);
});

test("the same page again is no visit", () => {
  const record = arrived(EMPTY, "https://a.b/1", "", 10);
  assert.equal(arrived(record, "https://a.b/1", "", 20), record);
});

test("the last fifty are kept, and the first page with them", () => {
  let record = EMPTY;
  for (let n = 0; n < 80; n++) record = arrived(record, `https://a.b/${n}`, "", n + 1);
  assert.equal(record.visits.length, MOST_VISITS);
  assert.equal(record.visits[0].url, "https://a.b/0");
  assert.equal(record.visits[1].url, "https://a.b/31");
  assert.equal(record.visits[49].url, "https://a.b/79");
});

test("a title that comes late belongs to the last page", () => {
  const record = titled(arrived(EMPTY, "https://a.b/1", "", 10), "  Cups  ");
  assert.equal(record.visits[0].title, "Cups");
});

test("what is too long is cut between characters", () => {
  const record = titled(arrived(EMPTY, "https://a.b/1", "", 10), "😀".repeat(400));
  assert.equal([...record.visits[0].title!].length, 300);
});

test("each visit is handed over once, even if the clock stands still", () => {
  let record = arrived(EMPTY, "https://a.b/1", "", 10);
  let visits;
  [visits, record] = handOver(record);
  assert.equal(visits.length, 1);
  [visits, record] = handOver(record);
  assert.equal(visits.length, 0);
  record = arrived(record, "https://a.b/2", "", 10);
  [visits, record] = handOver(record);
  assert.deepEqual(visits.map((it) => it.url), ["https://a.b/2"]);
});
