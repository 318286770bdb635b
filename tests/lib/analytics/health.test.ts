import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { getSiteHealth } from "#lib/analytics/health.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { query } from "#lib/db.ts";
import { openBreaker } from "#lib/delivery/breaker.ts";
import { recordSdkEvents } from "#lib/delivery/sdk-events.ts";
import { rotateSiteKey } from "#lib/sites/keys.ts";
import { resumeSite } from "#lib/sites/sites.ts";
import { eventToken } from "#lib/subscribers/tokens.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { deliverAll, newDevices, newDraft, newShop, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterEach(() => service.reset());
afterAll(() => service.close());

async function sendToAll(shop: Shop): Promise<string> {
  const { id } = await newDraft(shop);
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id);
  return id;
}

test("health tells what push services took and refused, why devices were lost, and the way from subscribed to clicked", async () => {
  const shop = await newShop();
  const devices = await newDevices(shop, service, 4);
  service.script({ answer: { status: 410 }, token: devices[0]?.token ?? "" });
  service.script({ answer: { status: 413 }, token: devices[1]?.token ?? "" });
  const id = await sendToAll(shop);
  const [message] = await query<{ id: string }>("SELECT id FROM message WHERE campaign_id = $1 AND status = 'sent'", [
    id,
  ]);
  const t = eventToken(message?.id ?? "");
  await recordSdkEvents(
    shop.site,
    [
      { type: "shown", t },
      { type: "clicked", t },
    ],
    undefined,
  );
  await recordSdkEvents(shop.site, [{ type: "shown", t }], undefined);

  const health = await getSiteHealth(shop.ctx, shop.site.id, {});
  expect(health.funnel).toEqual({ granted: 0, subscribed: 4, accepted: 2, shown: 1, clicked: 1 });
  expect(health.browsers).toMatchObject([{ browser: "Firefox", subscribed: 4, accepted: 2 }]);
  expect(health.services).toMatchObject([
    {
      origin: service.origin,
      isCurrentKey: true,
      accepted: 2,
      failed: 2,
      failures: expect.arrayContaining([
        { reason: "gone", count: 1 },
        { reason: "payload_too_large", count: 1 },
      ]),
      state: "ok",
      lastAcceptedAt: expect.any(Date),
    },
  ]);
  expect(health.losses).toEqual([{ reason: "gone", count: 1 }]);
  expect(health.days.at(-1)?.lost).toEqual([{ reason: "gone", count: 1 }]);
  expect(health.fixes).toEqual([]);
});

test("a key that a push service refuses is stopped in sight, and a person's resume ends it", async () => {
  const shop = await newShop();
  await openBreaker(shop.ctx.workspaceId, shop.site.vapidKey.id, service.origin, "vapid_rejected");
  const stopped = await getSiteHealth(shop.ctx, shop.site.id, {});
  expect(stopped.services).toMatchObject([{ state: "stopped", reason: "vapid_rejected", since: expect.any(Date) }]);
  expect(stopped.fixes).toMatchObject([{ code: "site_stopped" }]);
  await resumeSite(shop.ctx, shop.site.id);
  expect((await getSiteHealth(shop.ctx, shop.site.id, {})).fixes).toEqual([]);
});

test("a former key that still sends is said, key by key", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 1);
  await rotateSiteKey(shop.ctx, shop.site.id);
  await sendToAll(shop);
  const { keys, fixes } = await getSiteHealth(shop.ctx, shop.site.id, {});
  expect(keys.map(({ isCurrent, accepted }) => [isCurrent, accepted])).toEqual([
    [true, 0],
    [false, 1],
  ]);
  expect(fixes).toMatchObject([{ code: "former_key_in_use", count: 1 }]);
});
