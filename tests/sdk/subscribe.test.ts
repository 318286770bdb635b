import { afterAll, beforeAll, expect, test } from "vitest";
import webPush from "web-push";
import { type RealBrowser, siteId, startRealBrowser, workerScope } from "./real-browser.ts";

let real: RealBrowser;
beforeAll(async () => {
  real = await startRealBrowser({ preferences: { "dom.user_activation.transient.timeout": 1000 } });
}, 90_000);
afterAll(() => real.close(), 30_000);

const waitMs = 40_000;

test("who accepts the soft-ask and the browser's question is subscribed, with all that the server needs", {
  timeout: waitMs,
}, async () => {
  const { api, page, shop, subscribe } = await real.visit();
  const subscription = await subscribe();

  expect(subscription.endpoint).toContain(real.push.origin);
  expect(api.calls.find(({ path }) => path.endsWith("/subscriptions"))).toEqual({
    method: "POST",
    path: "/api/sdk/v1/subscriptions",
    origin: shop.origin,
    authorization: undefined,
    body: {
      siteId,
      subscription: {
        endpoint: expect.any(String),
        expirationTime: null,
        keys: { p256dh: expect.any(String), auth: expect.any(String) },
      },
      vapidPublicKey: expect.any(String),
      deviceId: expect.stringMatching(/^[\w-]{36}$/),
      timezone: expect.any(String),
      locale: "en-US",
      page: `${shop.origin}/`,
      promptVersion: expect.stringMatching(/^[\w-]{16}$/),
    },
  });
  await expect
    .poll(() => page.evaluate("PushPilot.status()"))
    .toMatchObject({ state: "subscribed", subscriberId: "subscriber-1" });
});

test("tags, identity, preferences and events speak with the subscription's own token", {
  timeout: waitMs,
}, async () => {
  const { api, page, subscribe } = await real.visit();
  await subscribe();
  await page.evaluate(`(async () => {
    // The API has been called; the browser may not have read its answer yet.
    while ((await PushPilot.status()).state !== "subscribed") await new Promise((resolve) => setTimeout(resolve, 50));
    await PushPilot.tag({ add: ["tea"] });
    await PushPilot.identify({ externalId: "c-7" });
    await PushPilot.preferences({ offers: false });
    await PushPilot.track("cart_added", { price: 39 });
  })()`);
  await api.waitForCalls("/events", 1);

  expect(api.calls.slice(-4)).toMatchObject([
    { path: "/api/sdk/v1/subscriptions/tags", authorization: "Bearer token-1", body: { add: ["tea"] } },
    { path: "/api/sdk/v1/subscriptions/identify", authorization: "Bearer token-1", body: { externalId: "c-7" } },
    { path: "/api/sdk/v1/subscriptions/preferences", authorization: "Bearer token-1", body: { offers: false } },
    {
      path: "/api/sdk/v1/events",
      authorization: "Bearer token-1",
      body: {
        siteId,
        events: [{ type: "custom", name: "cart_added", properties: { price: 39 }, at: expect.any(String) }],
      },
    },
  ]);
});

test("a subscription that the server refuses does not stay in the browser", { timeout: waitMs }, async () => {
  const { api, page, subscribe } = await real.visit();
  api.fail("/subscriptions", 403);
  await subscribe();

  await expect.poll(() => page.evaluate("PushPilot.status()")).toEqual({ state: "refused" });
  expect(await browserSubscription(page)).toBeNull();
});

test("while the server is away the subscription is tried again, also on the next page", {
  timeout: waitMs,
}, async () => {
  const { api, page, subscribe } = await real.visit();
  api.fail("/subscriptions", 503, 5);
  const { endpoint } = await subscribe();
  await api.waitForCalls("/subscriptions", 4);
  await page.reload();
  const calls = await api.waitForCalls("/subscriptions", 6);

  expect(new Set(calls.map(({ body }) => (body.subscription as { endpoint: string }).endpoint))).toEqual(
    new Set([endpoint]),
  );
  await expect.poll(() => page.evaluate("PushPilot.status()")).toMatchObject({ state: "subscribed" });
});

