// When campaigns speak. `tests/campaigns/vectors.json` is held against the compiler by a test of
// `crates/inbox-campaigns`, and against the evaluator here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { chosen, lot, type Campaign, type Site } from "../src/proactive/data.ts";
import { evaluation, type Facts, type Rule, type Truth } from "../src/proactive/evaluate.ts";
import { HELD, guard, type Standing, type Visitor } from "../src/proactive/guard.ts";
import { fits } from "../src/proactive/text.ts";

interface Vector {
  name: string;
  data: Rule;
  facts: Partial<Facts>;
  expect: Truth;
}

/** Somebody on the first page, of whom nothing is known. */
const NOBODY: Facts = {
  url: "https://shop.example/",
  from: "",
  past: [],
  title: "",
  pages: 1,
  page: 0,
  site: 0,
  scroll: 0,
  exit: 0,
  idle: 0,
  click: [],
  visits: 1,
  lang: "en",
  land: null,
  device: "d",
  attr: {},
  event: {},
  on: null,
  week: 0,
  share: 0,
  now: 0,
};

const vectors: Vector[] = JSON.parse(readFileSync("tests/campaigns/vectors.json", "utf8"));

test("there are vectors enough", () => assert.ok(vectors.length >= 300));

for (const { name, data, facts, expect } of vectors) {
  test(name, () => {
    let error: unknown;
    const held = evaluation({ ...NOBODY, ...facts }, undefined, (it) => (error = it))(data);
    assert.equal(error, undefined);
    assert.equal(held, expect);
  });
}

