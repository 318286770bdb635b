import { call, registerAt } from "#tests/support/api-client.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

interface Stored {
  trigger: Record<string, unknown>;
  audience: { type: string };
  steps: { delayMinutes: number; content: { title: string } }[];
  status: string;
}

test("a welcome of three steps is written, moved about, switched on and edited while it runs", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  await api.post("/api/v1/sites", { name: "Kettle & Cup", url: "https://shop.example" });
  const base = await signIn(page, api.credentials);
  await page.goto(`${base}/campaigns/new?type=welcome`);
  const steps = page.getByRole("region", { name: "Steps" });
  await page.getByLabel("Title").fill("Hello");
  await page.getByLabel("Message", { exact: true }).fill("Good to have you.");
  await steps.getByRole("button", { name: "Add a step" }).click();
  await page.getByLabel("Title").fill("Gift");
  await page.getByLabel("Message", { exact: true }).fill("Something for you.");
  await steps.getByRole("button", { name: "Add a step" }).click();
  await page.getByLabel("Title").fill("Tips");
  await page.getByLabel("Message", { exact: true }).fill("Three things to know.");
  await steps.getByRole("button", { name: "Move step 3 up" }).click();
  await expect(steps.getByRole("listitem").nth(1)).toContainText("Tips");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}\/edit/);
  const id = /campaigns\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
  const draft = await api.get<Stored>(`/api/v1/campaigns/${id}`);
  expect(draft.trigger).toEqual({ type: "welcome" });
  expect(draft.steps.map(({ delayMinutes, content }) => [content.title, delayMinutes])).toEqual([
    ["Hello", 0],
    ["Tips", 1440],
    ["Gift", 2880],
  ]);

  await api.post(`/api/v1/campaigns/${id}/schedule`);
  await page.goto(`${base}/campaigns/${id}/edit`);
  await steps.getByRole("button", { name: "Remove step 2" }).click();
  await page.getByRole("radio", { name: "Move to the new steps" }).click();
  await page.getByRole("button", { name: "Save changes" }).first().click();
  await expect.poll(async () => (await api.get<Stored>(`/api/v1/campaigns/${id}`)).steps.length).toBe(2);
  await page.goto(`${base}/campaigns/${id}`);
  await expect(page.getByRole("heading", { name: "How many are at each step?" })).toBeVisible();
});

test("an alarm is built from an event that came, tried on somebody, and its history says what fired", async ({
  page,
  product,
  pushService,
}) => {
  const api = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", {
    name: "Kettle & Cup",
    url: "https://shop.example",
  });
  const { subscriberId: anna } = await subscribeAt(product.url, siteId, pushService.endpoint("anna"));
  await api.patch(`/api/v1/subscribers/${anna}`, { name: "Anna" });
  const { id: subscriberId } = await api.post<{ id: string }>("/api/v1/subscribers", {
    externalId: "oven-3",
    name: "Oven 3",
  });
  await api.post("/api/v1/events", { name: "too_hot", externalId: "oven-3", properties: { value: 240 } });
  const base = await signIn(page, api.credentials);
  await page.goto(`${base}/campaigns/new?type=triggered`);
  await page.getByLabel("Title").fill("Oven at {{event.value}}");
  await page.getByLabel("Message", { exact: true }).fill("Look at it now.");
  await page.getByLabel("Event", { exact: true }).fill("too_hot");
  await expect(page.getByText("The last one had: value.")).toBeVisible();
  // The preview says what the last event said, or what is typed.
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByText("Oven at 240")).toBeVisible();
  await page.getByRole("group", { name: "Values of the event" }).getByLabel("value").fill("300");
  await expect(preview.getByText("Oven at 300")).toBeVisible();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await expect(page.getByLabel("Field of condition 1")).toHaveValue("property.value");
  await page.getByLabel("Comparison of condition 1").click();
  await page.getByRole("option", { name: "is over" }).click();
  await page.getByLabel("Value of condition 1").fill("200");
  await lookAround(page, "composer-alarm");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}\/edit/);
  const id = /campaigns\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
  expect((await api.get<Stored>(`/api/v1/campaigns/${id}`)).trigger).toEqual({
    type: "triggered",
    event: "too_hot",
    condition: { all: [{ field: "property.value", op: "gt", value: 200 }] },
  });

  await api.post(`/api/v1/campaigns/${id}/schedule`);
  await api.post("/api/v1/events", { name: "too_hot", subscriberId, properties: { value: 199 } });
  await api.post("/api/v1/events", { name: "too_hot", subscriberId, properties: { value: 250 } });
  await expect
    .poll(async () => (await api.get<{ data: object[] }>(`/api/v1/campaigns/${id}/firings`)).data.length, {
      timeout: 30_000,
    })
    .toBe(2);
  await page.goto(`${base}/campaigns/${id}/history`);
  // While the page streams in, its text is there twice for a moment.
  const history = page.getByRole("table", { name: "What events did" });
  await expect(history.getByText("Condition not met")).toBeVisible();
  await expect(history.getByText("Fired", { exact: true })).toBeVisible();

  // A test for a chosen subscriber, with values of one's own.
  await page.getByRole("button", { name: "Fire a test" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("radio", { name: /^Just me/ })).toBeChecked();
  await dialog.getByRole("radio", { name: /^Subscribers/ }).press(" ");
  await expect(dialog.getByRole("button", { name: "Fire", exact: true })).toBeDisabled();
  await dialog.getByRole("searchbox").fill("anna");
  await dialog.getByRole("button", { name: /^Add.*Anna$/ }).click();
  await expect(dialog.getByLabel("Value of value")).toHaveValue("250");
  await dialog.getByLabel("Value of value").fill("180");
  await dialog.getByRole("button", { name: "Add a value" }).click();
  await dialog.getByLabel("Name of value 2").fill("value");
  await expect(dialog.getByText("“value” stands here twice.")).toBeVisible();
  await dialog.getByLabel("Name of value 2").fill("kitchen");
  await dialog.getByLabel("Value of kitchen").fill("No. 3");
  await lookAround(page, "alarm-test-fire");
  await dialog.getByRole("button", { name: "Fire", exact: true }).click();
  await expect(page.getByText("the condition does not hold")).toBeVisible();
  const firings = await api.get<{ data: object[] }>(`/api/v1/campaigns/${id}/firings`);
  expect(firings.data[0]).toMatchObject({ isTest: true, properties: { value: 180, kitchen: "No. 3" } });
  await page.goto(`${base}/developers/events`);
  await expect(page.getByRole("row", { name: /too_hot/ })).toHaveCount(3);
});

async function subscribeAt(url: string, siteId: string, endpoint: string): Promise<{ subscriberId: string }> {
  const { subscription } = newBrowserSubscription(endpoint);
  return await call(`${url}/api/sdk/v1/subscriptions`, {
    method: "POST",
    headers: { origin: "https://shop.example" },
    body: { siteId, subscription },
  });
}
