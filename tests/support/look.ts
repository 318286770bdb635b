import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const root = resolve(import.meta.dirname, "..", "..");

export const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];

async function show(page: Page, theme: Theme, width: number): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
  await settle(page);
}

/**
 * Waits for what passes by: half faded in or out, words have too little contrast, and whether they are caught so is a
 * matter of how fast the machine is.
 */
async function settle(page: Page): Promise<void> {
  await expect(page.locator("[data-sonner-toast]")).toHaveCount(0);
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    // One whose page draws no frames just then never ends.
    const enough = new Promise((done) => setTimeout(done, 2_000));
    await Promise.race([Promise.allSettled(ending.map(({ finished }) => finished)), enough]);
  });
}

/** Takes a picture for people, and finds what sticks out at the side. */
export async function look(page: Page, name: string, theme: Theme, width: number): Promise<void> {
  await show(page, theme, width);
  const file = `${name}-${theme}-${width}.png`;
  await page.screenshot({ path: join(root, "test-results", "pages", file), fullPage: true });
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect.soft(overflow, `${file}: pixels to scroll sideways`).toBeLessThanOrEqual(0);
}

/** Each theme and each layout is looked at, not each pair: a look takes a second. */
export async function expectAccessible(page: Page, theme: Theme, width: number): Promise<void> {
  await show(page, theme, width);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }));
  expect.soft(serious, `accessibility, ${theme}, ${width} px`).toEqual([]);
}

/** A state of a page that its address does not bring about: pictures at a desk and on a phone, and what axe says. */
export async function lookAround(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const theme of themes) for (const width of [1440, 390]) await look(page, name, theme, width);
  await expectAccessible(page, "dark", 390);
  await expectAccessible(page, "light", 1440);
  if (before) await page.setViewportSize(before);
}
