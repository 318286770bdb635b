import "server-only";
import type { z } from "zod";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { checkVariables } from "#lib/content/check.ts";
import { Content } from "#lib/content/schema.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { nudge } from "#lib/events.ts";
import { isId, newId } from "#lib/ids.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import { findCampaign } from "./campaigns.ts";
import { checkPayloadSize } from "./payload-size.ts";
import type { TestSend, TestSent } from "./schema.ts";

/**
 * Sends a campaign's content, as it is now, to a few devices at once. Test messages are ledger rows outside every counter.
 *
 * @param input subscriptionIds or subscriberIds (then all their active devices on the site), at most 10
 * @throws not_found · empty_audience none of them is active on the campaign's site
 */
export async function testCampaign(ctx: Context, id: string, input: z.output<typeof TestSend>): Promise<TestSent> {
  authorize(ctx, "campaigns:send");
  const campaign = await findCampaign(ctx, id);
  const content = campaign.steps[0]?.content;
  if (!campaign.siteId) throw notFound("Site");
  return sendTest(ctx, campaign.siteId, content, input, campaign.id);
}

/**
 * Sends any content to a few devices of a site: "send to this browser now".
 *
 * @throws not_found · validation_error · payload_too_large · empty_audience
 */
export async function testContent(
  ctx: Context,
  siteId: string,
  content: Content,
  input: z.output<typeof TestSend>,
): Promise<TestSent> {
  authorize(ctx, "campaigns:send");
  const site = await findSite(ctx, siteId);
  checkVariables(content, "content");
  checkPayloadSize(content, { url: site.url, settings: SiteSettings.parse(site.settings) }, {}, "content.message");
  return sendTest(ctx, site.id, content, input, null);
}

/**
 * @param walks what the messages of each subscriber belong to, made in the same transaction, with the test's run
 * @throws not_found · empty_audience
 */
export async function sendTest(
  ctx: Context,
  siteId: string,
  stored: unknown,
  input: z.output<typeof TestSend>,
  campaignId: string | null,
  walks?: (tx: Transaction, runId: string, subscriberIds: string[]) => Promise<Map<string, string>>,
): Promise<TestSent> {
  const { subscriptionIds = [], subscriberIds = [] } = input;
  if (subscriptionIds.length + subscriberIds.length === 0)
    throw invalid("subscriptionIds", "Say which devices or subscribers.");
  if (![...subscriptionIds, ...subscriberIds].every(isId)) throw notFound("Subscription");
  const content = Content.parse(stored);
  const runId = newId();
  const messageIds = await db.$transaction(async (tx) => {
    const devices = await tx.subscription.findMany({
      where: {
        workspaceId: ctx.workspaceId,
        siteId,
        OR: [{ id: { in: subscriptionIds } }, { subscriberId: { in: subscriberIds } }],
      },
      take: 20,
    });
    if (devices.length === 0) throw notFound("Subscription");
    const active = devices.filter((device) => device.status === "active");
    if (active.length === 0) throw new AppError("empty_audience", "None of these devices is subscribed any more.");
    const enrollments = await walks?.(tx, runId, [...new Set(active.map((device) => device.subscriberId))]);
    const rows = active.map((device) => ({
      id: newId(),
      workspaceId: ctx.workspaceId,
      siteId,
      campaignId,
      runId,
      enrollmentId: enrollments?.get(device.subscriberId) ?? null,
      subscriberId: device.subscriberId,
      subscriptionId: device.id,
      channel: device.channel,
      isTest: true,
      content,
    }));
    await tx.message.createMany({ data: rows });
    await tx.queuedMessage.createMany({
      data: rows.map(({ id, workspaceId }) => ({ messageId: id, workspaceId, runId, isDirect: true })),
    });
    await audit(tx, ctx, {
      action: "campaign.test",
      entityType: campaignId ? "campaign" : "site",
      entityId: campaignId ?? siteId,
      details: { devices: rows.length },
    });
    return rows.map((row) => row.id);
  });
  nudge({ kind: "deliver", workspaceId: ctx.workspaceId, runId });
  return { messageIds };
}