/** What looks like chance and is the same on every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test("nothing makes the evaluator throw, and it answers with a truth", () => {
  const roll = dice(1);
  const names = [...Object.keys(NOBODY), "query", "num", "past", "any", "chat", "value", "items", "nothing", "__proto__", "constructor"];
  const value = (depth: number): any => {
    switch (roll(depth > 3 ? 8 : 11)) {
      case 0:
        return null;
      case 1:
        return undefined;
      case 2:
        return [0, -1, 1.5, 1e9, NaN, Infinity][roll(6)];
      case 3:
        return ["", "a", "^a$", "[", "\\", "(a+)+$", "%E4%"][roll(7)];
      case 4:
        return true;
      case 5:
      case 6:
        return (roll(2) ? "!" : "") + names[roll(names.length)];
      case 7:
        return "https://shop.example/a?b=c#d";
      case 8:
        return { [names[roll(names.length)]]: value(depth + 1) };
      default:
        return Array.from({ length: roll(5) }, () => value(depth + 1));
    }
  };
  for (let n = 0; n < 20_000; n++) {
    const facts: any = roll(4) ? { ...NOBODY } : {};
    for (let i = roll(6); i > 0; i--) facts[names[roll(names.length)]] = value(1);
    const rule = roll(20) ? Array.from({ length: roll(5) }, () => value(1)) : value(1);
    const held = evaluation(facts, () => {}, () => {})(rule);
    assert.ok(held === true || held === false || held === null, JSON.stringify([rule, facts, held]));
  }
  // Deeper than any stack is no rule either.
  let deep: any = ["exit", 1];
  for (let n = 0; n < 50_000; n++) deep = [deep];
  assert.equal(evaluation(NOBODY)(deep), false);
});

test("a rule is never known before what it hangs on, and what becomes known changes nothing else", () => {
  const roll = dice(2);
  const leaves: Rule[] = [["on", ""], ["!on", ""], ["land", "vn"], ["!land", "vn"], ["exit", 1], ["!exit", 1]];
  const rule = (depth: number): Rule =>
    depth > 2 || !roll(3)
      ? leaves[roll(leaves.length)]
      : [...(roll(2) ? ["any"] : []), ...Array.from({ length: 1 + roll(3) }, () => rule(depth + 1))];
  for (let n = 0; n < 5_000; n++) {
    const it = rule(0);
    const exit = roll(2);
    const now = evaluation({ ...NOBODY, exit })(it);
    for (const on of [[], [""]]) {
      for (const land of ["VN", ""]) {
        const then = evaluation({ ...NOBODY, exit, on, land })(it);
        assert.notEqual(then, null);
        if (now !== null) assert.equal(then, now, JSON.stringify(it));
      }
    }
  }
});

test("the order of unrelated events changes nothing", () => {
  const roll = dice(3);
  // What happens on a page, each a change of facts that another one does not touch.
  const happenings: ((facts: Facts) => void)[] = [
    (it) => (it.event = { ...it.event, added: (it.event.added ?? 0) + 1 }),
    (it) => (it.event = { ...it.event, seen: (it.event.seen ?? 0) + 1 }),
    (it) => (it.attr = { ...it.attr, plan: "pro" }),
    (it) => (it.attr = { ...it.attr, age: 20 }),
    (it) => (it.click = [...it.click, "#buy"]),
    (it) => (it.click = [...it.click, ".more"]),
    (it) => (it.scroll = Math.max(it.scroll, 70)),
    (it) => (it.exit = 1),
    (it) => Object.assign(it, { value: 60, items: 2 }),
    (it) => (it.on = [""]),
  ];
  const conditions: Rule[] = [
    ["event", "added", 2],
    ["!event", "seen", 1],
    ["attr", "plan", "^pro$"],
    ["num", "age", 18, 65],
    ["click", "#buy"],
    ["click", ".more"],
    ["scroll", 50],
    ["exit", 1],
    ["value", 50],
    ["!items", 0, 1],
    ["on", ""],
  ];
  const shuffled = <T>(all: T[]) =>
    all.map((it) => [roll(1e9), it] as const).sort((a, b) => a[0] - b[0]).map((it) => it[1]);
  for (let n = 0; n < 2_000; n++) {
    const some = Array.from({ length: roll(12) }, () => happenings[roll(happenings.length)]);
    const rules = Array.from({ length: 1 + roll(4) }, () => conditions[roll(conditions.length)]);
    const rule: Rule = roll(2) ? rules : ["any", ...rules];
    const answers = new Set<Truth>();
    for (let order = 0; order < 4; order++) {
      const facts = { ...NOBODY };
      for (const happens of shuffled(some)) happens(facts);
      // The order of conditions changes nothing either.
      const [head, ...rest] = rule;
      answers.add(evaluation(facts)(typeof head == "string" ? [head, ...shuffled(rest)] : shuffled(rule)));
    }
    assert.equal(answers.size, 1, JSON.stringify(rule));
  }
});

test("what moves by itself says when it is worth to look again", () => {
  const waits = (rule: Rule, facts: Partial<Facts>) => {
    const all: number[] = [];
    evaluation({ ...NOBODY, ...facts }, (it) => it > 0 && all.push(it))(rule);
    return all;
  };
  assert.deepEqual(waits(["page", 30], { page: 12 }), [18]);
  assert.deepEqual(waits(["page", 30], { page: 31 }), []);
  assert.deepEqual(waits(["!idle", 10], { idle: 4 }), [6]);
  assert.deepEqual(waits([["url", 1, "^/x"], ["page", 30]], {}), [], "nobody waits for what cannot be");
  assert.deepEqual(waits(["any", ["site", 60], ["page", 30]], { site: 10, page: 10 }), [50, 20]);
  assert.deepEqual(waits(["now", 100, 199], { now: 40 }), [60]);
  assert.deepEqual(waits(["now", 100, 199], { now: 150 }), [50]);
  assert.deepEqual(waits(["now", 100, 199], { now: 300 }), []);
  assert.deepEqual(waits(["week", 540, 1020], { week: 530 }), [600]);
  assert.deepEqual(waits(["week", 540, 1020], { week: 1000 }), [1200]);
  assert.deepEqual(waits(["week", 540, 1020], { week: 1020 }), [(10_080 - 1020 + 540) * 60]);
});

test("a regular expression that would hang does not", () => {
  // `^(a+)+$`, as it is compiled.
  const program = ["^", "a", -1, -2, "$"];
  assert.equal(fits(program, `${"a".repeat(2_000)}!`), false);
  assert.equal(fits(program, "a".repeat(2_000)), true);
});

// Guard-rails.

const SITE: Site = [2, 6, "UTC", 1];
const DAY = 86_400;
const VISITOR: Visitor = { seed: "1", visits: 1, began: 1e6, at: 1e6, met: {}, shown: [] };
const QUIET: Standing = { now: 1e6 + 60, busy: false, talking: false };
const campaign = (frequency = 0, flags = 0): Campaign => ["c", [], [["a", 1, "Hello"]], frequency, 0, flags];

function held(it: Campaign, visitor: Partial<Visitor>, standing: Partial<Standing> = {}, site = SITE): string {
  return HELD[guard(it, site, { ...VISITOR, ...visitor, ...QUIET, ...standing })];
}

test("a campaign may speak", () => assert.equal(held(campaign(), {}), "nothing"));

test("one is on the screen at a time, and none beside the open panel", () => {
  assert.match(held(campaign(), {}, { busy: true }), /on the screen/);
});

test("closed once is silent for that visit", () => {
  assert.match(held(campaign(), {}, { silent: true }), /closed/);
});

test("the page can suppress campaigns", () => {
  assert.match(held(campaign(), {}, { suppressed: true }), /page/);
});

test("none while a conversation is open, but for those that are meant to", () => {
  assert.match(held(campaign(), {}, { talking: true }), /conversation/);
  assert.equal(held(campaign(0, 2), {}, { talking: true }), "nothing");
});

test("caps per visit and per visitor", () => {
  const [old, now] = [1e6 - 10 * DAY, 1e6 + 1];
  assert.equal(held(campaign(), { shown: [now] }), "nothing");
  assert.match(held(campaign(), { shown: [now, now] }), /visit has met enough/);
  assert.equal(held(campaign(), { shown: [old, old, old, old, now] }), "nothing");
  assert.match(held(campaign(), { shown: [old, old, old, old, old, now] }), /thirty days/);
  const older = 1e6 - 40 * DAY;
  assert.equal(held(campaign(), { shown: Array(9).fill(older) }), "nothing");
  assert.equal(held(campaign(), { shown: Array(9).fill(old) }, {}, [2, 6, "UTC"]), "nothing", "needs consent");
  assert.match(held(campaign(), {}, {}, [0, 6]), /enough/);
});

test("how often one visitor meets a campaign", () => {
  const met = (at: number, answered = 0): Partial<Visitor> => ({ met: { c: ["a", at, answered] } });
  const [before, now] = [1e6 - 3 * DAY, 1e6 + 1];
  for (const frequency of [0, -1, -2, 3]) {
    assert.match(held(campaign(frequency), met(now)), /before/, "never twice in a visit");
    assert.equal(held(campaign(frequency), {}), "nothing");
  }
  assert.equal(held(campaign(0), met(before)), "nothing", "once per visit");
  assert.match(held(campaign(-1), met(before)), /before/, "once");
  assert.equal(held(campaign(-2), met(before)), "nothing", "until answered");
  assert.match(held(campaign(-2), met(before, 1)), /before/, "answered");
  assert.equal(held(campaign(3), met(before)), "nothing", "every three days");
  assert.match(held(campaign(4), met(before)), /before/, "every four days");
});

// Chance.

test("a visitor keeps a variant, and shares are as they were set", () => {
  const it: Campaign = ["cmp_1", [], [["a", 1, "A"], ["b", 3, "B"]], 0, 20];
  const counts: { [key: string]: number } = {};
  for (let n = 0; n < 20_000; n++) {
    const seed = `0.${(n * 7919) % 1e6}`;
    const key = chosen(it, seed)?.[0] ?? "0";
    assert.equal(chosen(it, seed)?.[0] ?? "0", key);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  // Within four standard deviations: of 20,000 at a fifth that is 226.
  assert.ok(Math.abs(counts["0"] - 4_000) < 226, JSON.stringify(counts));
  assert.ok(Math.abs(counts.a - 4_000) < 226, JSON.stringify(counts));
  assert.ok(Math.abs(counts.b - 12_000) < 277, JSON.stringify(counts));
});

test("one campaign's chance says nothing about another's", () => {
  const table = [0, 0, 0, 0];
  for (let n = 0; n < 10_000; n++) {
    const one = lot(`0.${n}cmp_1`, 100) < 50 ? 0 : 1;
    const two = lot(`0.${n}cmp_2`, 100) < 50 ? 0 : 2;
    table[one + two]++;
  }
  for (const it of table) assert.ok(Math.abs(it - 2_500) < 174, JSON.stringify(table));
});
