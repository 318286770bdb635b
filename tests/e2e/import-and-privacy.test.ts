import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { registerAt } from "#tests/support/api-client.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test("a file is mapped, tried out, imported and its wrong rows downloaded", async ({ page, product }) => {
  const api = await registerAt(product.url);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/subscribers/import`);
  const rows = Array.from({ length: 2_500 }, (_, index) => `k-${index},Person ${index},Rome`);
  const csv = `Kunde,Full name,City\n${rows.join("\n")}\n,Nobody,Rome\n`;
  await page.setInputFiles('input[type="file"]', {
    name: "broken.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("a,a\n1,2\n"),
  });
  await expect(page.getByText("Two columns have the name “a”.")).toBeVisible();
  await page.setInputFiles('input[type="file"]', {
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(csv),
  });

  await expect(page.getByRole("heading", { name: "people.csv" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "What “Kunde” becomes" }).click();
  await page.getByRole("option", { name: "Your own id" }).click();
  await expect(page.getByRole("cell", { name: "k-0", exact: true })).toBeVisible();
  await expect(page.getByText("Is imported").first()).toBeVisible();
  await page.getByRole("button", { name: "Try it out" }).click();
  await expect(page.getByText("2,501 of 2,501 rows")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("1 row is wrong")).toBeVisible();
  expect((await api.get<{ data: unknown[] }>("/api/v1/subscribers")).data).toEqual([]);

  const begin = page
    .getByRole("button", { name: "Import 2501 rows" })
    .or(page.getByRole("button", { name: "Import 2,501 rows" }));
  await expect(begin).toBeDisabled();
  await page.getByLabel("All these people agreed").check();
  await begin.click();
  await expect(page.getByRole("link", { name: "Show the subscribers (2,500)" })).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download them" }).click(),
  ]);
  const report = await (await download.createReadStream()).toArray();
  expect(Buffer.concat(report).toString()).toContain("2502,");
  await page.getByRole("link", { name: "Show the subscribers (2,500)" }).click();
  await expect(page.getByText("Person 2499")).toBeVisible();
});

test("a person chooses categories and quiet hours, pauses, unsubscribes and is forgotten by their own link, without signing in", async ({
  page,
  product,
  pushService,
}) => {
  const api = await registerAt(product.url);
  const shop = "https://shop.example";
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", { name: "Kettle & Cup", url: shop });
  await api.patch(`/api/v1/sites/${siteId}`, { settings: { categories: [{ key: "offers", name: "Special offers" }] } });
  const { subscription } = newBrowserSubscription(pushService.endpoint(crypto.randomUUID()));
  const subscribed = await fetch(`${product.url}/api/sdk/v1/subscriptions`, {
    method: "POST",
    headers: { origin: shop, "content-type": "application/json" },
    body: JSON.stringify({ siteId, subscription, tags: ["tea"] }),
  });
  const { subscriberId } = (await subscribed.json()) as { subscriberId: string };
  const person = () =>
    api.get<{ isActive: boolean; preferences: object; quietHours: object | null }>(
      `/api/v1/subscribers/${subscriberId}`,
    );
  const { url } = await api.get<{ url: string }>(`/api/v1/subscribers/${subscriberId}/preference-link`);

  await page.goto(new URL(url).pathname);
  await expect(page.getByText("Kettle & Cup").first()).toBeVisible();
  await expect(page.getByText("tea", { exact: true })).toBeVisible();
  await lookAround(page, "preferences");
  await page.getByRole("switch", { name: "Special offers" }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await expect(page.getByRole("switch", { name: "Special offers" })).not.toBeChecked();
  expect((await person()).preferences).toEqual({ offers: false });

  const [from, until] = [page.getByLabel("From"), page.getByLabel("Until")];
  await from.fill("21:30");
  await until.fill("21:30");
  await expect(page.getByText("The two times must differ.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Keep these hours quiet" })).toBeDisabled();
  await until.fill("07:15");
  await page.getByRole("button", { name: "Keep these hours quiet" }).click();
  await expect(page.getByText("Saved. Nothing comes in these hours.")).toBeVisible();
  await page.reload();
  await expect(from).toHaveValue("21:30");
  await expect(until).toHaveValue("07:15");
  expect((await person()).quietHours).toEqual({ from: "21:30", to: "07:15" });
  await until.fill("06:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. Nothing comes in these hours.")).toBeVisible();
  expect((await person()).quietHours).toEqual({ from: "21:30", to: "06:00" });
  await lookAround(page, "preferences-quiet");
  await page.getByRole("button", { name: "No quiet hours" }).click();
  await expect(page.getByText("You have no quiet hours any more.")).toBeVisible();
  expect((await person()).quietHours).toBeNull();

  await page.getByRole("button", { name: "7 days" }).click();
  await expect(page.getByText("Quiet until")).toBeVisible();
  await page.getByRole("switch", { name: "Notifications" }).click();
  await expect(page.getByText("You get nothing any more.")).toBeVisible();
  expect((await person()).isActive).toBe(false);
  await page.getByRole("button", { name: "Erase my data…" }).click();
  await page.getByRole("button", { name: "Erase everything" }).click();
  await expect(page.getByRole("heading", { name: "Nothing is kept of you here" })).toBeVisible();
  await expect(person()).rejects.toThrow(/404/);
  for (const link of ["/p/not-a-link", `${new URL(url).pathname.slice(0, -1)}`, "/p/%E0%A4%A", "/p/%25"]) {
    await page.goto(link);
    await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  }
});

test("the quiet hours that a person clicked are kept by the next campaign: others get it now, they when the hours are over", async ({
  page,
  product,
  pushService,
}) => {
  const api = await registerAt(product.url);
  const shop = "https://shop.example";
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", { name: "Kettle & Cup", url: shop });
  const subscribe = async (token: string) => {
    const { subscription } = newBrowserSubscription(pushService.endpoint(token));
    const response = await fetch(`${product.url}/api/sdk/v1/subscriptions`, {
      method: "POST",
      headers: { origin: shop, "content-type": "application/json" },
      body: JSON.stringify({ siteId, subscription, timezone: "Etc/UTC" }),
    });
    return ((await response.json()) as { subscriberId: string }).subscriberId;
  };
  const [sleeper, awake] = [crypto.randomUUID(), crypto.randomUUID()];
  const subscriberId = await subscribe(sleeper);
  await subscribe(awake);
  const { url } = await api.get<{ url: string }>(`/api/v1/subscribers/${subscriberId}/preference-link`);

  // An hour ago until in three, by the clock of UTC.
  const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  await page.goto(new URL(url).pathname);
  await page.getByLabel("From").fill(clock(-1));
  await page.getByLabel("Until").fill(clock(3));
  await page.getByRole("button", { name: "Keep these hours quiet" }).click();
  await expect(page.getByText("Saved. Nothing comes in these hours.")).toBeVisible();

  const campaign = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Autumn teas",
    siteId,
    trigger: { type: "one_time" },
    audience: { type: "all" },
    steps: [{ content: { title: "Autumn teas", message: "Picked in August.", url: `${shop}/tea` } }],
  });
  await api.post(`/api/v1/campaigns/${campaign.id}/send`);
  const got = (token: string) => pushService.posts.some((post) => post.token === token);
  await expect.poll(() => got(awake), { timeout: 60_000 }).toBe(true);
  const { data } = await api.get<{ data: { status: string; nextAt: string }[] }>(
    `/api/v1/subscribers/${subscriberId}/messages`,
  );
  expect(data).toMatchObject([{ status: "queued" }]);
  const waits = new Date(data[0]?.nextAt ?? 0).getTime() - Date.now();
  expect(waits / 3_600_000).toBeGreaterThan(2.9);
  expect(waits / 3_600_000).toBeLessThan(3.1);
  expect(got(sleeper)).toBe(false);

  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/subscribers/${subscriberId}`);
  await expect(page.getByRole("switch", { name: "Quiet hours" })).toBeChecked();
  await expect(page.getByRole("cell", { name: "Waits until" })).toBeVisible();
});
