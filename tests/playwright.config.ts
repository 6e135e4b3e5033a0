// How the scenes are played: two files at a time, in Debian's Chromium, never twice.
import { defineConfig } from "@playwright/test";

/** Takes the place of Playwright's own list, under which a frame of another site may store nothing. */
const OFF = [
  "TrackingProtection3pcd",
  "ThirdPartyCookieDeprecation",
  // Pages of the browser's own in every window, which nobody sees: they cost a third of a scene's time.
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "PreloadTopChromeWebUI",
  "SpareRendererForSitePerProcess",
];

export default defineConfig({
  testDir: "scenes",
  testMatch: "*.scene.ts",
  outputDir: "../dist/work/scenes",
  // Each has a relay and a browser of its own. A scene mostly waits: one at a time leaves two thirds of two
  // cores idle, and three fill them. No scene may count on being quick.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    locale: "en-US",
    viewport: { width: 1280, height: 800 },
    // It takes a tenth of the time; `-- --trace on` has it for what is looked into.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        // Needed where the tests run as root, as in a container.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${OFF.join(",")}`,
      ],
    },
  },
});
