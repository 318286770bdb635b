import { registerAt } from "#tests/support/api-client.ts";
import { nextChangeInBerlin } from "#tests/support/dst.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

const shop = { name: "Kettle & Cup", url: "https://shop.example", settings: { timezone: "Europe/Berlin" } };

test("variants, a language, quiet hours, a test share and a hold-out group are written in the composer and kept as written", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  await api.post("/api/v1/sites", shop);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/campaigns/new`);
  await page.getByLabel("Title", { exact: true }).fill("Kettles, 20 % off");
  await page.getByLabel("Message", { exact: true }).fill("Until Sunday.");
  await page.getByRole("button", { name: "Test variants" }).click();
  await page.getByRole("button", { name: "Variant B · 50 %" }).click();
  await page.getByLabel("Title", { exact: true }).fill("Tea time is kettle time");
  await page.getByLabel("Weight, %").fill("60");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await expect(page.getByText("The weights must add up to 100, each 1 or more.").first()).toBeVisible();
  await page.getByLabel("Weight, %").fill("50");

  await page.getByRole("button", { name: "Add language" }).click();
  await page.getByRole("combobox", { name: "Language" }).click();
  await page.getByPlaceholder("Search").fill("German");
  await page
    .getByRole("option", { name: /^German/ })
    .first()
    .click();
  await page.getByLabel("Title", { exact: true }).fill("Zeit für Tee");

  await page.getByRole("combobox", { name: "Who gets the variants first" }).click();
  await page.getByRole("option", { name: "20%" }).click();
  await page.getByRole("combobox", { name: "Hold out" }).click();
  await page.getByRole("option", { name: "10%" }).click();
  await page.getByRole("combobox", { name: "Quiet hours" }).click();
  await page.getByRole("option", { name: "Other hours" }).click();
  await lookAround(page, "composer-variants");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await page.waitForURL(/\/edit$/);

  const id = /campaigns\/([^/]+)\/edit/.exec(page.url())?.[1];
  const german = { title: "Zeit für Tee", message: "Until Sunday." };
  expect(await api.get(`/api/v1/campaigns/${id}`)).toMatchObject({
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
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Zeit für Tee");
});

test("a time that the clocks skip is refused, and the next one is a press away; one that comes twice says which", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  await api.post("/api/v1/sites", shop);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/campaigns/new`);
  await page.getByLabel("Title", { exact: true }).fill("Early birds");
  await page.getByLabel("Message", { exact: true }).fill("Tea?");
  await page.getByRole("radio", { name: /^Later/ }).press(" ");
  const when = page.getByLabel("Day and time", { exact: true });
  await when.fill(`${nextChangeInBerlin("back")}T02:30`);
  await expect(page.getByText(/The first is taken \(GMT\+2\), not the second \(GMT\+1\)/)).toBeVisible();
  const day = nextChangeInBerlin("forward");
  await when.fill(`${day}T02:30`);
  await expect(page.getByText(/The clocks skip 2:30/)).toBeVisible();
  await lookAround(page, "composer-skipped-time");
  await page.getByRole("button", { name: "Review and schedule" }).first().click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(when).toBeFocused();
  await page.getByRole("button", { name: /^Use 3:00/ }).click();
  await expect(when).toHaveValue(`${day}T03:00`);
  await page.getByRole("button", { name: "Review and schedule" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Schedule" }).click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  expect(await api.get(`/api/v1/campaigns/${page.url().split("/").at(-1)}`)).toMatchObject({
    status: "scheduled",
    nextRunAt: `${day}T01:00:00.000Z`,
  });
});

test("where approval is asked for, a draft is submitted, rejected with a note, changed, compared, and approved", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", shop);
  const { id } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Autumn teas",
    siteId,
    channel: "web_push",
    steps: [{ content: { title: "The first autumn teas", message: "Taste one on us." } }],
  });
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/settings`);
  await page.getByRole("switch", { name: "Campaigns need approval" }).click();
  await page.getByRole("button", { name: "Save" }).first().click();
  const needs = () => api.get<{ settings: object }>(`/api/v1/workspaces/${api.workspaceId}`);
  await expect.poll(needs).toMatchObject({ settings: { approvalRequired: true } });

  const campaign = `${workspace}/campaigns/${id}`;
  await page.goto(campaign);
  await expect(page.getByRole("button", { name: "Send now" })).toHaveCount(0);
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await expect(page.getByText("Waits for approval")).toBeVisible();
  await page.goto(`${workspace}/approvals`);
  await page.getByRole("link", { name: "Autumn teas" }).click();
  await page.getByRole("button", { name: "Reject" }).click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  // Without a reason it does not go.
  await dialog.getByRole("button", { name: "Reject" }).click();
  await expect(dialog.getByLabel("Note")).toBeFocused();
  await dialog.getByLabel("Note").fill("Too early in the year.");
  await lookAround(page, "approval-reject");
  await dialog.getByRole("button", { name: "Reject" }).click();
  await expect(page.getByText("“Too early in the year.”")).toBeVisible();

  await page.getByRole("button", { name: "Ask for approval" }).click();
  await expect(page.getByText("Waits for approval")).toBeVisible();
  await page.goto(`${campaign}/edit`);
  await page.getByLabel("Title", { exact: true }).fill("The last autumn teas");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await expect(page.getByRole("button", { name: "Save draft" }).first()).toBeDisabled();
  await page.goto(campaign);
  await expect(page.getByText("Changed since approval was asked for")).toBeVisible();
  await page.getByText("1 change since then").click();
  await expect(
    page.getByRole("row", { name: "Step 1 · Title The first autumn teas The last autumn teas" }),
  ).toBeVisible();
  await lookAround(page, "approval-changes");
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByText("An edit takes the approval back")).toBeVisible();
  expect(await api.get(`/api/v1/campaigns/${id}`)).toMatchObject({ approval: { status: "approved" } });
  await expect(page.getByRole("button", { name: "Send now" })).toBeVisible();
});
