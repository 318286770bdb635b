import { afterAll, beforeAll, expect, test } from "vitest";
import { explain } from "#lib/analytics/explain.ts";
import { getReconciliation, streamLedger } from "#lib/analytics/reconciliation.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { query } from "#lib/db.ts";
import { recordSdkEvents } from "#lib/delivery/sdk-events.ts";
import { unsubscribe } from "#lib/subscribers/subscribe.ts";
import { updateSubscriber } from "#lib/subscribers/subscribers.ts";
import { eventToken } from "#lib/subscribers/tokens.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { deliverAll, newDevice, newDevices, newDraft, newShop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterAll(() => service.close());

test("the reconciliation adds up to the message, names what differs, and the ledger downloads row by row", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 5, "sum");
  service.script({ token: "sum-0", answer: { status: 410 } });
  service.script({ token: "sum-1", answer: { status: 413 } });
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  await deliverAll(shop, campaign.id);

  const found = await getReconciliation(shop.ctx, campaign.id);
  expect(found).toMatchObject({ recipients: 5, isExact: true });
  expect(found.reasons).toEqual(
    expect.arrayContaining([
      { status: "expired", reason: "gone", count: 1 },
      { status: "failed", reason: "payload_too_large", count: 1 },
    ]),
  );
  const csv = await new Response(await streamLedger(shop.ctx, campaign.id)).text();
  const rows = csv.trim().split("\n");
  expect(rows).toHaveLength(6);
  expect(
    rows
      .slice(1)
      .map((row) => row.split(",")[6])
      .sort(),
  ).toEqual(["expired", "failed", "sent", "sent", "sent"]);

  await query("UPDATE counter SET sent = sent - 1 WHERE workspace_id = $1 AND campaign_id = $2", [
    shop.ctx.workspaceId,
    campaign.id,
  ]);
  const broken = await getReconciliation(shop.ctx, campaign.id);
  expect(broken.isExact).toBe(false);
  expect(broken.states.find(({ status }) => status === "sent")).toEqual({ status: "sent", ledger: 3, counters: 2 });
});

test("why did or did not this person get it: every case has its own answer", async () => {
  const shop = await newShop();
  const [clicked, sent, optedOut, left] = await newDevices(shop, service, 4, "why");
  if (!clicked || !sent || !optedOut || !left) throw new Error("no devices");
  await updateSubscriber(shop.ctx, optedOut.subscriberId, { isActive: false });
  await unsubscribe(shop.site, left.subscriptionId);
  const named = await newDraft(shop, { audience: { type: "subscribers", ids: [sent.subscriberId] } });
  const campaign = await newDraft(shop);
  const codeOf = async (campaignId: string, device: { subscriberId: string }) =>
    (await explain(shop.ctx, campaignId, device.subscriberId)).devices[0]?.code;
  expect(await codeOf(campaign.id, sent)).toBe("not_started");

  for (const { id } of [campaign, named]) {
    await sendCampaign(shop.ctx, id);
    await deliverAll(shop, id);
  }
  const late = await newDevice(shop, service, "why-late");
  const [message] = await query<{ id: string }>(
    "SELECT id FROM message WHERE workspace_id = $1 AND campaign_id = $2 AND subscription_id = $3",
    [shop.ctx.workspaceId, campaign.id, clicked.subscriptionId],
  );
  await recordSdkEvents(shop.site, [{ type: "clicked", t: eventToken(message?.id ?? "") }], undefined);

  expect(await codeOf(campaign.id, clicked)).toBe("clicked");
  expect(await codeOf(campaign.id, sent)).toBe("sent");
  expect(await codeOf(campaign.id, optedOut)).toBe("opted_out");
  expect(await codeOf(campaign.id, left)).toBe("was_not_active");
  expect(await codeOf(campaign.id, late)).toBe("subscribed_later");
  expect(await codeOf(named.id, clicked)).toBe("not_in_audience");
  const stranger = await newShop();
  await expect(explain(stranger.ctx, campaign.id, sent.subscriberId)).rejects.toMatchObject({ code: "not_found" });
});
