// What the watching part and the speaking part of campaigns share.

import type { Chat } from "../chat";
import type { CampaignMessage } from "../types";
import type { Campaign } from "./data";
import type { Facts, Truth } from "./evaluate";
import type { Visitor } from "./guard";

/** What is remembered of the visit. */
export interface Visit {
  visitor: Visitor;
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

export interface CampaignHost {
  lent: Chat;
  visit: Visit;
  /** Remembers what another tab knows of the visitor. */
  recall(): void;
  keep(): void;
  /** What the page told of since it began, or which campaign it wants to be shown. */
  tracks: [name?: string, value?: number, campaign?: string][];
  /** What only the relay knows, once it has said it. */
  answers?: Pick<Facts, "on" | "land">;
  /** All but the visitor's share, which depends on the campaign. */
  facts(): Facts;
  look(): void;
}

/** The speaking part. */
export interface Presenter {
  /** The campaign's conditions hold, or would if somebody were there; whether to look no further. */
  meet(campaign: Campaign, holds: Truth): boolean;
  /** A page began, or the page told of something or wants something. */
  happened(): void;
  greeted(): void;
  /** All campaigns were looked at. */
  explain(): void;
}

export const now = () => Date.now() / 1000;
