import "server-only";
import { z } from "zod";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { unseal } from "#lib/crypto.ts";
import { type Cell, csvStream } from "#lib/csv.ts";
import { db, query } from "#lib/db.ts";

const pageSize = 2_000;
const first = "00000000-0000-0000-0000-000000000000";

const Flat = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** Whom a list has, as a condition over `subscriber u` with the workspace as $1; for exports of groups and segments. */
export interface ListCondition {
  where: string;
  values: unknown[];
}

/**
 * Every attribute that anybody has is a column. They are counted by looking, so a workspace with very many people is
 * looked at by sample: a rare attribute may then stand in `attributes` (JSON) only.
 */
async function attributeColumns(workspaceId: string): Promise<string[]> {
  const rows = await query<{ key: string }>(
    `SELECT DISTINCT key FROM (SELECT attributes FROM subscriber WHERE workspace_id = $1 AND attributes <> '{}' LIMIT 20000) AS sample,
            jsonb_object_keys(sample.attributes) AS key ORDER BY key LIMIT 100`,
    [workspaceId],
  );
  return rows.map(({ key }) => key);
}

interface PersonRow {
  id: string;
  external_id: string | null;
  name: string | null;
  locale: string | null;
  timezone: string | null;
  country: string | null;
  tags: string[];
  attributes: unknown;
  is_active: boolean;
  created_at: Date;
  last_seen_at: Date;
}

/**
 * People as CSV, oldest first, in the columns that an import reads again. A page at a time: memory stays flat.
 *
 * @param list whom; absent everybody who is not deleted
 */
export async function streamSubscribers(ctx: Context, list?: ListCondition): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "subscribers:read");
  const keys = await attributeColumns(ctx.workspaceId);
  const { where, values } = list ?? { where: "true", values: [] };
  const [afterAt, limitAt] = [values.length + 2, values.length + 3];
  let after = first;
  const header = [
    "subscriberId",
    "externalId",
    "name",
    "locale",
    "timezone",
    "country",
    "tags",
    "isActive",
    "subscribedAt",
    "lastSeenAt",
    ...keys.map((key) => `attribute.${key}`),
  ];
  return csvStream(header, async () => {
    const rows = await query<PersonRow>(
      `SELECT u.id, u.external_id, u.name, u.locale, u.timezone, u.country, u.tags, u.attributes, u.is_active, u.created_at, u.last_seen_at
         FROM subscriber u WHERE u.workspace_id = $1 AND NOT u.is_deleted AND (${where}) AND u.id > $${afterAt} ORDER BY u.id LIMIT $${limitAt}`,
      [ctx.workspaceId, ...values, after, pageSize],
    );
    after = rows.at(-1)?.id ?? after;
    return rows.map((row): Cell[] => {
      const attributes = Flat.parse(row.attributes);
      return [
        row.id,
        row.external_id,
        row.name,
        row.locale,
        row.timezone,
        row.country,
        row.tags.join("|"),
        row.is_active,
        row.created_at,
        row.last_seen_at,
        ...keys.map((key) => attributes[key]),
      ];
    });
  });
}

const deviceHeader = [
  "subscriberId",
  "externalId",
  "name",
  "tags",
  "channel",
  "site",
  "status",
  "endpoint",
  "p256dh",
  "auth",
  "vapidPublicKey",
  "phone",
  "browser",
  "os",
  "country",
  "isActive",
  "subscribedAt",
];

const Address = z.object({
  endpoint: z.string().optional(),
  auth: z.string().optional(),
  phone: z.string().optional(),
});

/**
 * Every device with its address and keys as CSV: all that is needed to send to these people with another program. Only
 * for owners; what it does is in the audit log. The private keys are in the site's own export.
 *
 * @throws forbidden for everybody but owners
 */
export async function streamDevices(ctx: Context): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "sites:export");
  await db.$transaction((tx) =>
    audit(tx, ctx, { action: "subscriber.export_devices", entityType: "workspace", entityId: ctx.workspaceId }),
  );
  let after = first;
  return csvStream(deviceHeader, async () => {
    const rows = await query<DeviceRow>(
      `SELECT s.id, s.subscriber_id, u.external_id, u.name, u.tags, s.channel, site.url AS site, s.status, s.address_encrypted, s.p256dh,
              k.public_key, s.browser, s.os, coalesce(s.country, u.country) AS country, u.is_active, s.created_at
         FROM subscription s JOIN subscriber u ON u.workspace_id = s.workspace_id AND u.id = s.subscriber_id
         LEFT JOIN vapid_key k ON k.workspace_id = s.workspace_id AND k.id = s.vapid_key_id
         LEFT JOIN site ON site.workspace_id = s.workspace_id AND site.id = s.site_id
        WHERE s.workspace_id = $1 AND NOT s.is_test AND NOT u.is_deleted AND s.id > $2 ORDER BY s.id LIMIT $3`,
      [ctx.workspaceId, after, pageSize],
    );
    after = rows.at(-1)?.id ?? after;
    return rows.map((row) => deviceCells(ctx.workspaceId, row));
  });
}

interface DeviceRow {
  id: string;
  subscriber_id: string;
  external_id: string | null;
  name: string | null;
  tags: string[];
  channel: string;
  site: string | null;
  status: string;
  address_encrypted: Buffer | null;
  p256dh: string | null;
  public_key: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  is_active: boolean;
  created_at: Date;
}

function deviceCells(workspaceId: string, row: DeviceRow): Cell[] {
  const place = { table: "subscription", column: "address", workspaceId, rowId: row.id };
  const address = row.address_encrypted ? Address.parse(JSON.parse(unseal(row.address_encrypted, place))) : {};
  return [
    row.subscriber_id,
    row.external_id,
    row.name,
    row.tags.join("|"),
    row.channel,
    row.site,
    row.status,
    address.endpoint,
    row.p256dh,
    address.auth,
    row.public_key,
    address.phone,
    row.browser,
    row.os,
    row.country,
    row.is_active,
    row.created_at,
  ];
}
