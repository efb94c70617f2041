// Chromium of the system, never one that is downloaded. PREMURA_CHROMIUM names another program, PREMURA_WEB_RESULTS a folder
// for screenshots and traces.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const results = process.env.PREMURA_WEB_RESULTS ?? fileURLToPath(new URL("../../build/web", import.meta.url));

// premurad hashes passwords and waits for its disk, which takes its time on a machine with other work.
const patience = process.env.PREMURA_WEB_SERVER ? 3 : 1;

export default defineConfig({
  testDir: "specs",
  outputDir: `${results}/traces`,
  timeout: 60_000 * patience,
  expect: { timeout: 10_000 * patience },
  workers: 1,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "Europe/Rome",
    viewport: { width: 1360, height: 850 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.PREMURA_CHROMIUM ?? known.find((program) => existsSync(program)),
      // Chromium has no sandbox of its own for root, who runs containers.
      args: process.getuid() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
