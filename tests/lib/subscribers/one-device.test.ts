import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import { query } from "#lib/db.ts";
import { importSiteKey } from "#lib/sites/keys.ts";
import { findPublicSite, siteConfig } from "#lib/sites/public-site.ts";
import { getSite } from "#lib/sites/sites.ts";
import { takeCheckIn } from "#lib/subscribers/check-in.ts";
import { subscribe, unsubscribe } from "#lib/subscribers/subscribe.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { comeDue } from "#tests/support/queue.ts";
import { deliverAll, newDraft, newShop, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterEach(() => service.reset());
afterAll(() => service.close());

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

function subscribeAs(shop: Shop, token: string, more: object = {}) {
  return subscribe(
    shop.site,
    { siteId: shop.site.id, subscription: newBrowserSubscription(service.endpoint(token)).subscription, ...more },
    { userAgent: firefox, country: null, isTest: false },
  );
}

const statesOf = (shop: Shop) =>
  query<{ status: string; reason: string | null }>(
    "SELECT status::text, status_reason AS reason FROM subscription WHERE site_id = $1 ORDER BY created_at, id",
    [shop.site.id],
  );

async function healthOf(shop: Shop): Promise<Record<string, number>> {
  const rows = await query<{ fact: string; count: number }>(
    "SELECT trim(fact || ' ' || reason) AS fact, sum(count)::int AS count FROM health_day WHERE site_id = $1 GROUP BY 1",
    [shop.site.id],
  );
  return Object.fromEntries(rows.map(({ fact, count }) => [fact, count]));
}

async function tokensTold(shop: Shop): Promise<string[]> {
  const { id } = await newDraft(shop);
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id);
  return service.posts.map((post) => post.token).sort();
}

test("a browser that comes with another address is the same device and person: it is told once, at the new address", async () => {
  const shop = await newShop();
  const deviceId = randomUUID();
  const before = await subscribeAs(shop, "tab", { deviceId });
  const after = await subscribeAs(shop, "app", { deviceId });
  expect(after.subscriberId).toBe(before.subscriberId);
  expect(await statesOf(shop)).toEqual([
    { status: "expired", reason: "replaced" },
    { status: "active", reason: null },
  ]);
  expect(await tokensTold(shop)).toEqual(["app"]);
  expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(1);
  expect(await healthOf(shop)).toEqual({ subscribed: 2, "lost replaced": 1, accepted: 1 });
});

test("of twenty addresses that one browser brings at once, one is active", async () => {
  const shop = await newShop();
  const deviceId = randomUUID();
  await subscribeAs(shop, "first", { deviceId });
  const tries = Array.from({ length: 20 }, (_, index) => subscribeAs(shop, `at-once-${index}`, { deviceId }));
  const done = (await Promise.allSettled(tries)).filter(({ status }) => status === "fulfilled");
  expect(done.length).toBeGreaterThan(0);
  expect((await statesOf(shop)).filter(({ status }) => status === "active")).toHaveLength(1);
  expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(1);
});

test("another site's browser with the same id, and another browser of the same site, are left alone", async () => {
  const [shop, elsewhere] = [await newShop(), await newShop()];
  const deviceId = randomUUID();
  await subscribeAs(shop, "mine", { deviceId });
  await subscribeAs(elsewhere, "theirs", { deviceId });
  await subscribeAs(shop, "neighbour", { deviceId: randomUUID() });
  expect((await statesOf(shop)).map(({ status }) => status)).toEqual(["active", "active"]);
  expect((await statesOf(elsewhere)).map(({ status }) => status)).toEqual(["active"]);
});

test("an address that moves while a send waits takes the message along, once", async () => {
  const shop = await newShop();
  const deviceId = randomUUID();
  await subscribeAs(shop, "old-address", { deviceId });
  service.script({ answer: { status: 503 }, token: "old-address" });
  const { id } = await newDraft(shop);
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id, 0);
  await subscribeAs(shop, "new-address", { deviceId });
  await comeDue("m.campaign_id = $1", id);
  await deliverAll(shop, id);
  expect(service.posts.filter((post) => post.accepted).map((post) => post.token)).toEqual(["new-address"]);
});

test("a device that was imported is replaced when its browser comes by itself: nobody is told twice", async () => {
  const shop = await newShop();
  expect(siteConfig(shop.site).takesOver).toBe(false);
  const { publicKey, privateKey } = generateVapidKeys();
  await importSiteKey(shop.ctx, shop.site.id, { privateKey });
  expect(siteConfig(await findPublicSite(shop.site.id)).takesOver).toBe(true);
  const imported = await subscribeAs(shop, "imported", { vapidPublicKey: publicKey });
  const own = await subscribeAs(shop, "own", {
    deviceId: randomUUID(),
    otherEndpoints: [service.endpoint("imported"), "no address"],
  });
  expect(own.subscriberId).toBe(imported.subscriberId);
  expect(await tokensTold(shop)).toEqual(["own"]);
});

test("what devices go through is counted as it happens", async () => {
  const shop = await newShop();
  const checkIn = { page: "https://shop.example/", worker: "ok", permission: "granted", sdkVersion: "1.0.0" } as const;
  await takeCheckIn(shop.site, { ...checkIn, granted: true }, firefox);
  await takeCheckIn(shop.site, checkIn, firefox);
  const { subscriptionId } = await subscribeAs(shop, "leaves");
  await subscribeAs(shop, "vanishes");
  service.script({ answer: { status: 410 }, token: "vanishes" });
  await tokensTold(shop);
  await unsubscribe(shop.site, subscriptionId);
  await unsubscribe(shop.site, subscriptionId);
  expect(await healthOf(shop)).toEqual({
    granted: 1,
    subscribed: 2,
    accepted: 1,
    "failed gone": 1,
    "lost gone": 1,
    "lost unsubscribed": 1,
  });
  const [place] = await query(
    "SELECT DISTINCT browser, origin FROM health_day WHERE site_id = $1 AND fact = 'accepted'",
    [shop.site.id],
  );
  expect(place).toEqual({ browser: "Firefox", origin: service.origin });
});
