// The past of a workspace that bench:http looks at: people, their devices, campaigns that are over, their ledger and events.
// Written by SQL, with the ledger's indexes made afterwards. Kept, where the bench is told where: it takes minutes.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { query } from "#lib/db.ts";
import { newTenant, type Stage, seedDevices, send, type Tenant, until } from "#tests/faults/stage.ts";
import { signInAt } from "#tests/support/api-client.ts";
import type { PushService } from "#tests/support/push-service.ts";

export interface Past {
  tenant: Tenant;
  /** Key of the API, for programs that read. */
  apiKey: string;
  /** Campaigns that are over, the newest first. */
  campaignIds: string[];
  /** Some of the people. */
  subscriberIds: string[];
}

interface Kept {
  credentials: { email: string; password: string };
  workspaceId: string;
  siteId: string;
  apiKey: string;
}

export interface Size {
  subscribers: number;
  messages: number;
  /** Devices that the sends beside the measurements go to. */
  devices: number;
}

const campaigns = 20;
/** Of these, the oldest, whose messages browsers have reported as shown. */
const reported = 4;

/** Makes it, or finds it in `keptIn`, where one of any size was left. */
export async function openPast(stage: Stage, service: PushService, size: Size, keptIn?: string): Promise<Past> {
  const note = keptIn === undefined ? undefined : join(keptIn, "bench-http.json");
  const found: Kept | undefined = note && existsSync(note) ? JSON.parse(readFileSync(note, "utf8")) : undefined;
  if (found) {
    const api = await signInAt(stage.product.url, found.credentials, found.workspaceId);
    return past({ api, siteId: found.siteId }, found.apiKey);
  }
  const tenant = await newTenant(stage);
  const { workspaceId, credentials } = tenant.api;
  const { key: apiKey } = await tenant.api.post<{ key: string }>(`/api/v1/workspaces/${workspaceId}/api-keys`, {
    name: "Bench",
    ratePerMinute: 100_000,
    scopes: ["sites:read", "campaigns:read", "subscribers:read", "analytics:read"],
  });
  await fill(tenant, service, size);
  const kept: Kept = { credentials, workspaceId, siteId: tenant.siteId, apiKey };
  if (note) writeFileSync(note, JSON.stringify(kept));
  return past(tenant, apiKey);
}

async function past(tenant: Tenant, apiKey: string): Promise<Past> {
  const ids = async (sql: string) => (await query<{ id: string }>(sql, [tenant.api.workspaceId])).map(({ id }) => id);
  return {
    tenant,
    apiKey,
    campaignIds: await ids("SELECT id FROM campaign WHERE workspace_id = $1 AND name LIKE 'Past %' ORDER BY id DESC"),
    subscriberIds: await ids(
      "SELECT id FROM subscriber WHERE workspace_id = $1 AND external_id LIKE 'person-1234%' ORDER BY id LIMIT 100",
    ),
  };
}

