import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";

test("without a connection a form says so and keeps what was typed, and works once there is one again", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/segments/new`);
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Early birds");
  await page.getByLabel("Value", { exact: true }).fill("early");
  await expect(page.getByRole("status").filter({ hasText: "Nobody" })).toBeVisible();
  // What says so comes after the page itself.
  await page.waitForFunction(() => document.querySelector("[aria-label^='Notifications']") !== null);
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Save segment" }).click();
  await expect(page.getByText("The server could not be reached.")).toBeVisible();
  await expect(name).toHaveValue("Early birds");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Save segment" }).click();
  await expect(page.getByRole("heading", { name: "Early birds" })).toBeVisible();
});

test("a page that looks again by itself stays where it is while the server is away", async ({ page, product }) => {
  const api = await registerAt(product.url);
  const { id } = await api.post<{ id: string }>("/api/v1/subscribers", { name: "Ada" });
  const workspace = await signIn(page, api.credentials);
  await page.clock.install();
  await page.goto(`${workspace}/subscribers/${id}`);
  const tag = page.getByLabel("Add a tag");
  await tag.fill("half a ta");
  // Not the connection but the server: a restart, say.
  const looks: string[] = [];
  await page.route(/\/api\/health|_rsc=/, async (route) => {
    looks.push(new URL(route.request().url()).pathname);
    await route.abort();
  });
  await page.clock.runFor(25_000);
  await expect(() => expect(looks).toContain("/api/health")).toPass();
  expect(looks).not.toContain(new URL(page.url()).pathname);
  await expect(tag).toHaveValue("half a ta");
});
