// What can be known of visitor and page without asking anybody.

import { STILL } from "../limits";
import type { Facts } from "./evaluate";

/** What is felt on a page. */
export type SignalValues = Pick<Facts, "page" | "scroll" | "exit" | "idle" | "click">;

export interface SignalWatcher {
  feel(): SignalValues;
  /** Another page begins. The answer is how long the last one was looked at. */
  turn(): number;
}

const seconds = () => performance.now() / 1000;

/** Whether somebody looks at the page. */
export const attentive = () => !document.hidden && document.hasFocus();

export const device = () => (innerWidth <= 480 ? "p" : matchMedia("(pointer:coarse)").matches ? "t" : "d");

/** The minute of the week in a zone. A zone that this browser does not know is an error. */
export function minute(timeZone = "UTC"): number {
  // Swedes write instants as ISO has them. The first day of 1970 was a Thursday.
  const there = new Date().toLocaleString("sv", { timeZone }).replace(" ", "T");
  return Math.floor(+new Date(there + "Z") / 60_000 + 4_320) % 10_080;
}

/** Watches the page for what the rules, as text, ask for. */
export function watch(rules: string, changed: () => void, signal: AbortSignal): SignalWatcher {
  // To ask for it lays the page out, so it is done only for a rule.
  const scrolls = /scroll"/.test(rules);
  const selectors = [...rules.matchAll(/click",("([^"\\]|\\.)*")/g)].map((it) => JSON.parse(it[1]));
  const fresh = (): SignalValues => ({ page: 0, scroll: 0, exit: 0, idle: 0, click: [] });
  let felt = fresh();
  let looking = false;
  let since = seconds();
  let touched = since;

  const count = () => {
    if (looking) felt.page += seconds() - since;
    since = seconds();
    looking = attentive();
    felt.idle = since - touched;
  };
  count();
  const sense = ({ type, target, relatedTarget, clientY }: any) => {
    count();
    // Nobody leaves a telephone's page at its top.
    const left = type == "mouseout" && !relatedTarget && clientY <= 0 && device() != "p";
    if (left) felt.exit = 1;
    if (type == "click") felt.click.push(...selectors.filter((it) => isWithin(target, it)));
    // Pointer and keys change something only for somebody who was still.
    if (left || felt.idle > STILL || !/^[pkm]/.test(type)) changed();
    touched = since;
  };
  for (const type of "pointermove keydown mouseout scroll click focus blur visibilitychange".split(" ")) {
    addEventListener(type, sense, { passive: true, capture: true, signal });
  }

  const feel = () => {
    count();
    if (scrolls) {
      const deep = (scrollY + innerHeight) / document.documentElement.scrollHeight;
      felt.scroll = Math.max(felt.scroll, Math.round(deep * 100));
    }
    return felt;
  };
  return {
    feel,
    turn() {
      count();
      const { page } = felt;
      felt = fresh();
      return page;
    },
  };
}

function isWithin(target: any, selector: string): boolean {
  try {
    return target.closest(selector);
  } catch {
    // Not every browser knows every selector, and not everything that is pressed is an element.
    return false;
  }
}
