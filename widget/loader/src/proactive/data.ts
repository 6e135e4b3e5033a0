// What the relay publishes of a site's campaigns. Ends of arrays that are 0 are left off.

import type { Rule } from "./evaluate";
import type { Match } from "./text";

export type Campaigns = [site: Site, campaigns: Campaign[]];

export type Site = [perVisit?: number, perVisitor?: number, zone?: string, remembers?: number];

export type Campaign = [
  id: string,
  rule: Rule,
  variants: Variant[],
  /** 0 once per visit, -1 once, -2 until it was answered, else again after so many days. */
  frequency?: number,
  /** Of a hundred, how many see nothing. */
  control?: number,
  flags?: number,
  who?: string | 0,
  goal?: Goal,
];

export type Variant = [key: string, weight: number, text: string, replies?: string[] | 0, draft?: string];

export type Goal =
  | [hours: number, what: "url", parts: number, match: Match]
  | [hours: number, what: "event", name: string]
  | [hours: number, what: "chat" | "buy"];

/** The panel opens. */
export const OPENS = 1;
/** Also while a conversation is open. */
export const DURING = 2;
/** Whoever is available speaks. */
export const NEXT = 4;

/** Who sees nothing. */
export const CONTROL = "0";

/** A number from 0 that looks like chance and is the same each time. */
export function lot(text: string, of: number): number {
  let hash = 0;
  for (const it of text) {
    hash = Math.imul(hash ^ it.charCodeAt(0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return (hash >>> 0) % of;
}

/** The visitor's variant; none in the control group. */
export function chosen([id, , variants, , control = 0]: Campaign, seed: number): Variant | undefined {
  if (lot(`${seed}control${id}`, 100) < control) return undefined;
  let at = lot(`${seed}variant${id}`, variants.reduce((sum, it) => sum + it[1], 0));
  return variants.find((it) => (at -= it[1]) < 0);
}
