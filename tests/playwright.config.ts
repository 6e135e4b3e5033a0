// How the scenes are played: one after another, in Debian's Chromium, never twice.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "scenes",
  testMatch: "*.scene.ts",
  outputDir: "../dist/work/scenes",
  // A scene has a relay of its own process to share, and two cores to share with it. Two at a time take
  // two thirds of the time, and are late for each other now and then.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    locale: "en-US",
    viewport: { width: 1280, height: 800 },
    // Without a film of every scene, which takes as long again as the scenes themselves.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false },
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
        // Takes the place of Playwright's own list, under which a frame of another site may store nothing.
        "--disable-features=TrackingProtection3pcd,ThirdPartyCookieDeprecation",
      ],
    },
  },
});