test("a new key of the site subscribes the browser anew, as the same person", { timeout: waitMs }, async () => {
  const { api, page, subscribe } = await real.visit();
  const before = await subscribe();
  const { publicKey } = webPush.generateVAPIDKeys();
  api.change({ vapidPublicKey: publicKey });
  await page.reload();
  const [first, second] = await api.waitForCalls("/subscriptions", 2);

  expect(second?.body).toMatchObject({
    previousEndpoint: before.endpoint,
    vapidPublicKey: publicKey,
    deviceId: first?.body.deviceId,
  });
  expect(second?.body.subscription).not.toMatchObject({ endpoint: before.endpoint });
});

test("a subscription that the push service lost is made anew without a visit", { timeout: waitMs }, async () => {
  const { api, subscribe } = await real.visit();
  const before = await subscribe();
  real.push.loseBrowsers();
  const [, second] = await api.waitForCalls("/subscriptions", 2, 30_000);

  expect(second?.body).toMatchObject({ previousEndpoint: before.endpoint });
  expect(second?.body.subscription).not.toMatchObject({ endpoint: before.endpoint });
});

test("a daily visit that changes nothing is not posted again", { timeout: waitMs }, async () => {
  const { api, page, subscribe } = await real.visit();
  await subscribe();
  await expect.poll(() => page.evaluate("PushPilot.status()")).toMatchObject({ state: "subscribed" });
  await page.reload();
  await api.waitForCalls("/config", 2);
  await page.evaluate("PushPilot.status()");

  expect(await api.waitForCalls("/subscriptions", 1)).toHaveLength(1);
});

test("unsubscribing leaves browser and server, and nobody asks again", { timeout: waitMs }, async () => {
  const { api, page, subscribe } = await real.visit();
  await subscribe();
  await page.evaluate("PushPilot.unsubscribe()");

  expect(api.calls.at(-1)).toMatchObject({
    path: "/api/sdk/v1/subscriptions/unsubscribe",
    authorization: "Bearer token-1",
  });
  expect(await browserSubscription(page)).toBeNull();
  await page.reload();
  await api.waitForCalls("/config", 2);
  expect(await page.evaluate("PushPilot.status()")).toEqual({ state: "not-subscribed" });
  expect(await page.$("pushpilot-prompt")).toBeNull();
});

test("'Not now' is taken for an answer for the days that the site set", { timeout: waitMs }, async () => {
  const { api, page } = await real.visit();
  await real.firefox.answerSoftAsk(page, "no");
  await page.reload();
  await api.waitForCalls("/config", 2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await page.$("pushpilot-prompt")).toBeNull();

  api.change({ prompt: { backOffDays: 0 } });
  await page.reload();
  await page.waitForSelector("pushpilot-prompt");
});

test("the soft-ask waits for the page views that the site set", { timeout: waitMs }, async () => {
  const { api, page } = await real.visit({ prompt: { afterPageViews: 2 } });
  await api.waitForCalls("/checkin", 1);
  expect(await page.$("pushpilot-prompt")).toBeNull();
  await page.reload();
  await page.waitForSelector("pushpilot-prompt");
});

test("the soft-ask is a named dialog that the keyboard reaches first and Escape closes", {
  timeout: waitMs,
}, async () => {
  const { page } = await real.visit();
  await page.waitForSelector("pushpilot-prompt");
  const dialog = await page.evaluate(() => {
    const root = document.querySelector("pushpilot-prompt")?.shadowRoot;
    const box = root?.querySelector("[role=dialog]");
    const named = (attribute: string) => root?.getElementById(box?.getAttribute(attribute) ?? "")?.textContent;
    return { name: named("aria-labelledby"), description: named("aria-describedby") };
  });
  expect(dialog).toEqual({ name: "News from Kettle & Cup", description: "A note when the kettle is on sale." });

  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent);
  await expect.poll(focused).toBe("Not now");
  await page.keyboard.press("Tab");
  await expect.poll(focused).toBe("Yes, please");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.$("pushpilot-prompt")).toBeNull();
});

