import type { Page } from "@playwright/test";
import { newCredentials } from "#tests/support/api-client.ts";
import { startDemoShop } from "#tests/support/demo-shop.ts";
import { arriveAtWorkspace, expect, test } from "#tests/support/e2e.ts";
import { startFirefox } from "#tests/support/firefox.ts";

// Nothing here is a stand-in but the push service, which is a real one on localhost: pages in Chromium, the worker, the
// local Inngest server and PostgreSQL as `npm start` runs them, and a Firefox that decrypts what it gets.

const workerScope = "/pushpilot/";

test("a newcomer signs up, connects a shop, and sees a real browser show, click and dismiss what they sent", async ({
  page,
  product,
  pushService,
}) => {
  test.setTimeout(240_000);
  await using shop = await startDemoShop({ siteId: "", host: product.url });
  await using firefox = await startFirefox({ pushService });
  const credentials = newCredentials();
  const earlier = pushService.posts.length;
  const posts = () => pushService.posts.slice(earlier);

  const workspace = await test.step("sign up", async () => {
    await page.goto("/sign-up");
    await page.getByLabel("Your name").fill("Grace");
    await page.getByLabel("E-mail").fill(credentials.email);
    await page.getByLabel("Password", { exact: true }).fill(credentials.password);
    await page.getByRole("button", { name: "Create account" }).click();
    return await arriveAtWorkspace(page);
  });

  await test.step("add the shop and paste its install code", async () => {
    await page.goto(`${workspace}/sites/new`);
    await page.getByLabel("Address of the site").fill(shop.origin);
    await page.getByRole("textbox", { name: /^Name/ }).fill("Kettle & Cup");
    await page.getByRole("button", { name: "Add site" }).click();
    await page.waitForURL(/\/sites\/[^/]+\/install$/);
    const code = page.getByRole("main").locator("pre code");
    await expect(code).toHaveCount(2);
    const [snippet = "", serviceWorker = ""] = await code.allTextContents();
    shop.change({ pasted: { snippet, serviceWorker } });
  });

  const visit = await test.step("a visitor accepts the soft-ask and the browser's question", async () => {
    const visit = await firefox.open(shop.origin);
    await firefox.answerSoftAsk(visit, "yes");
    await firefox.answerPermission("allow");
    await expect.poll(() => visit.evaluate("PushPilot.status()")).toMatchObject({ state: "subscribed" });
    await expect(page.getByText("Your site runs PushPilot.")).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("One device is subscribed.")).toBeVisible({ timeout: 30_000 });
    return visit;
  });

  const kettles = {
    title: "Kettles are back",
    message: "Stovetop kettles, 20 % off until Sunday.",
    url: `${shop.origin}/sale`,
    iconUrl: `${shop.origin}/kettle.png`,
  };
  await test.step("write a campaign and send it", () => sendCampaign(page, workspace, kettles));

  await test.step("it went out encrypted, and Firefox shows what was written", async () => {
    const [shown] = await firefox.waitForNotifications(visit, workerScope, 1, 60_000);
    expect(shown).toMatchObject({ title: kettles.title, body: kettles.message, icon: kettles.iconUrl });
    expect(posts().map(({ contentEncoding, status }) => `${status} ${contentEncoding}`)).toEqual(["201 aes128gcm"]);
    expect(posts()[0]?.body.includes(kettles.title)).toBe(false);
    await expectFigures(page, { Recipients: "1", Sent: "1", Shown: "1", Clicked: "0" });
  });

  await test.step("a click opens the link with its UTM parameters, and is counted", async () => {
    await firefox.clickNotification(kettles.title);
    const opened = `${kettles.url}?utm_source=newsletter&utm_medium=web_push`;
    await expect
      .poll(async () => (await firefox.browser.pages()).map((tab) => tab.url()), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining(opened));
    await expectFigures(page, { Shown: "1", Clicked: "1" });
    await expectNoReload(page);
  });

  const cups = { title: "New cups", message: "Hand-thrown, each another.", url: `${shop.origin}/` };
  await test.step("a second campaign is dismissed, and that is counted as no click", async () => {
    await sendCampaign(page, workspace, cups);
    await firefox.waitForNotifications(visit, workerScope, 1, 60_000);
    await firefox.dismissNotification(cups.title);
    await expectFigures(page, { Sent: "1", Shown: "1", Clicked: "0" });
    await expect(page.getByText("1 dismissed")).toBeVisible({ timeout: 30_000 });
    await expectNoReload(page);
  });

  await test.step("the ledger has a line for the message and its end", async () => {
    await page.getByRole("link", { name: /Messages/ }).click();
    await expect(page.getByRole("main").getByRole("table").getByText("Dismissed")).toBeVisible();
  });

  expect(posts().map(({ status }) => status)).toEqual([201, 201]);
});

interface Written {
  title: string;
  message: string;
  url: string;
  iconUrl?: string;
}

/** Writes a campaign in the composer and sends it through the dialog; ends on the campaign's page. */
async function sendCampaign(page: Page, workspace: string, { title, message, url, iconUrl }: Written): Promise<void> {
  await page.goto(`${workspace}/campaigns/new`);
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Message", { exact: true }).fill(message);
  await page.getByRole("textbox", { name: /^Link/ }).fill(url);
  if (iconUrl) await page.getByRole("textbox", { name: /^Icon/ }).fill(iconUrl);
  await page.getByText("Campaign tracking (UTM)").click();
  await page.getByLabel("Source").fill("newsletter");
  await page.getByLabel("Medium").fill("web_push");
  await page.getByRole("button", { name: "Review and send" }).click();
  const dialog = page.getByRole("dialog", { name: `Send “${title}” now?` });
  await expect(dialog).toContainText("Everyone on Kettle & Cup – 1 device – gets it now");
  await dialog.getByRole("button", { name: "Send now" }).click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  await page.evaluate(() => Reflect.set(window, "isFirstLoad", true));
}

/** Waits for figures of the summary strip. */
async function expectFigures(page: Page, figures: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(figures)) {
    const figure = page.locator("dl > div").filter({ has: page.getByText(label, { exact: true }) });
    await expect(figure.locator("dd > span").first()).toHaveText(value, { timeout: 30_000 });
  }
}

async function expectNoReload(page: Page): Promise<void> {
  expect(await page.evaluate(() => Reflect.get(window, "isFirstLoad"))).toBe(true);
}
