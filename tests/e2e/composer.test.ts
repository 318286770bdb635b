import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

test("what somebody else saved meanwhile is not overwritten unseen, and an error that appears moves no button from under the pointer", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", {
    name: "Kettle & Cup",
    url: "https://shop.example",
  });
  const { id } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Tea of the week",
    siteId,
    trigger: {
      type: "recurring",
      rrule: "FREQ=WEEKLY;BYDAY=MO",
      startsAt: "2027-01-04T09:00",
      timezone: "Europe/Berlin",
    },
    steps: [{ content: { title: "Assam", message: "Now." } }],
  });
  const base = await signIn(page, api.credentials);
  await page.goto(`${base}/campaigns/${id}/edit`);
  const when = page.getByRole("region", { name: "When" });

  await when.getByLabel("Every", { exact: true }).fill("0");
  await when.getByRole("button", { name: "Leave out days" }).click();
  await expect(when.getByLabel("Days off 1: first day")).toBeVisible();
  await expect(when.getByText("“Every” is a whole number from 1 to 999.")).toBeVisible();
  await when.getByLabel("Every", { exact: true }).fill("2");
  await when.getByRole("button", { name: "Remove days off 1" }).click();

  await api.patch(`/api/v1/campaigns/${id}`, { name: "Theirs" });
  await page.getByLabel("Title", { exact: true }).fill("Darjeeling");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByText("Somebody else changed this campaign meanwhile")).toBeVisible();
  expect(await api.get(`/api/v1/campaigns/${id}`)).toMatchObject({
    name: "Theirs",
    steps: [{ content: { title: "Assam" } }],
  });
  await lookAround(page, "composer-behind");
  await dialog.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect
    .poll(() => api.get(`/api/v1/campaigns/${id}`))
    .toMatchObject({ name: "Tea of the week", steps: [{ content: { title: "Darjeeling" } }] });
  // From then on it is ours again.
  await page.getByLabel("Title", { exact: true }).fill("Oolong");
  await page.getByRole("button", { name: "Save draft" }).first().click();
  await expect
    .poll(() => api.get(`/api/v1/campaigns/${id}`))
    .toMatchObject({ steps: [{ content: { title: "Oolong" } }] });
  await expect(dialog).toHaveCount(0);
});