test("the browser's question comes only from a click, and its refusal is named", { timeout: waitMs }, async () => {
  const { page } = await real.visit();
  // What a driver evaluates counts as the user's doing for a while.
  const later = `new Promise((resolve) => setTimeout(resolve, 1500)).then(() => PushPilot.subscribe()).catch(({ code }) => code)`;
  expect(await page.evaluate(later)).toBe("gesture-needed");
  await real.firefox.answerSoftAsk(page, "yes");
  await real.firefox.answerPermission("block");
  await expect.poll(() => page.evaluate("PushPilot.status()")).toEqual({ state: "denied" });
});

test("the worker keeps to its own scope beside the site's own worker", { timeout: waitMs }, async () => {
  const { page, shop, subscribe, send } = await real.visit({ shop: { hasOwnWorker: true } });
  await subscribe();
  expect(await send({ v: 1, title: "Beside" })).toBe(201);
  await real.firefox.waitForNotifications(page, workerScope, 1);
  const workers = await page.evaluate(async () => {
    const registrations = await navigator.serviceWorker.getRegistrations();
    return registrations.map(
      ({ scope, active }) => `${new URL(scope).pathname} ${new URL(active?.scriptURL ?? "").pathname}`,
    );
  });

  expect(workers.sort()).toEqual(["/ /sw.js", "/pushpilot/ /pushpilot-worker.js"]);
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(`${shop.origin}/sw.js`);
});

test.for([
  ["missing", "missing", "worker-missing"],
  ["html", "missing", "worker-missing"],
  ["plain-text", "wrong-type", "worker-wrong-type"],
  ["foreign", "wrong-content", undefined],
] as const)(
  "a worker file that is %s is named to the install page and to the site",
  { timeout: waitMs },
  async ([workerFile, reported, state]) => {
    const { api, page } = await real.visit({ shop: { workerFile } });
    const [checkIn] = await api.waitForCalls("/checkin", 1);
    expect(checkIn?.body).toMatchObject({
      worker: reported,
      permission: "default",
      page: expect.stringContaining("http://localhost"),
    });
    if (!state) return;
    await real.firefox.answerSoftAsk(page, "yes");
    await real.firefox.answerPermission("allow");
    await expect.poll(() => page.evaluate("PushPilot.status()")).toEqual({ state });
  },
);

test("a page checks in once a day, and whenever the install page asks it to", { timeout: waitMs }, async () => {
  const { api, page, shop } = await real.visit();
  await api.waitForCalls("/checkin", 1);
  await page.goto(`${shop.origin}/sale`);
  await api.waitForCalls("/config", 2);
  await page.goto(`${shop.origin}/?pp_check`);

  expect((await api.waitForCalls("/checkin", 2)).map(({ body }) => body.page)).toEqual([
    `${shop.origin}/`,
    `${shop.origin}/`,
  ]);
});

test("a dashboard subscribes this browser for several sites, each in its own scope", { timeout: waitMs }, async () => {
  const { api } = await real.visit();
  const page = await real.firefox.open(`${api.host}/dashboard`);
  const subscribeHere = async (site: string) => {
    await page.evaluate((site) => {
      const button = document.createElement("button");
      const workerUrl = `/sdk-worker.js?pp=${site}&host=${encodeURIComponent(location.origin)}`;
      const there = { siteId: site, host: location.origin, workerUrl, scope: `/try/${site}/` };
      button.onclick = () => Reflect.set(window, "done", Reflect.get(window, "PushPilot").subscribeHere(there));
      document.body.replaceChildren(button);
      button.textContent = "Send to this browser";
    }, site);
    await page.click("button");
  };
  await subscribeHere("site-a");
  await real.firefox.answerPermission("allow");
  await api.waitForCalls("/subscriptions", 1);
  expect(await page.evaluate("done")).toEqual({
    subscriberId: "subscriber-1",
    subscriptionId: "subscription-1",
    token: "token-1",
  });
  await subscribeHere("site-b");
  const [first, second] = await api.waitForCalls("/subscriptions", 2);

  expect([first?.body.siteId, second?.body.siteId]).toEqual(["site-a", "site-b"]);
  expect(first?.body.subscription).not.toEqual(second?.body.subscription);
});

function browserSubscription(page: { evaluate(code: string): Promise<unknown> }): Promise<unknown> {
  return page.evaluate(`(async () => {
    const registration = await navigator.serviceWorker.getRegistration("${workerScope}");
    return (await registration.pushManager.getSubscription())?.endpoint ?? null;
  })()`);
}
