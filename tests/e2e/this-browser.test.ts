import { registerAt } from "#tests/support/api-client.ts";
import { expect, test } from "#tests/support/e2e.ts";
import { startFirefox } from "#tests/support/firefox.ts";

test("one click and “Allow” in the dashboard show a real push in that very browser, ticked off as it arrives", async ({
  product,
  pushService,
}) => {
  test.setTimeout(180_000);
  const api = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", {
    name: "Kettle & Cup",
    url: "https://kettle.example",
  });
  await using firefox = await startFirefox({ pushService });

  const page = await firefox.open(`${product.url}/sign-in`);
  await page.locator('input[name="email"]').fill(api.credentials.email);
  await page.locator('input[name="password"]').fill(api.credentials.password);
  await page.locator('::-p-xpath(//main//button[normalize-space()="Sign in"])').click();
  await page.waitForFunction("location.pathname.startsWith('/dashboard/')");
  await page.goto(`${product.url}/dashboard/${api.workspaceId}/sites/${siteId}/install`);
  await page
    .locator('::-p-xpath(//main//button[normalize-space()="Send to this browser now"][not(@aria-expanded)])')
    .click();
  await firefox.answerPermission("allow");

  const [shown] = await firefox.waitForNotifications(page, `/try/${siteId}/`, 1, 60_000);
  expect(shown).toMatchObject({ title: expect.stringContaining("It works") });
  await expect
    .poll(() => page.evaluate("document.querySelector('main').innerText"), { timeout: 30_000 })
    .toContain("Shown");
  expect(await api.get("/api/v1/subscribers")).toMatchObject({ data: [] });
});
