import { afterAll, beforeAll, expect, test } from "vitest";
import { testContent } from "#lib/campaigns/test-send.ts";
import { db } from "#lib/db.ts";
import { listTestDevices, nameTestDevice } from "#lib/sites/test-devices.ts";
import { subscribe, unsubscribe } from "#lib/subscribers/subscribe.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newShop, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
let shop: Shop;
beforeAll(async () => {
  service = await trustedPushService();
  shop = await newShop();
});
afterAll(() => service.close());

const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

async function newTestDevice(token: string): Promise<string> {
  const { subscription } = newBrowserSubscription(service.endpoint(token));
  const facts = { userAgent: chrome, country: null, isTest: true };
  return (await subscribe(shop.site, { siteId: shop.site.id, subscription }, facts)).subscriptionId;
}

test("the site's test devices that are subscribed, lately seen first, by the name of whose they are; nobody else's", async () => {
  await newDevice(shop, service, "customer");
  const [phone, laptop, gone] = [
    await newTestDevice("phone"),
    await newTestDevice("laptop"),
    await newTestDevice("gone"),
  ];
  await unsubscribe(shop.site, gone);
  await db.subscription.update({ where: { id: laptop }, data: { lastSeenAt: new Date(Date.now() - 60_000) } });
  expect(await listTestDevices(shop.ctx, shop.site.id)).toMatchObject([
    { id: phone, name: null, browser: "Chrome", os: "Windows" },
    { id: laptop, name: null },
  ]);

  await nameTestDevice(shop.ctx, phone);
  const [{ name } = { name: null }] = await listTestDevices(shop.ctx, shop.site.id);
  expect(name).toBeTruthy();
  const other = await newShop();
  await nameTestDevice(other.ctx, laptop);
  expect(await listTestDevices(shop.ctx, shop.site.id)).toMatchObject([{ name }, { name: null }]);
  await expect(listTestDevices(other.ctx, shop.site.id)).rejects.toMatchObject({ code: "not_found" });

  const { messageIds } = await testContent(
    shop.ctx,
    shop.site.id,
    { title: "Hello", message: "Is it readable?" },
    { subscriptionIds: [phone, laptop] },
  );
  expect(messageIds).toHaveLength(2);
});