async function fill(tenant: Tenant, service: PushService, size: Size): Promise<void> {
  const startedAt = performance.now();
  const { workspaceId } = tenant.api;
  const say = (what: string) => console.log(`${Math.round((performance.now() - startedAt) / 1_000)} s: ${what}`);
  // Somebody to have sent to.
  await seedDevices(tenant, service, 10, "first");
  for (let n = campaigns; n > 0; n--) {
    const id = await send(tenant, { name: `Past ${n}` });
    await until(
      "a campaign is over",
      60_000,
      async () => (await tenant.api.get<{ status: string }>(`/api/v1/campaigns/${id}`)).status === "completed",
    );
  }
  await query("UPDATE subscription SET status = 'unsubscribed' WHERE workspace_id = $1", [workspaceId]);
  const { id: elsewhere } = await tenant.api.post<{ id: string }>("/api/v1/sites", {
    name: "Blog",
    url: "https://blog.example",
  });
  await query("CREATE UNLOGGED TABLE bench_person (n int, subscriber_id uuid, subscription_id uuid)");
  await query(
    `INSERT INTO bench_person SELECT n, uuidv7(make_interval(secs => -86400 * 120.0 * ($1::int - n) / $1::int)), uuidv7()
       FROM generate_series(1, $1::int) n`,
    [size.subscribers],
  );
  await withoutIndexes("subscriber", () =>
    query(
      `INSERT INTO subscriber (id, workspace_id, external_id, name, locale, country, tags, attributes, created_at, updated_at)
       SELECT subscriber_id, $1, 'person-' || n, 'Person ' || n, (ARRAY['en', 'fr', 'de', 'es'])[1 + n % 4], (ARRAY['US', 'FR', 'DE'])[1 + n % 3],
              ARRAY['t' || n % 50], jsonb_build_object('plan', CASE n % 5 WHEN 0 THEN 'pro' ELSE 'free' END), now() - interval '30 days', now() FROM bench_person`,
      [workspaceId],
    ),
  );
  await withoutIndexes("subscription", () =>
    query(
      `INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, address_hash, origin, vapid_key_id, browser, os, device_type, country, updated_at)
       SELECT subscription_id, $1, subscriber_id, $2, 'web_push', uuid_send(gen_random_uuid()) || uuid_send(subscription_id), 'https://fcm.googleapis.com',
              (SELECT id FROM vapid_key WHERE site_id = $2 LIMIT 1), (ARRAY['Chrome', 'Firefox', 'Safari', 'Microsoft Edge'])[1 + n % 4],
              (ARRAY['Windows', 'Android', 'macOS'])[1 + n % 3], (ARRAY['desktop', 'mobile'])[1 + n % 2], (ARRAY['US', 'FR', 'DE'])[1 + n % 3], now() FROM bench_person`,
      [workspaceId, elsewhere],
    ),
  );
  await query(
    `INSERT INTO site_day (workspace_id, site_id, day, subscribed) SELECT $1, $2, (now() - make_interval(days => n))::date, $3::int / 100 FROM generate_series(1, 100) n
     ON CONFLICT DO NOTHING`,
    [workspaceId, elsewhere, size.subscribers],
  );
  say(`${size.subscribers} people with a device each`);
  const runs = await query<{ run_id: string; campaign_id: string }>(
    `SELECT r.id AS run_id, c.id AS campaign_id FROM campaign c JOIN run r ON r.campaign_id = c.id WHERE c.workspace_id = $1 AND c.name LIKE 'Past %' ORDER BY c.id`,
    [workspaceId],
  );
  const each = Math.ceil(size.messages / runs.length);
  await withoutIndexes("message", async () => {
    for (const [index, { run_id: runId, campaign_id: campaignId }] of runs.entries()) {
      const daysAgo = 3 * (runs.length - index);
      await query(
        `INSERT INTO message (id, workspace_id, site_id, campaign_id, run_id, subscriber_id, subscription_id, channel, status, reason, attempts, sent_at, created_at, delivered_at)
         SELECT uuidv7(make_interval(days => -$5::int)), $1, $2, $3, $4, subscriber_id, subscription_id, 'web_push',
                (CASE WHEN n / 20 % 40 = 0 THEN 'failed' WHEN n / 20 % 90 = 1 THEN 'expired' ELSE 'sent' END)::message_status,
                CASE WHEN n / 20 % 40 = 0 THEN 'server_error' WHEN n / 20 % 90 = 1 THEN 'gone' END, 1, now() - make_interval(days => $5::int), now() - make_interval(days => $5::int),
                CASE WHEN $9 THEN now() - make_interval(days => $5::int) END
           FROM bench_person WHERE (n + $6::int) % greatest(1, $7::int / $8::int) = 0 LIMIT $8::int`,
        [workspaceId, tenant.siteId, campaignId, runId, daysAgo, index, size.subscribers, each, index < reported],
      );
      await query("UPDATE counter SET sent = sent + $2 WHERE run_id = $1", [runId, each]);
    }
  });
  say(`${size.messages} messages`);
  await withoutIndexes("event", () =>
    query(
      `INSERT INTO event (id, workspace_id, site_id, subscriber_id, message_id, campaign_id, type, at)
       SELECT uuidv7(interval '-5 days'), workspace_id, site_id, subscriber_id, id, campaign_id, 'shown', created_at FROM message
        WHERE campaign_id = ANY ($1::uuid[]) AND delivered_at IS NOT NULL`,
      [runs.slice(0, reported).map(({ campaign_id }) => campaign_id)],
    ),
  );
  await query("DROP TABLE bench_person");
  await seedDevices(tenant, service, size.devices, "device");
  for (const table of ["message", "event", "subscriber", "subscription"]) await query(`VACUUM ANALYZE ${table}`);
  await query("CHECKPOINT");
  say("all of it, with indexes and statistics");
}

/** Filling a table that has none is several times as fast. */
async function withoutIndexes(table: string, work: () => Promise<unknown>): Promise<void> {
  const indexes = await query<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = $1 AND schemaname = 'public'
        AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE '%(workspace_id, id)'`,
    [table],
  );
  for (const { indexname } of indexes) await query(`DROP INDEX "${indexname}"`);
  await work();
  for (const { indexdef } of indexes) await query(indexdef);
}
