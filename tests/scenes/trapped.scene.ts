// Nobody is trapped: when the chat's frame does not come there is a way out at every moment, and it is
// said what happened, to the visitor and to the page's author.
import type { Locator, Page } from "@playwright/test";

import { Host, TEXTS, closer, field, hurry, launcher, test as light } from "../harness/host.ts";
import { expect, test } from "../harness/scene.ts";

const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1280, height: 800 };

/** What the page's console says of us. */
function lines(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (it) => void (it.text().startsWith("Porchlight") && said.push(it.text())));
  return said;
}

interface Trap {
  name: string;
  set(host: Host, page: Page): Promise<void> | void;
  /** What the console says of it. */
  says: RegExp;
  /** The trap goes away. */
  heal?(host: Host, page: Page): Promise<void> | void;
}

const CSP = "default-src 'self'; style-src 'unsafe-inline'; script-src";

const traps: Trap[] = [
  {
    name: "the relay breaks off",
    set: (host) => void (host.frame = "broken"),
    says: /extension or a network/,
    heal: (host) => void (host.frame = "there"),
  },
  {
    name: "the relay never answers",
    set: (host) => void (host.frame = "never"),
    says: /slow line/,
    heal: (host) => void (host.frame = "there"),
  },
  {
    name: "the page's origin is not on the list",
    set: (host) => {
      host.frame = "refused";
      host.origins = ["https://shop.example"];
    },
    says: /http:\/\/shop\.localhost:\d+ is not on the site's list/,
  },
  {
    name: "the page's policy has no frame-src",
    set: async (host, page) => {
      host.headers["Content-Security-Policy"] = `${CSP} ${host.relay}`;
      await page.reload();
    },
    says: /Content-Security-Policy.*frame-src http:\/\/chat\.localhost/,
  },
  {
    name: "the browser is offline",
    set: (_, page) => page.context().setOffline(true),
    says: /cannot be reached/,
    heal: (_, page) => page.context().setOffline(false),
  },
];

for (const { name, set, says, heal } of traps) {
  for (const size of [PHONE, LAPTOP]) {
    light(`${name}, at ${size.width} pixels`, async ({ host, page }) => {
      await hurry(page.context());
      await page.setViewportSize(size);
      await page.goto(host.origin);
      await expect(launcher(page)).toBeVisible();
      await set(host, page);
      const said = lines(page);
      await launcher(page).click();
      // At once, and not only after a while.
      await expect(closer(page)).toBeVisible({ timeout: 200 });
      const sentence = page.getByText(TEXTS.failed);
      await expect(sentence).toBeVisible();
      await expect(closer(page)).toBeVisible();
      await expect.poll(() => said.join("\n")).toMatch(says);
      expect(said.length).toBe(1);
      const again = page.getByRole("button", { name: TEXTS.again });
      for (const it of [sentence, again, closer(page)]) {
        await expect(it).toBeInViewport({ ratio: 0.99 });
      }
      if (process.env.PORCHLIGHT_LOOK) await page.screenshot({ path: `${process.env.PORCHLIGHT_LOOK}/${name}-${size.width}.png` });

      // Nobody asks on in secret.
      const asked = host.asked.length;
      await page.waitForTimeout(1_000);
      expect(host.asked.length).toBe(asked);

      await page.keyboard.press("Escape");
      await expect(launcher(page)).toBeFocused();
      await expect(sentence).toBeHidden();
      await launcher(page).click();
      await closer(page).click();
      await expect(launcher(page)).toBeFocused();
      await launcher(page).click();
      await expect(sentence).toBeVisible();
      if (!heal) return;

      await heal(host, page);
      // A browser that is online again needs nobody to press anything.
      if (name != "the browser is offline") await again.click();
      await expect(field(page)).toBeVisible();
      await expect(sentence).toBeHidden();
      // The chat's own button closes it now; where it does not fill the screen, so does the launcher.
      await expect(closer(page)).toBeVisible({ visible: size == LAPTOP });
      await expect(field(page)).toBeFocused();
    });
  }
}

