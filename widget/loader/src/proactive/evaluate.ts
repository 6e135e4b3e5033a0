// Whether a campaign's conditions hold. A pure function of rule and facts; what is not known yet is
// neither, and nothing that it is given makes it throw.

import { address, fits, small } from "./text";

/** Yes, no, or not known yet. */
export type Truth = boolean | null;

/**
 * Rules that must all hold, `["any", …]` of which one must, or a condition: the name of a fact, with
 * a `!` before it if it must not be so, and what the fact is compared with.
 */
export type Rule = any[];

/** What is known of visitor, page and moment. Null is not known yet, undefined is that there is none. */
export interface Facts {
  url: string;
  /** The referrer of the visit. */
  from?: string;
  /** The addresses of the visit, this page's included. */
  past: string[];
  title: string;
  /** Pages of the visit. */
  pages: number;
  /** Seconds on this page, and in this visit. */
  page: number;
  site: number;
  /** Of the page, in percent. */
  scroll: number;
  exit: number;
  /** Seconds since something was pressed, moved or scrolled. */
  idle: number;
  /** Selectors of what was pressed. */
  click: string[];
  visits: number;
  /** Days since a message was sent. */
  chat?: number;
  lang: string;
  /** The country. */
  land: string | null;
  device: string;
  attr: { [name: string]: unknown };
  event: { [name: string]: number };
  value?: number;
  items?: number;
  /** Departments of which somebody is available, and `""` if anybody is. */
  on: string[] | null;
  /** The minute of the week in the site's zone. */
  week: number;
  /** 0 to 99, by visitor and by the campaign whose id this is. */
  share?: number;
  id?: string;
  /** Seconds since 1970. */
  now: number;
}

/**
 * Judges rules by the facts. `wait` is told in how many seconds an answer can become another by
 * itself, if that is more than none; a rule that is none does not hold, and `broken` is told why.
 */
export function evaluation(
  facts: Facts,
  wait?: (seconds: number) => void,
  broken?: (error: unknown) => void,
): (rule: Rule) => Truth {
  const truth = (rule: Rule): Truth => {
    const [name] = rule;
    if (name == "any") return fold(rule, true);
    if (typeof name != "string") return fold(rule, false);
    const not = name[0] == "!";
    const held = holds(not ? name.slice(1) : name, rule);
    return held == null ? null : held != not;
  };

  /** The first that is `decisive` decides; else it is the other, unless something is not known. */
  const fold = (rules: Rule, decisive: boolean): Truth => {
    let all: Truth = !decisive;
    // A rule of which one must hold says so first.
    for (let at = +decisive; at < rules.length; at++) {
      const held = truth(rules[at]);
      if (held == decisive) return held;
      if (held == null) all = null;
    }
    return all;
  };

  const within = (value: number, least?: number, most?: number) =>
    (least == null || value >= least) && (most == null || value <= most);

  const holds = (fact: string, rule: Rule): Truth => {
    const [, a, b, c] = rule;
    const value = facts[fact as keyof Facts] as any;
    /** Whether it is there, and fits if it is to. */
    const like = (said: unknown) => said != null && (rule.length < 3 || fits(b, small(said)));
    switch (fact) {
      case "url":
      case "from":
      case "past": {
        let step = 1;
        for (const url of [].concat(value)) {
          if (url && step < rule.length && address(url, rule[step], rule[step + 1])) step += 2;
        }
        return step >= rule.length;
      }
      case "query":
        return new URL(small(facts.url)).searchParams.getAll(a).some(like);
      case "title":
      case "lang":
      case "land":
      case "device":
        return value == null ? value : fits(a, small(value));
      case "attr":
        return like(value[a]);
      case "num":
        return within(parseFloat(facts.attr[a] as string), b, c);
      case "event":
        return within(value[a] ?? 0, b, c);
      case "on":
      case "click":
        return value && value.includes(a);
      case "week": {
        // The minutes at which the answer changes, and how many of them have passed.
        const minutes = rule.slice(1);
        const passed = minutes.filter((it) => it <= value).length;
        wait?.(((minutes[passed] ?? a + 10_080) - value) * 60);
        return passed % 2 > 0;
      }
    }
    // What moves by itself.
    if (/^(page|site|idle|now)$/.test(fact)) wait?.(value < a ? a - value : b + 1 - value);
    return within(value, a, b);
  };

  return (rule) => {
    try {
      return truth(rule);
    } catch (error) {
      broken?.(error);
      return false;
    }
  };
}
