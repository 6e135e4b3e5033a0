// A browser's clock that a scene can turn, and a visitor's token that is as old as it likes.
import { createHmac } from "node:crypto";

import type { BrowserContext, Page } from "@playwright/test";

import { MASTER_KEY } from "./relay.ts";

const DAY = 86_400_000;
export const days = (n: number): number => n * DAY;
export const hours = (n: number): number => n * 3_600_000;

/** Runs in every frame before anything else: what the clocks say from then on is for the scene to say. */
function adjustable(): void {
  const real = Date;
  const ticks = performance.now.bind(performance);
  let wall = 0;
  let slept = 0;
  class Turned extends real {
    constructor(...given: any[]) {
      // The same constructor, called in one of its ways.
      super(...((given.length ? given : [real.now() + wall + slept]) as [number]));
    }
    static override now(): number {
      return real.now() + wall + slept;
    }
  }
  globalThis.Date = Turned as DateConstructor;
  performance.now = () => ticks() + slept;
  Object.assign(globalThis, {
    turnClock: (by: number) => void (wall += by),
    sleepThrough: (time: number) => void (slept += time),
  });
}

/** Gives every page of a browser a clock that can be turned. */
export async function giveClock(context: BrowserContext): Promise<void> {
  await context.addInitScript(adjustable);
}

/** Somebody sets the computer's clock: timers go on as before. */
export async function turnClock(page: Page, by: number): Promise<void> {
  for (const frame of page.frames()) await frame.evaluate((by) => (globalThis as any).turnClock(by), by);
}

/** The computer has slept: no timer ran, and all clocks are later. */
export async function sleepThrough(page: Page, time: number): Promise<void> {
  for (const frame of page.frames()) await frame.evaluate((time) => (globalThis as any).sleepThrough(time), time);
}

/** Freezes a tab as browsers do with those that nobody looks at, or takes it up again. */
export async function setLife(page: Page, state: "frozen" | "active"): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  await tools.send("Page.setWebLifecycleState", { state });
  await tools.detach();
}

function mac(key: Buffer, parts: string[]): Buffer {
  const hmac = createHmac("sha256", key);
  for (const part of parts) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(Buffer.byteLength(part)));
    hmac.update(length).update(part);
  }
  return hmac.digest();
}

/** The same visitor's token as the relay would have made it long ago: over, and still theirs. */
export function expired(token: string, site: string, at: number): string {
  const [version, keyId, contact, generation, since] = token.split(".") as string[];
  const key = mac(Buffer.from(MASTER_KEY, "base64"), ["porchlight/visitor/1"]);
  const signature = mac(key, [version!, keyId!, site, contact!, generation!, since!, String(at)]).toString("base64url");
  return [version, keyId, contact, generation, since, at, signature].join(".");
}
