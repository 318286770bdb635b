import { expect, signIn, test } from "#tests/support/e2e.ts";
import { seedWorkspace } from "#tests/support/seeded-workspace.ts";

test("variants, a language, quiet hours and a hold-out group are written in the composer and kept as written", async ({
  page,
  product,
  pushService,
  feedServer,
}) => {
  const { api } = await seedWorkspace(product.url, pushService, feedServer);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/campaigns/new`);
  await page.getByLabel("Title", { exact: false }).first().fill("Kettles, 20 % off");
  await page.getByLabel("Message", { exact: false }).first().fill("Until Sunday.");
  await page.getByRole("button", { name: "Test variants" }).click();
  await page.getByRole("button", { name: "Variant B · 50 %" }).click();
  await page.getByLabel("Title", { exact: false }).first().fill("Tea time is kettle time");
  await page.getByLabel("Weight, %").fill("60");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await expect(page.getByText("The weights must add up to 100.").first()).toBeVisible();
  await page.getByLabel("Weight, %").fill("50");

  await page.getByRole("button", { name: "Add language" }).click();
  await page.getByRole("combobox", { name: "Language" }).click();
  await page.getByPlaceholder("Search").fill("German");
  await page
    .getByRole("option", { name: /^German/ })
    .first()
    .click();
  await page.getByLabel("Title", { exact: false }).first().fill("Zeit für Tee");

  await page.getByRole("combobox", { name: "Who gets the variants first" }).click();
  await page.getByRole("option", { name: "20%" }).click();
  await page.getByRole("combobox", { name: "Hold out" }).click();
  await page.getByRole("option", { name: "10%" }).click();
  await page.getByRole("combobox", { name: "Quiet hours" }).click();
  await page.getByRole("option", { name: "Other hours" }).click();
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await page.waitForURL(/\/edit$/);

  const id = /campaigns\/([^/]+)\/edit/.exec(page.url())?.[1];
  const stored = await api.get(`/api/v1/campaigns/${id}`);
  const german = { title: "Zeit für Tee", message: "Until Sunday." };
  expect(stored).toMatchObject({
    steps: [
      {
        variants: [
          { name: "Variant A", weight: 50, content: { title: "Kettles, 20 % off" } },
          {
            name: "Variant B",
            weight: 50,
            content: { title: "Tea time is kettle time" },
            translations: { de: german },
          },
        ],
      },
    ],
    options: {
      quietHours: { from: "22:00", to: "08:00" },
      experiment: { testShare: 0.2, waitMinutes: 240, holdoutShare: 0.1 },
    },
  });
  // What is opened again is what was saved.
  await page.reload();
  await page.getByRole("button", { name: "Variant B · 50 %" }).click();
  await page.getByRole("button", { name: "German" }).click();
  await expect(page.getByLabel("Title", { exact: false }).first()).toHaveValue("Zeit für Tee");
  await expect(page.getByText("How the number comes about")).toBeVisible();
});

test("a local time is scheduled from the composer, and the confirm dialog says what it means", async ({
  page,
  product,
  pushService,
  feedServer,
}) => {
  const { api } = await seedWorkspace(product.url, pushService, feedServer);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/campaigns/new`);
  await page.getByLabel("Title", { exact: false }).first().fill("Good morning");
  await page.getByLabel("Message", { exact: false }).first().fill("Tea?");
  await page.getByRole("radio", { name: /local time/ }).click();
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("Day and time on their clock").fill(`${day}T09:00`);
  await page.getByRole("button", { name: "Review and schedule" }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("on their own clocks")).toBeVisible();
  await dialog.getByRole("button", { name: "Schedule" }).click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").at(-1);
  expect(await api.get(`/api/v1/campaigns/${id}`)).toMatchObject({
    status: "scheduled",
    trigger: { type: "one_time", localAt: `${day}T09:00` },
  });
});

test("where approval is asked for, a draft is submitted, approved and only then sent", async ({
  page,
  product,
  pushService,
  feedServer,
}) => {
  const { api, draftCampaignId } = await seedWorkspace(product.url, pushService, feedServer);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/settings`);
  await page.getByRole("switch", { name: "Campaigns need approval" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved").first()).toBeVisible();

  await page.goto(`${workspace}/campaigns/${draftCampaignId}`);
  await expect(page.getByRole("button", { name: "Send now" })).toHaveCount(0);
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await expect(page.getByText("Waits for approval")).toBeVisible();
  await page.goto(`${workspace}/approvals`);
  await page.getByRole("link", { name: "Autumn teas" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("An edit takes the approval back")).toBeVisible();
  expect(await api.get(`/api/v1/campaigns/${draftCampaignId}`)).toMatchObject({ approval: { status: "approved" } });
  await api.post(`/api/v1/campaigns/${draftCampaignId}/send`);
});
