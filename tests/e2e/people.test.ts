import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

test("a person is added by hand: the number is grouped as it is typed, its country found, what is wrong named and nothing lost", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/subscribers`);
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a person" });
  const phone = dialog.getByLabel("Phone");
  const country = dialog.getByRole("combobox", { name: "Country of the number" });
  await dialog.getByLabel("Name").fill("Grace Hopper");
  await phone.pressSequentially("+4930901820");
  await expect(phone).toHaveValue("+49 30 901820");
  await expect(country).toContainText("Germany");
  await phone.fill("12");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("This is no phone number.")).toBeVisible();
  await expect(dialog.getByLabel("Name")).toHaveValue("Grace Hopper");
  await lookAround(page, "people-add");

  await phone.fill("");
  await country.click();
  await page.getByPlaceholder("Country or +code").fill("+49");
  await page.getByRole("option", { name: "Germany" }).click();
  await phone.fill("030 901821");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  await expect(page.getByText("+49 30 901821")).toBeVisible();
  const [person] = (await api.get<{ data: { id: string; name: string }[] }>("/api/v1/subscribers?search=%2B4930901821"))
    .data;
  expect(person?.name).toBe("Grace Hopper");
  expect(await api.get(`/api/v1/subscribers/${person?.id}`)).toMatchObject({ phone: "+4930901821" });

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Phone").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("+49 30 901821")).toHaveCount(0);
  expect(await api.get(`/api/v1/subscribers/${person?.id}`)).toMatchObject({ phone: null });
});
