// What keeps a campaign silent although its conditions may hold. Pure.

import { MONTH } from "../limits";
import { DURING, type Campaign, type Site } from "./data";

/** What a visitor has met: the variant, when in seconds, and whether it was answered and its goal reached. */
export type Met = [variant: string, at: number, answered?: number, reached?: number];

/** What is remembered of a visitor, beyond the visit on sites that have consent. */
export interface Visitor {
  /** What chance is drawn from. */
  seed: number;
  /** Visits, this one included, and when this one began. */
  visits: number;
  began: number;
  /** When they were last here. */
  at: number;
  met: { [id: string]: Met };
  /** When something was shown. */
  shown: number[];
  /** Something is to be said or counted on the next page. */
  due?: boolean;
  /** When they last sent a message. */
  chat?: number;
}

/** How things stand on the page. */
export interface Standing {
  now: number;
  /** A campaign or the panel is on the screen. */
  busy: boolean;
  /** A conversation is open. */
  talking: boolean;
  /** The page wants quiet. */
  suppressed?: boolean;
  /** A campaign was closed in this visit. */
  silent?: boolean;
}

/** What can keep a campaign silent. */
export const HELD = [
  "nothing",
  "the page suppresses campaigns",
  "something is on the screen",
  "a campaign was closed in this visit",
  "a conversation is open",
  "this visit has met enough campaigns",
  "this visitor has met enough campaigns in thirty days",
  "this visitor has met it before",
];

/** Which of [`HELD`] it is. */
export function guard(
  [id, , , frequency = 0, , flags = 0]: Campaign,
  [perVisit = 0, perVisitor = 0, , remembers]: Site,
  { began, shown, met, now, busy, talking, suppressed, silent }: Visitor & Standing,
): number {
  const [, at, answered] = met[id] ?? [];
  const days = (then: number) => (now - then) / 86_400;
  const again = frequency < 0 ? frequency < -1 && !answered : days(at!) >= frequency;
  return [
    suppressed,
    busy,
    silent,
    talking && !(flags & DURING),
    shown.filter((it) => it >= began).length >= perVisit,
    remembers && shown.filter((it) => days(it) < MONTH).length >= perVisitor,
    at && (at >= began || !again),
  ].findIndex(Boolean) + 1;
}
