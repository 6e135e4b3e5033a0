// What can be known of visitor and page without asking anybody.

import type { Facts } from "./evaluate";

/** What is felt; the rest of the facts was said, counted or asked for. */
type Felt = "page" | "scroll" | "exit" | "idle" | "click" | "device" | "lang" | "week";

export interface Senses {
  feel(): Pick<Facts, Felt>;
  /** Another page begins. The answer is how long the last one was looked at. */
  turn(): number;
}

const seconds = () => performance.now() / 1000;

/** Whether somebody looks at the page. */
export const attentive = () => document.visibilityState == "visible" && document.hasFocus();

export const device = () => (innerWidth <= 480 ? "p" : matchMedia("(pointer:coarse)").matches ? "t" : "d");

/** Watches the page for what the rules, as text, ask for. */
export function watch(rules: string, zone: string | undefined, changed: () => void, signal: AbortSignal): Senses {
  const selectors = [...rules.matchAll(/click",("([^"\\]|\\.)*")/g)].map((it) => JSON.parse(it[1]));
  let looking = false;
  let since = seconds();
  let touched = since;
  let page = 0;
  let scroll = 0;
  let exit = 0;
  let click: string[] = [];

  const count = () => {
    if (looking) page += seconds() - since;
    since = seconds();
    looking = attentive();
  };
  count();
  const sense = ({ type, target, relatedTarget, clientY }: any) => {
    count();
    const left = type == "mouseout" && !relatedTarget && clientY <= 0;
    if (left) exit = 1;
    if (type == "click") click.push(...selectors.filter((it) => isWithin(target, it)));
    // Pointer and keys change something only for somebody who was still.
    if (left || since - touched > 1 || !/^[pkm]/.test(type)) changed();
    touched = since;
  };
  for (const type of "pointermove keydown mouseout scroll click focus blur visibilitychange".split(" ")) {
    addEventListener(type, sense, { passive: true, capture: true, signal });
  }

  return {
    feel() {
      count();
      if (/scroll"/.test(rules)) {
        const deep = ((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100;
        scroll = Math.max(scroll, Math.round(deep));
      }
      const is = device();
      let week: number;
      return {
        page,
        scroll,
        // Nobody leaves a telephone's page at its top.
        exit: is == "p" ? 0 : exit,
        idle: since - touched,
        click,
        device: is,
        lang: navigator.languages[0],
        // Only if a rule asks: a zone that this browser does not know breaks that campaign alone.
        get week() {
          return (week ??= minute(zone));
        },
      };
    },
    turn() {
      count();
      const last = page;
      page = scroll = exit = 0;
      click = [];
      return last;
    },
  };
}

/** The minute of the week in a zone. */
function minute(timeZone = "UTC"): number {
  const there = new Date().toLocaleString("en", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const [day, hour, minutes] = there.match(/\w+/g)!;
  return ("MonTueWedThuFriSatSun".indexOf(day) * 8 + +hour) * 60 + +minutes;
}

function isWithin(target: any, selector: string): boolean {
  try {
    return target.closest(selector);
  } catch {
    // Not every browser knows every selector, and not everything that is pressed is an element.
    return false;
  }
}
