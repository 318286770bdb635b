import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { QuietHours } from "#lib/sites/schema.ts";
import { Prisma } from "#prisma/generated/client.ts";
import { stopEnrollments } from "./enrollments.ts";
import { Attributes, maxTags, Preferences, type SubscriberWithPhone } from "./schema.ts";
import { getSubscriber } from "./subscribers.ts";

/**
 * Makes two people one: devices, groups, messages and events of `fromId` become those of `id`, tags are joined, and of
 * facts that both have `id`'s own stay. Nothing is kept of `fromId` but that links of theirs lead to `id`. What either of
 * the two did not want, the one person does not want: opting out, a category, a pause, quiet hours.
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

    const ids = { workspaceId, id, fromId: from.id };
    await moveWalks(tx, ids);
    await tx.subscription.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    // What both walked through goes on once.
    await stopEnrollments((text, values) => tx.$queryRawUnsafe<{ id: string }[]>(text, ...values), {
      workspaceId,
      subscriberId: from.id,
      reason: "unsubscribed",
    });
    await tx.message.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.event.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.consent.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.firing.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.groupCustodian.updateMany({ where: { workspaceId, subscriberId: from.id }, data: { subscriberId: id } });
    await tx.subscriber.updateMany({ where: { workspaceId, mergedIntoId: from.id }, data: { mergedIntoId: id } });
    await moveTouches(tx, ids);
    await tx.$executeRaw`
      INSERT INTO group_member (workspace_id, group_id, subscriber_id)
      SELECT workspace_id, group_id, ${id}::uuid FROM group_member WHERE workspace_id = ${workspaceId}::uuid AND subscriber_id = ${from.id}::uuid
      ON CONFLICT DO NOTHING`;
    await tx.groupMember.deleteMany({ where: { workspaceId, subscriberId: from.id } });
    // The external id is freed before the other may take it.
    await tx.subscriber.update({ where: { id: from.id, workspaceId }, data: { ...nothing, mergedIntoId: id } });
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
        preferences: wishesOfBoth(Preferences.parse(kept.preferences), Preferences.parse(from.preferences)),
        quietHours: QuietHours.nullable().parse(kept.quietHours ?? from.quietHours) ?? Prisma.DbNull,
        pausedUntil: later(kept.pausedUntil, from.pausedUntil),
        isActive: kept.isActive && from.isActive,
        isTest: kept.isTest && from.isTest,
        lastSeenAt: later(kept.lastSeenAt, from.lastSeenAt) ?? kept.lastSeenAt,
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

/** What is left of somebody who became part of another: no restoring, no trace. */
const nothing = {
  isDeleted: true,
  externalId: null,
  name: null,
  locale: null,
  timezone: null,
  country: null,
  tags: [],
  attributes: {},
  preferences: {},
  quietHours: Prisma.DbNull,
  pausedUntil: null,
};

interface Ids {
  workspaceId: string;
  /** Who stays. */
  id: string;
  fromId: string;
}

/** The walks through drips go on with the one person; of those that both are in, the kept one's own. */
async function moveWalks(tx: Transaction, { workspaceId, id, fromId }: Ids): Promise<void> {
  await tx.$executeRaw`
    UPDATE enrollment e SET subscriber_id = ${id}::uuid
     WHERE e.workspace_id = ${workspaceId}::uuid AND e.subscriber_id = ${fromId}::uuid
       AND NOT EXISTS (SELECT 1 FROM enrollment own WHERE own.workspace_id = e.workspace_id AND own.subscriber_id = ${id}::uuid AND own.campaign_id = e.campaign_id
                          AND own.event_id IS NOT DISTINCT FROM e.event_id)`;
}

/** What either got lately counts for the frequency cap of the one. */
async function moveTouches(tx: Transaction, { workspaceId, id, fromId }: Ids): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO subscriber_touch AS own (workspace_id, site_id, subscriber_id, keys, ats)
    SELECT workspace_id, site_id, ${id}::uuid, keys, ats FROM subscriber_touch
     WHERE workspace_id = ${workspaceId}::uuid AND subscriber_id = ${fromId}::uuid
    ON CONFLICT (site_id, subscriber_id) DO UPDATE SET
      keys = ARRAY(SELECT key FROM unnest(own.keys || excluded.keys, own.ats || excluded.ats) AS two (key, at) ORDER BY at),
      ats = ARRAY(SELECT at FROM unnest(own.ats || excluded.ats) AS two (at) ORDER BY at)`;
  await tx.subscriberTouch.deleteMany({ where: { workspaceId, subscriberId: fromId } });
}

/** A category that one of them refused is refused. */
function wishesOfBoth(kept: Preferences, from: Preferences): Preferences {
  const refused = Object.entries(from).filter(([, isWanted]) => !isWanted);
  return { ...from, ...kept, ...Object.fromEntries(refused) };
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
