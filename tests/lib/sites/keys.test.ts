import { afterAll, beforeAll, expect, test } from "vitest";
import { getPerformance } from "#lib/analytics/performance.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { listSiteKeys, retireSiteKey, rotateSiteKey } from "#lib/sites/keys.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { getSite } from "#lib/sites/sites.ts";
import { subscribe } from "#lib/subscribers/subscribe.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { deliverAll, newDevice, newDraft, newShop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterAll(() => service.close());

/** The public key that signed a POST. */
const signerOf = (token: string) =>
  /k=([\w-]+)/.exec(service.posts.find((post) => post.token === token)?.authorization ?? "")?.[1];

test("a rotated key loses nobody: each device is sent to with its own pair, and moves when its browser comes again", async () => {
  const shop = await newShop();
  const old = await newDevice(shop, service, "old");
  const former = shop.site.vapidKey.publicKey;
  const { data } = await rotateSiteKey(shop.ctx, shop.site.id);
  const current = data[0]?.publicKey;
  expect(current).not.toBe(former);
  expect((await getSite(shop.ctx, shop.site.id)).vapidPublicKey).toBe(current);
  const rotated = { ...shop, site: await findPublicSite(shop.site.id) };
  await newDevice(rotated, service, "new");

  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  await deliverAll(shop, campaign.id);
  expect(await getPerformance(shop.ctx, campaign.id)).toMatchObject({ recipients: 2, sent: 2 });
  expect([signerOf("old"), signerOf("new")]).toEqual([former, current]);

  const formerId = (await listSiteKeys(shop.ctx, shop.site.id)).data.find((key) => key.publicKey === former)?.id ?? "";
  await expect(retireSiteKey(shop.ctx, shop.site.id, formerId)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("1 device is"),
  });
  await subscribe(
    rotated.site,
    {
      siteId: shop.site.id,
      subscription: newBrowserSubscription(service.endpoint("moved")).subscription,
      previousEndpoint: old.subscription.endpoint,
    },
    { userAgent: null, country: null, isTest: false },
  );
  expect(
    (await listSiteKeys(shop.ctx, shop.site.id)).data.map(({ isCurrent, devices }) => ({ isCurrent, devices })),
  ).toEqual([
    { isCurrent: true, devices: 2 },
    { isCurrent: false, devices: 0 },
  ]);
  await retireSiteKey(shop.ctx, shop.site.id, formerId);
  expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(2);
});
