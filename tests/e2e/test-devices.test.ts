import type { Page as FirefoxPage } from "puppeteer-core";
import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { startFirefox } from "#tests/support/firefox.ts";
import { lookAround } from "#tests/support/look.ts";

const press = (page: FirefoxPage, name: string) =>
  page.locator(`::-p-xpath(//button[normalize-space()="${name}"])`).click();

test("a test goes to this browser, to a colleague's by its name, and an alarm is fired for oneself: a real browser shows all three", async ({
  page,
  product,
  pushService,
}) => {
  test.setTimeout(240_000);
  const api = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", {
    name: "Kettle & Cup",
    url: "https://kettle.example",
  });
  const { id: alarm } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Oven",
    siteId,
    trigger: { type: "triggered", event: "too_hot" },
    audience: { type: "event_subject" },
    steps: [{ content: { title: "Oven at {{event.value|?}}", message: "Look at it now." } }],
  });
  await using firefox = await startFirefox({ pushService });
  const scope = `/try/${siteId}/`;
  // Firefox takes a notification off the screen after a while: each is waited for by itself.
  const untilShown = (title: string) =>
    expect
      .poll(async () => (await firefox.notifications(there, scope)).map((each) => each.title), { timeout: 60_000 })
      .toContain(title);

  const there = await firefox.open(`${product.url}/sign-in`);
  await there.setViewport({ width: 1440, height: 900 });
  await there.locator('input[name="email"]').fill(api.credentials.email);
  await there.locator('input[name="password"]').fill(api.credentials.password);
  await there.locator('::-p-xpath(//main//button[normalize-space()="Sign in"])').click();
  await there.waitForFunction("location.pathname.startsWith('/dashboard/')");
  await there.goto(`${product.url}/dashboard/${api.workspaceId}/campaigns/new`);
  await there.locator('::-p-aria([name="Title"][role="textbox"])').fill("From Firefox");
  await there.locator('::-p-aria([name="Message"][role="textbox"])').fill("To Firefox.");
  await press(there, "Send test to this device");
  await firefox.answerPermission("allow");
  await untilShown("From Firefox");

  // From another browser that device has its member's name.
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/campaigns/new`);
  await page.getByLabel("Title", { exact: true }).fill("From Chromium");
  await page.getByLabel("Message", { exact: true }).fill("To Firefox as well.");
  await page.getByRole("button", { name: "Other test devices" }).click();
  const dialog = page.getByRole("dialog");
  const device = dialog.getByRole("checkbox", { name: /^Ada: Firefox on / });
  await expect(dialog.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await device.click();
  await lookAround(page, "composer-test-devices");
  await dialog.getByRole("button", { name: "Send to 1 device" }).click();
  await expect(page.getByText("Sent to 1 device.")).toBeVisible();
  await untilShown("From Chromium");

  await api.post(`/api/v1/campaigns/${alarm}/schedule`);
  // In another tab: the composer asks before one leaves what is not saved.
  const history = await firefox.open(`${product.url}/dashboard/${api.workspaceId}/campaigns/${alarm}/history`);
  await history.setViewport({ width: 1440, height: 900 });
  await press(history, "Fire a test");
  await history.locator('::-p-aria([name="Value of value"][role="textbox"])').fill("251");
  await press(history, "Fire");
  await untilShown("Oven at 251");
  expect(await api.get(`/api/v1/campaigns/${alarm}/firings`)).toMatchObject({
    data: [{ isTest: true, properties: { value: 251 } }],
  });
  // A test device is nobody's subscriber.
  expect(await api.get("/api/v1/subscribers")).toMatchObject({ data: [] });
});
