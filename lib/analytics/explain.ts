import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign, type StoredCampaign } from "#lib/campaigns/campaigns.ts";
import { Audience } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { namesPerson } from "#lib/delivery/audience.ts";
import type { Subscriber, Subscription } from "#lib/subscribers/schema.ts";
import { getSubscriber } from "#lib/subscribers/subscribers.ts";
import type { Explanation } from "./schema.ts";

/**
 * Why a person got a campaign or did not, device by device: from the ledger where there is a message, else from what
 * kept the device out of the audience.
 *
 * @throws not_found the campaign or the subscriber
 */
export async function explain(ctx: Context, campaignId: string, subscriberId: string): Promise<Explanation> {
  authorize(ctx, "campaigns:read");
  const [campaign, subscriber] = [await findCampaign(ctx, campaignId), await getSubscriber(ctx, subscriberId)];
  const [messages, run] = await Promise.all([
    db.message.findMany({
      where: { workspaceId: ctx.workspaceId, campaignId: campaign.id, subscriberId: subscriber.id, isTest: false },
      orderBy: { id: "desc" },
      take: 100,
    }),
    db.run.findFirst({
      where: { workspaceId: ctx.workspaceId, campaignId: campaign.id, startedAt: { not: null } },
      orderBy: { id: "desc" },
    }),
  ]);
  const isNamed = await namesPerson(ctx.workspaceId, Audience.parse(campaign.audience), subscriber.id);
  const devices = subscriber.subscriptions.map((subscription): Explanation["devices"][number] => {
    const message = messages.find(({ subscriptionId }) => subscriptionId === subscription.id);
    const shared = { subscriptionId: subscription.id, browser: subscription.browser, os: subscription.os };
    if (!message) {
      const kept = whyNotAddressed({ campaign, startedAt: run?.startedAt ?? null, isNamed }, subscriber, subscription);
      return { ...shared, code: kept.code, at: kept.at ?? null, message: null };
    }
    const { status, reason, sentAt, deliveredAt, clickedAt, dismissedAt, attempts, nextAt } = message;
    const code = clickedAt ? "clicked" : deliveredAt ? "shown" : status;
    const at = clickedAt ?? deliveredAt ?? sentAt ?? (status === "queued" ? nextAt : null);
    return {
      ...shared,
      code,
      at,
      message: { id: message.id, status, reason, attempts, sentAt, deliveredAt, clickedAt, dismissedAt },
    };
  });
  return { campaignId: campaign.id, subscriberId: subscriber.id, startedAt: run?.startedAt ?? null, devices };
}

/** The first rule that kept a device out, in the order in which the audience is read. */
function whyNotAddressed(
  { campaign, startedAt, isNamed }: { campaign: StoredCampaign; startedAt: Date | null; isNamed: boolean },
  subscriber: Subscriber,
  device: Subscription,
): { code: Explanation["devices"][number]["code"]; at?: Date } {
  if (!startedAt) return { code: "not_started" };
  if (device.isTest) return { code: "test_device" };
  if (device.channel !== campaign.channel || device.siteId !== campaign.siteId) return { code: "other_site" };
  if (device.createdAt > startedAt) return { code: "subscribed_later", at: device.createdAt };
  if (!isNamed) return { code: "not_in_audience" };
  if (!subscriber.isActive) return { code: "opted_out" };
  if (device.status !== "active") return { code: "was_not_active" };
  if (campaign.ledgerSince && startedAt < campaign.ledgerSince) return { code: "dropped_by_age" };
  return { code: "not_yet_addressed" };
}
