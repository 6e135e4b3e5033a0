// What the main thread of a page does, by its own clock: what else the machine does is not in it.
import type { CDPSession, Page } from "@playwright/test";

/** What the page's own code makes it do, and all that it does. */
export const OWN = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"];
export const ALL = ["TaskDuration"];

export class Work {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Of all frames of the page, on a processor that is so many times slower. */
  static async of(page: Page, slow = 1): Promise<Work> {
    const session = await page.context().newCDPSession(page);
    if (slow > 1) await session.send("Emulation.setCPUThrottlingRate", { rate: slow });
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    return new Work(session);
  }

  /** Milliseconds so far. */
  async read(of = ALL): Promise<number> {
    const { metrics } = await this.#session.send("Performance.getMetrics");
    const named = metrics.filter((it) => of.includes(it.name));
    return named.reduce((sum, it) => sum + it.value * 1_000, 0);
  }

  /** Milliseconds of tasks that `what` takes, until the page has been at rest for a while. */
  async during(what: () => Promise<void>): Promise<number> {
    const before = await this.read();
    await what();
    let now = await this.read();
    for (;;) {
      await new Promise((done) => setTimeout(done, 500));
      const then = now;
      now = await this.read();
      // Looking takes a little, too.
      if (now - then < 3) return then - before;
    }
  }
}
