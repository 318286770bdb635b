import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { stopEnrollments } from "./enrollments.ts";
import { Attributes, maxTags, Preferences, type SubscriberWithPhone } from "./schema.ts";
import { getSubscriber } from "./subscribers.ts";

/**
 * Makes two people one: devices, groups, messages and events of `fromId` become those of `id`, tags are joined, and of
 * facts that both have `id`'s own stay. `fromId` is deleted and cannot be told apart any more. Whoever of the two had
 * opted out keeps the one person opted out.
 *
 * @throws validation_error (field `fromId`) it is the same person · conflict together they have too many tags
 * @throws not_found one of them
 */
export async function mergeSubscribers(ctx: Context, id: string, fromId: string): Promise<SubscriberWithPhone> {
  authorize(ctx, "subscribers:write");
  if (!isId(id) || !isId(fromId)) throw notFound("Subscriber");
  const { workspaceId } = ctx;
  await db.$transaction(async (tx) => {
    // Always in one order, so that two merges of the same people cannot wait for each other.
    await tx.$queryRaw`SELECT 1 FROM subscriber WHERE workspace_id = ${workspaceId}::uuid AND id IN (${id}::uuid, ${fromId}::uuid) ORDER BY id FOR UPDATE`;
    const both = await tx.subscriber.findMany({ where: { workspaceId, isDeleted: false, id: { in: [id, fromId] } } });
    const kept = both.find((each) => each.id === id);
    const from = both.find((each) => each.id === fromId.toLowerCase());
    if (!kept || !from) throw notFound("Subscriber");
    if (kept === from) throw invalid("fromId", "Choose somebody else: this is the same person.");
    const tags = [...new Set([...kept.tags, ...from.tags])];
    if (tags.length > maxTags) throw new AppError("conflict", `Together they have more than ${maxTags} tags.`);

    await stopEnrollments((text, values) => tx.$queryRawUnsafe<{ id: string }[]>(text, ...values), {
      workspaceId,
      subscriberId: from.id,
      reason: "unsubscribed",
    });
    await tx.subscription.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.message.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.event.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.groupCustodian.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.$executeRaw`
      INSERT INTO group_member (workspace_id, group_id, subscriber_id)
      SELECT workspace_id, group_id, ${id}::uuid FROM group_member WHERE workspace_id = ${workspaceId}::uuid AND subscriber_id = ${from.id}::uuid
      ON CONFLICT DO NOTHING`;
    await tx.groupMember.deleteMany({ where: { workspaceId, subscriberId: from.id } });
    // The external id is freed before the other may take it.
    await tx.subscriber.update({
      where: { id: from.id, workspaceId },
      data: { isDeleted: true, externalId: null, tags: [], attributes: {} },
    });
    await tx.subscriber.update({
      where: { id, workspaceId },
      data: {
        externalId: kept.externalId ?? from.externalId,
        name: kept.name ?? from.name,
        locale: kept.locale ?? from.locale,
        timezone: kept.timezone ?? from.timezone,
        country: kept.country ?? from.country,
        tags,
        attributes: { ...Attributes.parse(from.attributes), ...Attributes.parse(kept.attributes) },
        preferences: { ...Preferences.parse(from.preferences), ...Preferences.parse(kept.preferences) },
        isActive: kept.isActive && from.isActive,
        isTest: kept.isTest && from.isTest,
        lastSeenAt: new Date(Math.max(kept.lastSeenAt.getTime(), from.lastSeenAt.getTime())),
      },
    });
    await audit(tx, ctx, {
      action: "subscriber.merge",
      entityType: "subscriber",
      entityId: id,
      details: { from: from.id },
    });
  });
  return getSubscriber(ctx, id);
}
