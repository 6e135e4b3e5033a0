// What the relay fills in, and what page and frame say to each other.

import type { Campaigns } from "./proactive/data";

/** What the launcher says, and in which language. */
export interface Words {
  language: string;
  texts: Texts;
}

/** What the relay writes into this script: the site, in the one language that it has negotiated. */
export interface Config extends Words {
  site: string;
  origin: string;
  color: string;
  /** Black or white, whichever reads better on it. */
  on_color: string;
  at_start: boolean;
  /** A pattern of what is told nobody of an address; its groups stay. */
  secrets: string;
  /** The language that this very script was asked for, if it was. */
  asked?: string;
  /** The live campaigns, in `proactive.js` only. */
  campaigns?: Campaigns;
  /** They are one that somebody wants to see on their page before it is published. */
  preview?: boolean;
}

/** What the launcher says. */
export interface Texts {
  open: string;
  close: string;
  title: string;
  /** With `{count}` where the number stands. */
  unread: string;
  /** The chat did not come. */
  failed: string;
  again: string;
}

/** One page view. */
export interface Visit {
  url: string;
  title?: string;
  referrer?: string;
  at: number;
}

/** What the page knows of the visitor, and what it has written for them. */
export type Prefill = { [field in "name" | "email" | "phone" | "text"]?: string };

/** What a campaign says in the panel, in place of the greeting. */
export interface CampaignMessage {
  type: "campaign";
  id: string;
  variant: string;
  text: string;
  /** The language of the text. */
  language: string;
  /** Who says it; the team if nobody. */
  who?: string;
  /** Answers to press. */
  replies: string[];
  /** What stands in the composer. */
  draft?: string;
  /** An answer that was pressed already. */
  send?: string;
}

/** What the page says to the frame. */
export type ToFrame =
  | CampaignMessage
  | { type: "show"; focus: boolean }
  | { type: "hide" }
  | { type: "visits"; visits: Visit[] }
  | { type: "page"; url: string }
  | { type: "prefill"; details: Prefill; text?: string }
  | { type: "reset" }
  | { type: "locale"; language: string };

/** What the frame says to the page. */
export type FromFrame =
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "open"; on: boolean }
  | ({ type: "language" } & Words)
  | { type: "reset" }
  | { type: "failed" }
  | { type: "event"; name: string; detail?: unknown };