for (const size of [PHONE, LAPTOP]) {
  for (const direction of ["ltr", "rtl"]) {
    light(`the chat fills its panel, at ${size.width} pixels, ${direction}`, async ({ host, page }) => {
      host.before = `<script>document.documentElement.dir = "${direction}"</script>`;
      await page.setViewportSize(size);
      await page.goto(host.origin);
      await launcher(page).click();
      await expect(field(page)).toBeFocused();
      const place = (it: Locator) => it.boundingBox();
      // The panel comes up for a moment, and the chat with it.
      const apart = async () => {
        const [chat, panel] = await Promise.all([place(page.locator("iframe")), place(page.locator(".box"))]);
        return [chat!.x - panel!.x, chat!.y - panel!.y, chat!.width - panel!.width, chat!.height - panel!.height];
      };
      await expect.poll(apart, { timeout: 5_000 }).toEqual([0, 0, 0, 0]);
    });
  }
}

light("a launcher that the page hides is there as long as the frame is not", async ({ host, page }) => {
  await hurry(page.context());
  host.before = `<script>window.Porchlight ||= (...call) => (Porchlight.q ||= []).push(call); Porchlight("hide");</script>`;
  host.frame = "never";
  await page.goto(host.origin);
  await page.waitForFunction(() => (window as any).Porchlight?.loaded);
  await expect(launcher(page)).toBeHidden();
  await page.evaluate(() => (window as any).Porchlight("open"));
  await expect(closer(page)).toBeVisible();
  host.frame = "there";
  await page.getByRole("button", { name: TEXTS.again }).click();
  await expect(field(page)).toBeVisible();
  await expect(closer(page)).toBeHidden();
});

test("the relay itself says why: an origin that is not listed, in the visitor's language", async ({ stage }) => {
  const visitor = await stage.visitor("/", { locale: "ar", language: "ar" });
  await hurry(visitor.context);
  await visitor.page.setViewportSize(PHONE);
  const stranger = stage.shop.origin.replace("//shop.", "//www.shop.");
  await visitor.visits(stranger);
  const said = lines(visitor.page);
  await visitor.launcher.click();
  await expect(visitor.closer).toBeVisible();
  const sentence = visitor.page.getByText(visitor.words("loader.failed"));
  await expect(sentence).toBeVisible();
  // On an English page too its full stop stands where an Arabic sentence ends.
  await expect(sentence).toHaveCSS("direction", "rtl");
  await expect(visitor.page.getByRole("button", { name: visitor.words("loader.again") })).toBeVisible();
  await expect.poll(() => said.join("\n")).toContain(`${stranger} is not on the site's list`);
  expect(said.length).toBe(1);
  await visitor.closer.click();
  await expect(visitor.launcher).toBeFocused();
});

const ISOLATED: [string, Record<string, string>][] = [
  ["isolated by require-corp", { "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin" }],
  ["isolated by credentialless", { "Cross-Origin-Embedder-Policy": "credentialless", "Cross-Origin-Opener-Policy": "same-origin" }],
  ["that demands Trusted Types", { "Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types porchlight" }],
];

for (const [name, headers] of ISOLATED) {
  test(`the chat comes on a page ${name}`, async ({ stage }) => {
    const host = await Host.open();
    const site = await stage.workspace.site(name, [host.origin], stage.department);
    host.tag = `${stage.relay.widget}/s/${site.id}.js`;
    host.headers = headers;
    const visitor = await stage.visitor();
    const said: string[] = [];
    visitor.page.on("console", (it) => void (it.type() == "error" && said.push(it.text())));
    await visitor.visits(host.origin);
    await expect(visitor.launcher).toBeVisible();
    const isolated = await visitor.page.evaluate(() => crossOriginIsolated);
    expect(isolated).toBe("Cross-Origin-Embedder-Policy" in headers);
    // The one thing for which the loader fetches a script of its own.
    await visitor.page.evaluate(() => (window as any).Porchlight("setLocale", "uk"));
    const ukrainian = visitor.speaking("uk");
    await ukrainian.opensChat();
    await ukrainian.says("Good morning");
    await ukrainian.seesSent("Good morning");
    await ukrainian.attaches({ name: "mug.png", mimeType: "image/png", buffer: PIXEL });
    await ukrainian.button("widget.send").click();
    await expect(ukrainian.transcript.getByRole("img")).toHaveJSProperty("naturalWidth", 1);
    expect(said).toEqual([]);
    host.close();
  });
}

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
