import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";

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

test("an alarm is built from an event that came, and its history says what fired", async ({ page, product }) => {
  const api = await registerAt(product.url);
  await api.post("/api/v1/sites", { name: "Kettle & Cup", url: "https://shop.example" });
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
  await page.getByRole("button", { name: "Add a condition" }).click();
  await expect(page.getByLabel("Field of condition 1")).toHaveValue("property.value");
  await page.getByLabel("Comparison of condition 1").click();
  await page.getByRole("option", { name: "is over" }).click();
  await page.getByLabel("Value of condition 1").fill("200");
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
  await page.goto(`${base}/campaigns/${id}/history`);
  await expect(page.getByText("Condition not met")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Fired", { exact: true })).toBeVisible();
  await page.goto(`${base}/developers/events`);
  await expect(page.getByRole("row", { name: /too_hot/ })).toHaveCount(3);
});
