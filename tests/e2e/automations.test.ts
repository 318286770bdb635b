import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

test("the list says what starts each automation and when next, on a phone too; its switch asks before the first time and goes back", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const shop = { name: "Kettle & Cup", url: "https://shop.example", settings: { timezone: "Europe/Berlin" } };
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", shop);
  const make = (name: string, trigger: object, more: object = {}) =>
    api.post<{ id: string }>("/api/v1/campaigns", {
      name,
      siteId,
      trigger,
      steps: [{ content: { title: name, message: "Now." } }],
      ...more,
    });
  const year = new Date().getUTCFullYear() + 1;
  const weekly = { type: "recurring", rrule: "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1", timezone: "America/New_York" };
  const { id } = await make("Summer party", { ...weekly, startsAt: `${year}-01-01T17:00` });
  const condition = { all: [{ field: "property.value", op: "gt", value: 200 }] };
  await make("Oven", { type: "triggered", event: "too_hot", condition, cooldownMinutes: 60 });
  const status = async () => (await api.get<{ status: string }>(`/api/v1/campaigns/${id}`)).status;

  await page.goto(await signIn(page, api.credentials).then((base) => `${base}/automations`));
  await expect(
    page.getByText("Whenever “too_hot” happens if value is more than 200, then silent for 1 hr"),
  ).toBeVisible();
  const onSwitch = page.getByRole("switch", { name: "Summer party: on or off" });
  await onSwitch.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("at every firing");
  expect(await status()).toBe("draft");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await expect.poll(status).toBe("scheduled");
  await expect(dialog).toHaveCount(0);

  // By the clocks of its own rule, and not hidden on a phone.
  const next = new RegExp(`Next Jul 1, ${year}, 5:00 PM EDT`);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByText(next)).toBeVisible();
  await lookAround(page, "automations-on");
  await page.setViewportSize({ width: 1440, height: 900 });

  await onSwitch.click();
  await expect.poll(status).toBe("draft");
  await page.locator("[data-sonner-toast]").getByRole("button", { name: "Undo" }).click();
  await expect.poll(status).toBe("scheduled");
  await expect(onSwitch).toBeChecked();
});
