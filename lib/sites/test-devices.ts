import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { isId } from "#lib/ids.ts";
import { findSite } from "./sites.ts";
import type { TestDevice } from "./test-device-schema.ts";

/** A team has a handful; who has more sees those that were seen last. */
const most = 50;

/**
 * A site's test devices that can be told something, lately seen first.
 *
 * @throws not_found
 */
export async function listTestDevices(ctx: Context, siteId: string): Promise<TestDevice[]> {
  authorize(ctx, "campaigns:send");
  const site = await findSite(ctx, siteId);
  return query<TestDevice>(
    `SELECT s.id, u.name, s.browser, s.os, s.device_type AS "deviceType", s.last_seen_at AS "lastSeenAt"
       FROM subscription s JOIN subscriber u ON u.workspace_id = s.workspace_id AND u.id = s.subscriber_id
      WHERE s.workspace_id = $1 AND s.site_id = $2 AND s.is_test AND s.status = 'active' AND u.is_active AND NOT u.is_deleted
      ORDER BY s.last_seen_at DESC LIMIT ${most}`,
    [ctx.workspaceId, site.id],
  );
}

/**
 * Notes whose a test device is: the member who is using it now. Others then find it by that name; one that has a name
 * keeps it.
 */
export async function nameTestDevice(ctx: Context, subscriptionId: string): Promise<void> {
  authorize(ctx, "campaigns:send");
  const { actor } = ctx;
  if (actor.type !== "user" || !isId(subscriptionId)) return;
  await db.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: actor.userId }, select: { name: true, email: true } });
    const device = await tx.subscription.findFirst({
      where: { id: subscriptionId, workspaceId: ctx.workspaceId, isTest: true },
      select: { subscriberId: true },
    });
    if (!user || !device) return;
    const { count } = await tx.subscriber.updateMany({
      where: { id: device.subscriberId, workspaceId: ctx.workspaceId, isTest: true, name: null },
      data: { name: user.name || user.email },
    });
    if (count > 0)
      await audit(tx, ctx, {
        action: "subscriber.update",
        entityType: "subscriber",
        entityId: device.subscriberId,
        details: { fields: ["name"] },
      });
  });
}
