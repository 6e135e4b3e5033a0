// The pages of this visit: what is kept, and what of it the conversation has not had yet.

import type { Visit } from "./types";

/** Page views that are kept. */
export const MOST_VISITS = 50;
const URL_CHARS = 2048;
const TITLE_CHARS = 300;

/** What is kept of a visit. */
export interface Record {
  visits: Visit[];
  /** When the last visit that was handed over took place. */
  sent: number;
}

const cut = (text: string, most: number) => [...text.trim()].slice(0, most).join("");

/** An address with an ellipsis for each of its `secrets`, a pattern that the relay gives. */
export const withoutSecrets = (url: string, secrets: string): string =>
  cut(url.replace(RegExp(secrets, "gi"), "$1$2…"), URL_CHARS);

/**
 * Adds a page, if it is another one. A page that was shown for less than `patience` milliseconds gives
 * its place to it, but for the first one, which says how the visit began.
 */
export function arrived(record: Record, url: string, referrer: string, at: number, patience: number): void {
  const { visits } = record;
  const last = visits.at(-1);
  if (last?.url == url) return;
  const visit: Visit = { url, at };
  // Only the first page has a referrer: of the others we know where the visitor came from.
  if (!last) visit.referrer = referrer || undefined;
  else if (visits[1] && at - last.at < patience) visit.at = visits.pop()!.at;
  else visit.at = Math.max(at, last.at + 1);
  // The conversation may have had what is no longer so.
  record.sent = Math.min(record.sent, visit.at - 1);
  // The first page says how the visit began, so it stays.
  if (visits.push(visit) > MOST_VISITS) visits.splice(1, 1);
}

/** Gives the current page its title, which single-page sites set late. */
export function titled({ visits }: Record, title: string): void {
  const last = visits.at(-1);
  if (last) last.title = cut(title, TITLE_CHARS) || last.title;
}

/** Hands over what the conversation has not had yet. */
export function handOver(record: Record): Visit[] {
  const { visits, sent } = record;
  record.sent = visits.at(-1)?.at ?? sent;
  return visits.filter((it) => it.at > sent);
}
