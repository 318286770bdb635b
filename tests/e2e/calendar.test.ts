import { registerAt } from "#tests/support/api-client.ts";
import { nextChangeInBerlin } from "#tests/support/dst.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

test("a campaign dragged to a day that skips its time is asked for another, with the next one a press away", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", {
    name: "Kettle & Cup",
    url: "https://shop.example",
    settings: { timezone: "Europe/Berlin" },
  });
  const { id } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Night owls",
    siteId,
    channel: "web_push",
    steps: [{ content: { title: "Still awake?", message: "So are we." } }],
  });
  const change = nextChangeInBerlin("forward");
  const dayOf = (shift: number) =>
    new Date(Date.parse(`${change}T00:00Z`) + shift * 86_400_000).toISOString().slice(0, 10);
  const first = dayOf(-5);
  await api.post(`/api/v1/campaigns/${id}/schedule`, { wallTime: `${first}T02:30` });
  const due = async () => (await api.get<{ nextRunAt: string }>(`/api/v1/campaigns/${id}`)).nextRunAt;
  expect(await due()).toBe(`${first}T01:30:00.000Z`);

  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/calendar?site=${siteId}&day=${first}`);
  const entry = page.getByRole("link", { name: "Night owls" });
  const cell = (day: string) => page.getByRole("listitem").filter({ has: page.locator(`time[datetime="${day}"]`) });
  await expect(cell(first).getByRole("link", { name: "Night owls" })).toBeVisible();
  await lookAround(page, "calendar-planned");
  await entry.dragTo(cell(change));
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/The clocks skip 2:30/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Move" })).toBeDisabled();
  await lookAround(page, "calendar-skipped-time");
  await dialog.getByRole("button", { name: /^Use 3:00/ }).click();
  await dialog.getByRole("button", { name: "Move" }).click();
  await expect.poll(due).toBe(`${change}T01:00:00.000Z`);
  await expect(dialog).toHaveCount(0);
});
