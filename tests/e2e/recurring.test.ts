import type { Page } from "@playwright/test";
import { type ApiClient, call, registerAt } from "#tests/support/api-client.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { test as base, expect, signIn } from "#tests/support/e2e.ts";

const test = base.extend<{ shop: { api: ApiClient; siteId: string; base: string } }>({
  shop: async ({ product, pushService, page }, use) => {
    const api = await registerAt(product.url);
    const site = { name: "Kettle & Cup", url: "https://shop.example", settings: { timezone: "Europe/Berlin" } };
    const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", site);
    await call(`${product.url}/api/sdk/v1/subscriptions`, {
      method: "POST",
      headers: { origin: "https://shop.example" },
      body: { siteId, subscription: newBrowserSubscription(pushService.endpoint("one")).subscription },
    });
    await use({ api, siteId, base: await signIn(page, api.credentials) });
  },
});

/** Pictures for whoever looks at them, when `SHOTS` names a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (!folder) return;
  for (const [theme, width] of [
    ["light", 1440],
    ["dark", 1440],
    ["light", 390],
    ["dark", 390],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}

test("a campaign is made to repeat on chosen days, switched on, skipped once and seen on the calendar", async ({
  page,
  shop,
}) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${shop.base}/campaigns/new?type=recurring`);
  await page.getByLabel("Title", { exact: true }).fill("Tea of the week");
  await page.getByLabel("Message", { exact: true }).fill("A new one every Monday and Thursday.");
  const when = page.getByRole("region", { name: "When" });
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]) {
    const button = when.getByRole("button", { name: day });
    const isWanted = day === "Monday" || day === "Thursday";
    if (((await button.getAttribute("aria-pressed")) === "true") !== isWanted) await button.click();
  }
  await when.getByLabel("Every", { exact: true }).fill("2");
  const firings = page.getByRole("region", { name: "Next firings" });
  await expect(firings.getByRole("listitem")).toHaveCount(5);
  await expect(firings.getByRole("listitem").first()).toContainText(/Mon|Thu/);
  await firings.getByRole("button", { name: "Show all 20" }).click();
  await expect(firings.getByRole("listitem")).toHaveCount(20);
  await shoot(page, "builder");

  // Another zone: found by a part of its name, kept by the rule, and the firings are by its clocks.
  const zone = when.getByRole("combobox", { name: "Time zone" });
  await expect(zone).toContainText("Europe/Berlin");
  await zone.click();
  await page.getByPlaceholder("Search").fill("kolk");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.getByRole("option", { name: "Asia/Kolkata" }).click();
  await expect(firings.getByText(/India Standard Time|Kolkata|Calcutta/)).toBeVisible();
  await shoot(page, "zone");
  await zone.click();
  await page.getByPlaceholder("Search").fill("berlin");
  await page.getByRole("option", { name: /^Europe\/Berlin/ }).click();
  await expect(zone).toContainText("Europe/Berlin");

  // The same as a rule, and what a wrong one is told.
  await when.getByRole("radio", { name: "By a rule" }).click();
  const rule = when.getByLabel("Rule (RFC 5545)");
  await expect(rule).toHaveValue("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH");
  await rule.fill("FREQ=MINUTELY");
  await rule.blur();
  await expect(when.getByText("FREQ must be HOURLY or slower.").first()).toBeVisible();
  await rule.fill("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
  await expect(firings.getByText("It never fires")).toBeVisible();
  await shoot(page, "rule");
  await rule.fill("FREQ=WEEKLY;BYDAY=MO,TH");

  await page.getByRole("button", { name: "Review and switch on" }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Every week on Monday and Thursday at 9:00");
  await shoot(page, "switch-on");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: "Tea of the week" })).toBeVisible();
  const runs = page.getByRole("table", { name: "Runs" });
  await expect(runs.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: /Tea of the week/ }).click();
  await page.getByRole("menuitem", { name: "Skip the next one" }).click();
  await expect(runs.getByText("Skipped")).toBeVisible();
  await expect(runs.getByRole("row")).toHaveCount(3);
  await shoot(page, "campaign");

  await page.goto(`${shop.base}/automations`);
  const onSwitch = page.getByRole("switch", { name: "Tea of the week: on or off" });
  await expect(page.getByText("Every week on Monday and Thursday")).toBeVisible();
  await shoot(page, "automations");
  // Begun at its start, which is tomorrow: it is scheduled until then and taken back to draft by its menu.
  await expect(onSwitch).toBeChecked();
});

test("on the calendar a scheduled campaign is moved by keyboard and by dragging, with an undo", async ({
  page,
  shop,
}) => {
  test.setTimeout(180_000);
  // The tenth of next month: no end of a month, no day that is past.
  const today = new Date();
  const month = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1)).toISOString().slice(0, 8);
  const plan = async (name: string, trigger: object) => {
    const { id } = await shop.api.post<{ id: string }>("/api/v1/campaigns", {
      name,
      siteId: shop.siteId,
      trigger,
      steps: [{ content: { title: name, message: "Now." } }],
    });
    await shop.api.post(`/api/v1/campaigns/${id}/schedule`);
    return id;
  };
  const id = await plan("Winter sale", { type: "one_time", at: `${month}10T08:00:00Z` });
  await plan("Daily tea", {
    type: "recurring",
    rrule: "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    startsAt: `${month}01T10:00`,
    timezone: "Europe/Berlin",
  });
  const at = async () => (await shop.api.get<{ nextRunAt: string }>(`/api/v1/campaigns/${id}`)).nextRunAt;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${shop.base}/calendar?day=${month}10`);
  const day = (number: number) =>
    page.getByRole("listitem").filter({ has: page.locator(`time[datetime="${month}${number}"]`) });
  await expect(day(10).getByRole("link", { name: /Winter sale/ })).toBeVisible();
  await shoot(page, "calendar");

  await page.getByRole("button", { name: "Move “Winter sale”" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByLabel("Day and time").fill(`${month}12T18:30`);
  await page.getByRole("dialog").getByRole("button", { name: "Move" }).click();
  await expect(day(12).getByRole("link", { name: /Winter sale/ })).toBeVisible();
  await expect.poll(async () => (await at()).slice(0, 10)).toBe(`${month}12`);

  await day(12)
    .getByRole("link", { name: /Winter sale/ })
    .dragTo(day(17));
  await expect(day(17).getByRole("link", { name: /Winter sale/ })).toBeVisible();
  await expect.poll(async () => (await at()).slice(0, 10)).toBe(`${month}17`);
  const said = page.locator("[data-sonner-toast]").filter({ hasText: /\b17\b/ });
  await said.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await at()).slice(0, 10)).toBe(`${month}12`);

  await page.goto(`${shop.base}/calendar?view=week&day=${month}12`);
  await expect(page.getByRole("link", { name: /Winter sale/ })).toBeVisible();
  await shoot(page, "week");
});
