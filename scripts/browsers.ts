import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What the browser tests need from the system: a file that shows it is there, and Debian's package that brings it. */
const needed = [
  { name: "Chromium", file: "/usr/bin/chromium", package: "chromium" },
  { name: "Firefox", file: "/usr/bin/firefox-esr", package: "firefox-esr" },
  { name: "fonts", file: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", package: "fonts-dejavu-core" },
  { name: "emoji", file: "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf", package: "fonts-noto-color-emoji" },
];

/**
 * Installs the browsers and fonts that are missing, when we are root on a Debian system.
 *
 * @returns what is still missing and how to get it, in one line; undefined when nothing is
 */
export function installBrowsers(log: (line: string) => void): string | undefined {
  const missing = () => needed.filter(({ file }) => !existsSync(file));
  if (missing().length === 0) return undefined;
  const packages = missing().map((one) => one.package);
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    log(`Installing ${packages.join(", ")}`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env, stdio: "ignore" });
  }
  if (missing().length === 0) return undefined;
  const names = missing().map(({ name }) => name);
  return `Missing for the browser tests: ${names.join(", ")}. On Debian: apt-get install ${packages.join(" ")}; elsewhere: npx playwright install chromium`;
}
