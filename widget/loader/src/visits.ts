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

/** The record with one more page, or the same if the page has not changed. */
export function arrived(record: Record, url: string, referrer: string, at: number): Record {
  const last = record.visits.at(-1);
  const page = cut(url, URL_CHARS);
  if (last?.url === page) return record;
  const visit: Visit = { url: page, at: last ? Math.max(at, last.at + 1) : at };
  // Only the first page has a referrer: of the others we know where the visitor came from.
  if (!last && referrer) visit.referrer = cut(referrer, URL_CHARS);
  const visits = [...record.visits, visit];
  // The first page says how the visit began, so it stays.
  if (visits.length > MOST_VISITS) visits.splice(1, visits.length - MOST_VISITS);
  return { ...record, visits };
}

/** The record with the title of the current page, which single-page sites set late. */
export function titled(record: Record, title: string): Record {
  const last = record.visits.at(-1);
  const text = cut(title, TITLE_CHARS);
  if (!last || !text || last.title === text) return record;
  return { ...record, visits: [...record.visits.slice(0, -1), { ...last, title: text }] };
}

/** What the conversation has not had yet, and the record once it has. */
export function handOver(record: Record): [Visit[], Record] {
  const fresh = record.visits.filter((it) => it.at > record.sent);
  const last = fresh.at(-1);
  return [fresh, last ? { ...record, sent: last.at } : record];
}
