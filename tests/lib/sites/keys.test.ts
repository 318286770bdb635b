import { afterAll, beforeAll, expect, test } from "vitest";
import { getPerformance } from "#lib/analytics/performance.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { checkVapidPair, generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import { query } from "#lib/db.ts";
import { exportSiteKey, importSiteKey, listSiteKeys, retireSiteKey, rotateSiteKey } from "#lib/sites/keys.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { getSite } from "#lib/sites/sites.ts";
import { exportSite } from "#lib/subscribers/site-export.ts";
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

test("the key pair of another system comes along with its devices: they are sent to with it, and new devices never get it", async () => {
  const shop = await newShop();
  const pair = generateVapidKeys();
  const imported = await importSiteKey(shop.ctx, shop.site.id, { privateKey: pair.privateKey });
  expect(imported).toMatchObject({ publicKey: pair.publicKey, created: true });
  const again = await importSiteKey(shop.ctx, shop.site.id, pair);
  expect(again).toMatchObject({ id: imported.id, created: false });
  expect((await findPublicSite(shop.site.id)).vapidKey.publicKey).toBe(shop.site.vapidKey.publicKey);
  await subscribe(
    shop.site,
    {
      siteId: shop.site.id,
      subscription: newBrowserSubscription(service.endpoint("brought")).subscription,
      vapidPublicKey: pair.publicKey,
    },
    { userAgent: null, country: null, isTest: false },
  );
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  await deliverAll(shop, campaign.id);
  expect(signerOf("brought")).toBe(pair.publicKey);
});

test("a pair whose halves do not belong together, or that is none, is refused by name", async () => {
  const shop = await newShop();
  const [one, other] = [generateVapidKeys(), generateVapidKeys()];
  const mixed = { privateKey: one.privateKey, publicKey: other.publicKey };
  await expect(importSiteKey(shop.ctx, shop.site.id, mixed)).rejects.toMatchObject({
    code: "validation_error",
    fields: { publicKey: [/does not belong/] },
  });
  for (const privateKey of ["AAAA", "A".repeat(43)])
    await expect(importSiteKey(shop.ctx, shop.site.id, { privateKey })).rejects.toMatchObject({
      fields: { privateKey: expect.anything() },
    });
});

test("retiring a key gives up the devices that are bound to it only when that is said, and counts them as lost", async () => {
  const shop = await newShop();
  await newDevice(shop, service, "bound");
  await rotateSiteKey(shop.ctx, shop.site.id);
  const former = shop.site.vapidKey.id;
  await expect(retireSiteKey(shop.ctx, shop.site.id, former)).rejects.toMatchObject({ code: "conflict" });
  expect(await retireSiteKey(shop.ctx, shop.site.id, former, { loseDevices: true })).toBe(1);
  expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(0);
  expect(
    await query("SELECT status::text, status_reason, address_encrypted FROM subscription WHERE site_id = $1", [
      shop.site.id,
    ]),
  ).toEqual([{ status: "expired", status_reason: "key_retired", address_encrypted: null }]);
  expect(
    await query("SELECT reason, count FROM health_day WHERE site_id = $1 AND fact = 'lost'", [shop.site.id]),
  ).toEqual([{ reason: "key_retired", count: 1 }]);
});

test("an owner takes keys and the whole site along, and it is written down; an admin does not", async () => {
  const shop = await newShop();
  const device = await newDevice(shop, service, "taken");
  const secret = await exportSiteKey(shop.ctx, shop.site.id, shop.site.vapidKey.id);
  expect(checkVapidPair(secret).publicKey).toBe(shop.site.vapidKey.publicKey);
  const lines = (await new Response(await exportSite(shop.ctx, shop.site.id)).text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type }) => type)).toEqual(["site", "key", "subscription"]);
  expect(lines[1]).toMatchObject({ privateKey: secret.privateKey });
  expect(lines[2]).toMatchObject({
    endpoint: device.subscription.endpoint,
    keys: device.subscription.keys,
    vapidPublicKey: shop.site.vapidKey.publicKey,
    subscriberId: device.subscriberId,
  });
  const actions = await query<{ action: string }>("SELECT action FROM audit_entry WHERE workspace_id = $1", [
    shop.ctx.workspaceId,
  ]);
  expect(actions.map(({ action }) => action)).toEqual(expect.arrayContaining(["site.export_key", "site.export"]));
  const admin = { ...shop.ctx, role: "admin" as const };
  await expect(exportSiteKey(admin, shop.site.id, shop.site.vapidKey.id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(exportSite(admin, shop.site.id)).rejects.toMatchObject({ code: "forbidden" });
});
