import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// Debian's browser, since Playwright's own cannot be had on a closed network; elsewhere Playwright finds its own.
const chromium = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.test.ts",
  outputDir: "test-results",
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  use: {
    ...devices["Desktop Chrome"],
    trace: "retain-on-failure",
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    launchOptions: {
      ...(existsSync(chromium) && { executablePath: chromium }),
      args: isRoot ? ["--no-sandbox"] : [],
    },
  },
});
