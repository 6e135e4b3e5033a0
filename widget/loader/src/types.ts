// What the relay fills in, and what page and frame say to each other.

/** The public configuration of the site, as the relay writes it. */
export interface Config {
  site: string;
  origin: string;
  title: string;
  appearance: { color: string; at_start: boolean };
  main_language: string;
  force_main_language: boolean;
}

/** One page view. */
export interface Visit {
  url: string;
  title?: string;
  referrer?: string;
  at: number;
}

/** What the page knows of the visitor. */
export interface Prefill {
  name?: string;
  email?: string;
  phone?: string;
  text?: string;
}

/** What the page says to the frame. */
export type ToFrame =
  | { type: "show"; focus: boolean }
  | { type: "hide" }
  | { type: "visits"; visits: Visit[] }
  | { type: "page"; url: string }
  | { type: "prefill"; details: { name?: string; email?: string; phone?: string }; text?: string }
  | { type: "locale"; language: string };

/** What the frame says to the page. */
export type FromFrame =
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "open"; on: boolean }
  | { type: "language"; language: string }
  | { type: "event"; name: string; detail?: unknown };
