import { createECDH, randomBytes } from "node:crypto";
import { registerAccount } from "#lib/auth/accounts.ts";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { VapidIdentity } from "#lib/channels/web-push/web-push-message.ts";
import type { Context } from "#lib/context.ts";
import { addressHash, seal, unseal } from "#lib/crypto.ts";
import { query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { createSite } from "#lib/sites/sites.ts";

type BrowserKeys = { p256dh: string; auth: string };

/** A workspace with a site, subscribers and a draft campaign to all of them; as JSON it goes from process to process. */
export interface SeededAudience {
  ctx: Context;
  siteId: string;
  campaignId: string;
  vapid: VapidIdentity;
  payload: string;
  browserKeys: BrowserKeys[];
}

const pageSize = 5_000;
/** Distinct browser keys, used in turn: making a pair costs more than a row. */
const keyCount = 1_000;

/** Writes subscribers in bulk, sealed and hashed as the product stores them. */
export async function seedAudience(options: {
  recipients: number;
  endpoint: (index: number) => string;
}): Promise<SeededAudience> {
  const account = await registerAccount({
    email: `bench-${Date.now()}@example.com`,
    password: randomBytes(12).toString("hex"),
    name: "Bench",
  });
  const workspaceId = account.workspace.id;
  const ctx: Context = {
    workspaceId,
    actor: { type: "user", userId: account.user.id },
    role: "owner",
    requestId: "bench",
  };
  const site = await createSite(ctx, { name: "Bench", url: "https://shop.example" });
  const browserKeys = Array.from({ length: keyCount }, () => {
    const pair = createECDH("prime256v1");
    return { p256dh: pair.generateKeys().toString("base64url"), auth: randomBytes(16).toString("base64url") };
  });
  const vapid = await vapidOf(workspaceId, site.id, site.settings.vapidSubject);
  for (let from = 0; from < options.recipients; from += pageSize) {
    const indexes = Array.from({ length: Math.min(pageSize, options.recipients - from) }, (_, offset) => from + offset);
    const rows = indexes.map((index) => ({
      id: newId(),
      subscriberId: newId(),
      endpoint: options.endpoint(index),
      ...keysOf({ browserKeys }, index),
    }));
    await query(
      "INSERT INTO subscriber (id, workspace_id, name, updated_at) SELECT id, $1, 'Person', now() FROM unnest($2::uuid[]) AS r (id)",
      [workspaceId, rows.map((row) => row.subscriberId)],
    );
    await query(
      `INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, address_hash, address_encrypted, p256dh, origin, vapid_key_id, updated_at)
       SELECT r.id, $1, r.subscriber_id, $2, 'web_push', r.hash, r.sealed, r.p256dh, r.origin, $3, now()
         FROM unnest($4::uuid[], $5::uuid[], $6::bytea[], $7::bytea[], $8::text[], $9::text[]) AS r (id, subscriber_id, hash, sealed, p256dh, origin)`,
      [
        workspaceId,
        site.id,
        vapid.id,
        rows.map((row) => row.id),
        rows.map((row) => row.subscriberId),
        rows.map((row) => Buffer.from(addressHash(row.endpoint))),
        rows.map((row) =>
          Buffer.from(
            seal(JSON.stringify({ endpoint: row.endpoint, auth: row.auth }), {
              table: "subscription",
              column: "address",
              workspaceId,
              rowId: row.id,
            }),
          ),
        ),
        rows.map((row) => row.p256dh),
        rows.map((row) => new URL(row.endpoint).origin),
      ],
    );
  }
  await query(
    "INSERT INTO site_day (workspace_id, site_id, day, subscribed) VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, $3)",
    [workspaceId, site.id, options.recipients],
  );
  await query("ANALYZE");
  const content = {
    title: "Hello {{name|there}}",
    message: "The new collection is here. Have a look before it is gone.",
    url: "https://shop.example/new",
  };
  const campaign = await createCampaign(
    ctx,
    NewCampaign.parse({ name: "Bench", siteId: site.id, steps: [{ content }] }),
  );
  return {
    ctx,
    siteId: site.id,
    campaignId: campaign.id,
    vapid,
    payload: JSON.stringify({
      v: 1,
      id: newId(),
      t: "x".repeat(45),
      title: "Hello Person",
      body: content.message,
      url: content.url,
      tag: "x".repeat(32),
    }),
    browserKeys,
  };
}

/** The keys of one browser of the audience. */
export function keysOf({ browserKeys }: Pick<SeededAudience, "browserKeys">, index: number): BrowserKeys {
  return browserKeys[index % browserKeys.length] ?? { p256dh: "", auth: "" };
}

/** Messages of the campaign that the ledger has as sent. */
export async function sentOf({ ctx, campaignId }: SeededAudience): Promise<number> {
  const [row] = await query<{ count: number }>(
    "SELECT count(*)::int AS count FROM message WHERE workspace_id = $1 AND campaign_id = $2 AND status = 'sent'",
    [ctx.workspaceId, campaignId],
  );
  return row?.count ?? 0;
}

async function vapidOf(workspaceId: string, siteId: string, subject: string): Promise<VapidIdentity> {
  const [key] = await query<{ id: string; public_key: string; private_key_encrypted: Buffer }>(
    "SELECT id, public_key, private_key_encrypted FROM vapid_key WHERE workspace_id = $1 AND site_id = $2",
    [workspaceId, siteId],
  );
  if (!key) throw new Error("the site has no key");
  const privateKey = unseal(key.private_key_encrypted, {
    table: "vapid_key",
    column: "private_key",
    workspaceId,
    rowId: key.id,
  });
  return { id: key.id, subject, publicKey: key.public_key, privateKey };
}
