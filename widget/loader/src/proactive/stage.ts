// What the watching part and the speaking part of campaigns share.

import type { Chat } from "../chat";
import type { CampaignMessage } from "../types";
import type { Campaign, Campaigns } from "./data";
import type { Facts, Truth } from "./evaluate";
import type { Visitor } from "./guard";

/** What is remembered of the visit. */
export interface Visit extends Visitor {
  /** Seconds on its earlier pages. */
  site: number;
  attr: Facts["attr"];
  event: Facts["event"];
  value?: number;
  items?: number;
  /** A campaign was closed. */
  silent?: boolean;
  suppressed?: boolean;
  debug?: boolean;
  /** What the panel shows in place of its greeting, until a conversation begins. */
  message?: CampaignMessage;
  /** What was not sent with an earlier page's counts. */
  counts?: { [id: string]: { [what: string]: any } };
}

export interface Stage {
  chat: Chat;
  campaigns: Campaigns;
  visit: Visit;
  /** Remembers what another tab knows of the visitor. */
  recall(): void;
  keep(): void;
  /** What the page told of since it began. */
  tracks: [name: string, value?: number][];
  /** What only the relay knows. */
  answers: Pick<Facts, "on" | "land">;
  /** Something is on the screen. */
  busy: boolean;
  /** Which of `HELD` keeps a campaign silent. */
  held(campaign: Campaign): number;
  facts(): Facts;
  look(): void;
}

/** The speaking part. */
export interface Voice {
  /** The campaign's conditions hold, or would if somebody were there; whether to look no further. */
  meet(campaign: Campaign, holds: Truth): boolean;
  /** By the page's own wish, through all conditions. */
  force(id: string): void;
  /** A page began, or the page told of something. */
  happened(): void;
  greeted(): void;
  /** All campaigns were looked at. */
  explain(): void;
}

export const now = () => Date.now() / 1000;
