// What axe-core has to say about a page or a frame.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { type Frame, type Page, expect } from "@playwright/test";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails with every violation and where it is. */
export async function hasNoViolations(place: Page | Frame): Promise<void> {
  // What is still coming into view has not got its colours yet. A countdown is no such thing.
  await place.evaluate(async () => {
    const brief = (it: Animation) => Number(it.effect?.getComputedTiming().endTime) < 2_000;
    await Promise.allSettled(document.getAnimations().filter(brief).map((it) => it.finished));
  });
  // Evaluated and not added as a script: the page's policy forbids strangers' scripts, rightly.
  await place.evaluate(SOURCE);
  const violations = await place.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run(document, { iframes: false });
    return violations.flatMap((it: any) =>
      it.nodes.map((node: any) => `${it.id}: ${it.help}: ${node.target.join(" ")}`),
    );
  });
  expect(violations).toEqual([]);
}
