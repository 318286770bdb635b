import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { addVapidKey } from "./new-key.ts";
import type { SiteKey } from "./schema.ts";
import { findSite } from "./sites.ts";

/**
 * A site's key pairs, newest first, with the devices that are bound to each. Private keys are in no answer.
 *
 * @throws not_found
 */
export async function listSiteKeys(ctx: Context, siteId: string): Promise<{ data: SiteKey[] }> {
  authorize(ctx, "sites:read");
  const site = await findSite(ctx, siteId);
  const [keys, counts] = await Promise.all([
    db.vapidKey.findMany({ where: { workspaceId: ctx.workspaceId, siteId: site.id }, orderBy: { createdAt: "desc" } }),
    query<{ id: string; count: number }>(
      `SELECT vapid_key_id AS id, count(*)::int AS count FROM subscription
        WHERE workspace_id = $1 AND site_id = $2 AND status = 'active' AND NOT is_test GROUP BY 1`,
      [ctx.workspaceId, site.id],
    ),
  ]);
  const newest = keys.find((key) => key.retiredAt === null);
  const data = keys.map(({ id, publicKey, retiredAt, createdAt }) => ({
    id,
    publicKey,
    isCurrent: id === newest?.id,
    devices: counts.find((count) => count.id === id)?.count ?? 0,
    retiredAt,
    createdAt,
  }));
  return { data };
}

/**
 * Gives new devices a new key pair. Nobody is lost: each device stays bound to the pair it subscribed with, which goes
 * on sending to it, and moves to the new one by itself when its browser next comes to the site.
 *
 * @throws not_found
 */
export async function rotateSiteKey(ctx: Context, siteId: string): Promise<{ data: SiteKey[] }> {
  authorize(ctx, "sites:write");
  await db.$transaction(async (tx) => {
    const site = await findSite(ctx, siteId, tx);
    const id = await addVapidKey(tx, ctx.workspaceId, site.id);
    await audit(tx, ctx, { action: "site.rotate_key", entityType: "site", entityId: site.id, details: { keyId: id } });
  });
  return listSiteKeys(ctx, siteId);
}

/**
 * Takes a former key pair out of use once no device is bound to it.
 *
 * @throws not_found · conflict it is the current one, or devices are still bound to it
 */
export async function retireSiteKey(ctx: Context, siteId: string, keyId: string): Promise<void> {
  authorize(ctx, "sites:write");
  const { data } = await listSiteKeys(ctx, siteId);
  const key = isId(keyId) ? data.find(({ id }) => id === keyId) : undefined;
  if (!key) throw notFound("Key");
  if (key.isCurrent) throw new AppError("conflict", "This is the current key. Rotate first.");
  if (key.devices > 0)
    throw new AppError(
      "conflict",
      `${key.devices} device${key.devices === 1 ? " is" : "s are"} still bound to this key.`,
    );
  await db.$transaction(async (tx) => {
    await tx.vapidKey.updateMany({
      where: { id: keyId, workspaceId: ctx.workspaceId, siteId, retiredAt: null },
      data: { retiredAt: new Date() },
    });
    await audit(tx, ctx, { action: "site.retire_key", entityType: "site", entityId: siteId, details: { keyId } });
  });
}
