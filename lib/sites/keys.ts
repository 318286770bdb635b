import "server-only";
import type { PoolClient } from "pg";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { checkVapidPair } from "#lib/channels/web-push/vapid.ts";
import type { Context } from "#lib/context.ts";
import { unseal } from "#lib/crypto.ts";
import { db, query, transaction } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { countLosses, type HealthColumns, HealthFacts, healthColumns } from "./health-facts.ts";
import { addVapidKey } from "./new-key.ts";
import { KeyPair, type SecretKeyPair, type SiteKey, SiteSettings } from "./schema.ts";
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
  const newest = keys.find((key) => key.retiredAt === null && !key.isImported);
  const data = keys.map(({ id, publicKey, isImported, retiredAt, createdAt }) => ({
    id,
    publicKey,
    isCurrent: id === newest?.id,
    isImported,
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
 * Takes a former or imported key pair out of use once no device is bound to it.
 *
 * @param options.loseDevices gives up the devices that are bound to it: they cannot be sent to any more
 * @returns how many devices were given up
 * @throws not_found · conflict it is the current one, or devices are still bound to it and `loseDevices` is not given
 */
export async function retireSiteKey(
  ctx: Context,
  siteId: string,
  keyId: string,
  options: { loseDevices?: boolean | undefined } = {},
): Promise<number> {
  authorize(ctx, "sites:write");
  const { data } = await listSiteKeys(ctx, siteId);
  const key = isId(keyId) ? data.find(({ id }) => id === keyId) : undefined;
  if (!key) throw notFound("Key");
  if (key.isCurrent) throw new AppError("conflict", "This is the current key. Rotate first.");
  if (key.devices > 0 && !options.loseDevices)
    throw new AppError(
      "conflict",
      `${key.devices} device${key.devices === 1 ? " is" : "s are"} still bound to this key.`,
    );
  const lost = await giveUpDevices(ctx.workspaceId, siteId, keyId);
  await db.$transaction(async (tx) => {
    await tx.vapidKey.updateMany({
      where: { id: keyId, workspaceId: ctx.workspaceId, siteId, retiredAt: null },
      data: { retiredAt: new Date() },
    });
    await audit(tx, ctx, {
      action: "site.retire_key",
      entityType: "site",
      entityId: siteId,
      details: { keyId, devices: lost },
    });
  });
  return lost;
}

const givenUpAtOnce = 5_000;

/** Ends the devices of a key pair, a page at a time, and erases their addresses. Goes on where a crash ended it. */
async function giveUpDevices(workspaceId: string, siteId: string, keyId: string): Promise<number> {
  let total = 0;
  for (;;) {
    const ended = await transaction((client) => endDevices(client, workspaceId, siteId, keyId));
    total += ended;
    if (ended < givenUpAtOnce) return total;
  }
}

async function endDevices(client: PoolClient, workspaceId: string, siteId: string, keyId: string): Promise<number> {
  const { rows } = await client.query<HealthColumns>(
    `WITH page AS (
       SELECT id FROM subscription WHERE workspace_id = $1 AND site_id = $2 AND vapid_key_id = $3 AND status = 'active'
        LIMIT ${givenUpAtOnce} FOR UPDATE)
     UPDATE subscription s SET status = 'expired', status_reason = 'key_retired', status_changed_at = now(), updated_at = now(),
            address_encrypted = NULL, p256dh = NULL
       FROM page WHERE s.workspace_id = $1 AND s.id = page.id RETURNING ${healthColumns}`,
    [workspaceId, siteId, keyId],
  );
  const facts = new HealthFacts();
  await countLosses(client, { workspaceId, rows, reason: "key_retired", column: "expired" }, facts);
  await facts.write(client);
  return rows.length;
}

/**
 * The key pair of a site that devices of another system are bound to: the one that is here already, or else imported
 * now. New devices go on getting the site's own. An import of subscriptions names it as their `vapid_key_id`.
 *
 * @returns its id and public key; `created` false when the site had it
 * @throws not_found the site · validation_error no P-256 pair, or halves that do not belong together
 */
export async function importSiteKey(
  ctx: Context,
  siteId: string,
  input: KeyPair,
): Promise<{ id: string; publicKey: string; created: boolean }> {
  authorize(ctx, "sites:write");
  await findSite(ctx, siteId);
  const pair = checkVapidPair(KeyPair.parse(input));
  const find = () =>
    db.vapidKey.findFirst({ where: { workspaceId: ctx.workspaceId, siteId, publicKey: pair.publicKey } });
  const known = await find();
  if (known) {
    // A retired pair whose devices are brought again is in use again.
    if (known.retiredAt !== null)
      await db.$transaction(async (tx) => {
        await tx.vapidKey.update({
          where: { id: known.id, workspaceId: ctx.workspaceId },
          data: { retiredAt: null, isImported: true },
        });
        await auditImport(tx, known.id);
      });
    return { id: known.id, publicKey: known.publicKey, created: false };
  }
  try {
    const id = await db.$transaction(async (tx) => {
      const added = await addVapidKey(tx, ctx.workspaceId, siteId, pair);
      await auditImport(tx, added);
      return added;
    });
    return { id, publicKey: pair.publicKey, created: true };
  } catch (error) {
    // Two imports at once: the other one was first.
    const theirs = await find();
    if (theirs) return { id: theirs.id, publicKey: theirs.publicKey, created: false };
    throw error;
  }

  function auditImport(tx: Parameters<typeof audit>[0], keyId: string): Promise<void> {
    return audit(tx, ctx, { action: "site.import_key", entityType: "site", entityId: siteId, details: { keyId } });
  }
}

/**
 * A key pair with its private half, for who moves elsewhere. Only for owners, and written down who took it.
 *
 * @throws forbidden · not_found
 */
export async function exportSiteKey(ctx: Context, siteId: string, keyId: string): Promise<SecretKeyPair> {
  authorize(ctx, "sites:export");
  return db.$transaction(async (tx) => {
    const site = await findSite(ctx, siteId, tx);
    const key = isId(keyId)
      ? await tx.vapidKey.findFirst({ where: { id: keyId, workspaceId: ctx.workspaceId, siteId: site.id } })
      : null;
    if (!key) throw notFound("Key");
    await audit(tx, ctx, { action: "site.export_key", entityType: "site", entityId: site.id, details: { keyId } });
    return {
      id: key.id,
      publicKey: key.publicKey,
      privateKey: privateKeyOf(key),
      subject: SiteSettings.parse(site.settings).vapidSubject,
    };
  });
}

/** Opens the private half of a key pair. */
export function privateKeyOf(key: { id: string; workspaceId: string; privateKeyEncrypted: Uint8Array }): string {
  const place = { table: "vapid_key", column: "private_key", workspaceId: key.workspaceId, rowId: key.id };
  return unseal(key.privateKeyEncrypted, place);
}
