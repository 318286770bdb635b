import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { unseal } from "#lib/crypto.ts";
import { db, query } from "#lib/db.ts";
import { privateKeyOf } from "#lib/sites/keys.ts";
import { findSite } from "#lib/sites/sites.ts";

const pageSize = 1_000;

interface Row {
  id: string;
  address_encrypted: Buffer | null;
  p256dh: string | null;
  public_key: string | null;
  facts: Record<string, unknown>;
}

/**
 * A whole site as JSON Lines, a page at a time: first the site, then its key pairs with their private halves, then every
 * active device with endpoint and keys and the person behind it. What another system needs to go on, and nothing less.
 *
 * @throws forbidden not the owner · not_found
 */
export async function exportSite(ctx: Context, siteId: string): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "sites:export");
  const { site, keys } = await db.$transaction(async (tx) => {
    const found = await findSite(ctx, siteId, tx);
    await audit(tx, ctx, { action: "site.export", entityType: "site", entityId: found.id });
    const pairs = await tx.vapidKey.findMany({
      where: { workspaceId: ctx.workspaceId, siteId: found.id },
      orderBy: { createdAt: "asc" },
    });
    return { site: found, keys: pairs };
  });
  const encoder = new TextEncoder();
  const lines = (objects: object[]) => encoder.encode(objects.map((each) => `${JSON.stringify(each)}\n`).join(""));
  let after = "00000000-0000-0000-0000-000000000000";
  return new ReadableStream({
    start: (controller) => {
      const { id, name, url, settings, createdAt } = site;
      const head = { type: "site", id, name, url, settings, createdAt };
      const pairs = keys.map((key) => ({
        type: "key",
        id: key.id,
        publicKey: key.publicKey,
        privateKey: privateKeyOf(key),
        isImported: key.isImported,
        retiredAt: key.retiredAt,
        createdAt: key.createdAt,
      }));
      controller.enqueue(lines([head, ...pairs]));
    },
    async pull(controller) {
      const rows = await pageAfter(ctx.workspaceId, site.id, after);
      const last = rows.at(-1);
      if (!last) return controller.close();
      after = last.id;
      controller.enqueue(lines(rows.map((row) => exported(ctx.workspaceId, row))));
    },
  });
}

function pageAfter(workspaceId: string, siteId: string, after: string): Promise<Row[]> {
  return query<Row>(
    `SELECT s.id, s.address_encrypted, s.p256dh, k.public_key,
            jsonb_build_object('browser', s.browser, 'os', s.os, 'deviceType', s.device_type, 'country', s.country,
              'createdAt', s.created_at, 'lastSeenAt', s.last_seen_at, 'subscriberId', u.id, 'externalId', u.external_id, 'name', u.name,
              'locale', u.locale, 'timezone', u.timezone, 'tags', u.tags, 'attributes', u.attributes, 'preferences', u.preferences,
              'isActive', u.is_active) AS facts
       FROM subscription s
       JOIN subscriber u ON u.workspace_id = s.workspace_id AND u.id = s.subscriber_id AND NOT u.is_deleted
       LEFT JOIN vapid_key k ON k.workspace_id = s.workspace_id AND k.id = s.vapid_key_id
      WHERE s.workspace_id = $1 AND s.site_id = $2 AND s.id > $3 AND s.status = 'active' AND NOT s.is_test
      ORDER BY s.id LIMIT ${pageSize}`,
    [workspaceId, siteId, after],
  );
}

function exported(workspaceId: string, row: Row): object {
  const place = { table: "subscription", column: "address", workspaceId, rowId: row.id };
  const address: unknown = row.address_encrypted === null ? {} : JSON.parse(unseal(row.address_encrypted, place));
  const { endpoint = null, auth = null } = Object(address);
  return {
    type: "subscription",
    id: row.id,
    endpoint,
    keys: { p256dh: row.p256dh, auth },
    vapidPublicKey: row.public_key,
    ...row.facts,
  };
}
