import AxeBuilder from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import webPush from "web-push";
import { type DemoShop, startDemoShop } from "#tests/support/demo-shop.ts";
import { type RecordingApi, startRecordingApi } from "#tests/support/recording-api.ts";

// Chromium subscribes only at Google's push service, but its worker can be handed a push by the developer tools.

const siteId = "0190a5c2-0000-7000-8000-000000000001";
let browser: Browser;
let api: RecordingApi;
let shop: DemoShop;

beforeAll(async () => {
  api = await startRecordingApi(siteId, webPush.generateVAPIDKeys().publicKey);
  shop = await startDemoShop({ siteId, host: api.host });
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await api?.close();
});

async function visit(colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const context = await browser.newContext({ colorScheme });
  await context.grantPermissions(["notifications"], { origin: shop.origin });
  const page = await context.newPage();
  await page.goto(shop.origin);
  return page;
}

test("Chromium's worker shows a push with its action buttons and reports it", { timeout: 40_000 }, async () => {
  const page = await visit();
  const registrationId = await registerWorker(page);
  const actions = [
    { action: "a", title: "Buy", url: `${shop.origin}/cart` },
    { action: "b", title: "Later" },
  ];
  await deliver(page, registrationId, { v: 1, t: "t-1", title: "Kettles", body: "Now", actions, tag: "x" });

  await api.waitForEvents(1);
  expect(api.events()).toMatchObject([{ type: "shown", t: "t-1" }]);
  const shown = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/pushpilot/");
    const list = (await registration?.getNotifications()) ?? [];
    return list.map((one) => ({
      title: one.title,
      body: one.body,
      tag: one.tag,
      actions: Reflect.get(one, "actions"),
    }));
  });
  const buttons = [
    { action: "a", title: "Buy" },
    { action: "b", title: "Later" },
  ];
  expect(shown).toMatchObject([{ title: "Kettles", body: "Now", tag: "x", actions: buttons }]);
});

test("without a push service a subscription fails by name and the page goes on", { timeout: 40_000 }, async () => {
  const page = await visit();
  await page.locator("pushpilot-prompt button.yes").click();

  await expect
    .poll(() => page.evaluate("PushPilot.status()"), { timeout: 20_000 })
    .toEqual({ state: "no-push-service" });
});

test.for(["light", "dark"] as const)(
  "the soft-ask has no accessibility fault in %s",
  { timeout: 40_000 },
  async (scheme) => {
    const page = await visit(scheme);
    await page.locator("pushpilot-prompt button.yes").waitFor();
    const { violations } = await new AxeBuilder({ page }).include("pushpilot-prompt").analyze();

    expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
  },
);

/** Registers the worker as sdk.js does and gives Chromium's id of it. */
async function registerWorker(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const known = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const active = versions.find(({ status }) => status === "activated");
      if (active) resolve(active.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const url = `/pushpilot-worker.js?pp=${siteId}&host=${encodeURIComponent(api.host)}`;
  await page.evaluate((url) => navigator.serviceWorker.register(url, { scope: "/pushpilot/" }).then(() => {}), url);
  return await known;
}

async function deliver(page: Page, registrationId: string, payload: object): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("ServiceWorker.enable");
  const data = JSON.stringify(payload);
  await session.send("ServiceWorker.deliverPushMessage", { origin: `${shop.origin}/`, registrationId, data });
}
