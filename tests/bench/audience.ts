// How quickly an audience answers at a million: estimates of twelve usual rules, the subscriber list and its search, and
// a segment written into the ledger. 1,000,000 subscribers with 1,500,000 subscriptions, 3,000,000 events and 1,000,000
// messages in five workspaces whose rows lie mixed, as they do when they come over the years.
//
//   npm run bench:audience -- --subscribers 1000000
//
// With `--keep DIR` the database stays there, and the next run finds it instead of making it anew; `--only estimate`
// (list, ledger) measures one part. PostgreSQL runs with the settings of the product, fsync and all.
//
// The last line is JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Context } from "#lib/context.ts";
import type { Rules } from "#lib/segments/grammar.ts";
import { migrate } from "#scripts/migrations.ts";
import { startPostgres } from "#scripts/postgres.ts";

const { values } = parseArgs({
  options: {
    subscribers: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "8" },
    plans: { type: "boolean" },
    keep: { type: "string" },
    only: { type: "string" },
    inner: { type: "boolean" },
  },
});
const subscribers = Number(values.subscribers);
const tenants = 5;

async function setUp(): Promise<void> {
  const dataDir = values.keep ?? mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await migrate(postgres.url);
    const child = spawn(
      process.execPath,
      ["--conditions=react-server", import.meta.filename, ...process.argv.slice(2), "--inner"],
      {
        stdio: "inherit",
        env: {
          ...process.env,
          NODE_ENV: "production",
          DATABASE_URL: postgres.url,
          ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
          AUTH_SECRET: "only for this bench, never for people",
          INNGEST_DEV: "http://127.0.0.1:1",
          LOG_LEVEL: "error",
        },
      },
    );
    process.exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  } finally {
    await postgres.stop(values.keep === undefined ? "immediate" : "fast");
    if (values.keep === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Tenant {
  index: number;
  ctx: Context;
  campaignId: string;
  groupId: string;
}

async function measure(): Promise<void> {
  const { closeDatabase, query } = await import("#lib/db.ts");
  const { leaveWorker } = await import("#lib/delivery/worker.ts");
  const { countPeople } = await import("#lib/segments/estimate.ts");
  const { listSubscribers } = await import("#lib/subscribers/subscribers.ts");
  const { SubscriberFilter } = await import("#lib/subscribers/schema.ts");
  const seededAt = performance.now();
  const all = (await keptTenants()) ?? (await seed());
  console.log(`${subscribers} subscribers after ${seconds(performance.now() - seededAt)} s`);
  const isAsked = (part: string) => values.only === undefined || values.only === part;

  const estimates: Record<string, { p50: number; p95: number; people: number }> = {};
  for (const [name, rulesFor] of Object.entries(isAsked("estimate") ? rulesToAsk : {})) {
    const times: number[] = [];
    let people = 0;
    for (let round = -1; round < Number(values.rounds); round++)
      for (const tenant of all) {
        const began = performance.now();
        const { count } = await countPeople(tenant.ctx.workspaceId, { rules: rulesFor(tenant), siteId: null });
        if (round >= 0) times.push(performance.now() - began);
        people = count;
      }
    estimates[name] = { p50: quantile(times, 0.5), p95: quantile(times, 0.95), people };
    console.log(
      `estimate  ${name.padEnd(32)} p50 ${estimates[name].p50} ms, p95 ${estimates[name].p95} ms, ${people} people`,
    );
    if (values.plans && estimates[name].p95 > 200) await showPlan(all[0], rulesFor);
  }

  const lists: Record<string, { p50: number; p95: number }> = {};
  for (const [name, filterFor] of Object.entries(isAsked("list") ? listsToRead : {})) {
    const times: number[] = [];
    for (let round = -1; round < Number(values.rounds); round++)
      for (const tenant of all) {
        const filter = SubscriberFilter.parse({ pageSize: 25, ...(await filterFor(tenant, round)) });
        const began = performance.now();
        await listSubscribers(tenant.ctx, filter);
        if (round >= 0) times.push(performance.now() - began);
      }
    lists[name] = { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
    console.log(`list      ${name.padEnd(32)} p50 ${lists[name].p50} ms, p95 ${lists[name].p95} ms`);
  }

  const ledger = isAsked("ledger") ? await writeLedgers(all) : undefined;
  if (ledger)
    console.log(
      `ledger    ${ledger.rows} rows of a segment's runs in ${ledger.seconds} s: ${ledger.secondsPerMillion} s a million`,
    );
  const [size] = await query<{ mb: number }>("SELECT (pg_database_size(current_database()) / 1048576)::int AS mb");
  await leaveWorker();
  await closeDatabase();
  console.log(
    JSON.stringify({ bench: "audience", subscribers, tenants, databaseMb: size?.mb, estimates, lists, ledger }),
  );
}

const rulesToAsk: Record<string, (tenant: Tenant) => Rules> = {
  "tag eq (10 %)": () => ({ all: [{ field: "tag", op: "eq", value: "vip" }] }),
  "tag in, not in": () => ({
    all: [
      { field: "tag", op: "in", value: ["vip", "news"] },
      { field: "tag", op: "neq", value: "staff" },
    ],
  }),
  "attribute eq": () => ({ all: [{ field: "attribute.plan", op: "eq", value: "pro" }] }),
  "attribute gte": () => ({ all: [{ field: "attribute.spent", op: "gte", value: 900 }] }),
  "browser eq (60 %)": () => ({ all: [{ field: "browser", op: "eq", value: "Chrome" }] }),
  "os is not": () => ({ all: [{ field: "os", op: "neq", value: "Windows" }] }),
  "last seen within 30 days": () => ({ all: [{ field: "lastSeenAt", op: "withinDays", value: 30 }] }),
  "event in 30 days": () => ({ all: [{ field: "event.purchase", op: "did", value: { withinDays: 30 } }] }),
  "event at least 3 times": () => ({
    all: [{ field: "event.purchase", op: "did", value: { count: { op: "gte", value: 3 } } }],
  }),
  "campaign clicked": ({ campaignId }) => ({ all: [{ field: `campaign.${campaignId}`, op: "is", value: "clicked" }] }),
  "campaign received, not shown": ({ campaignId }) => ({
    all: [
      { field: `campaign.${campaignId}`, op: "is", value: "received" },
      { field: `campaign.${campaignId}`, op: "isNot", value: "shown" },
    ],
  }),
  "nested: person, device, behaviour": ({ groupId }) => ({
    all: [
      { field: "lastSeenAt", op: "withinDays", value: 90 },
      {
        any: [
          { field: "tag", op: "eq", value: "vip" },
          { field: "group", op: "eq", value: groupId },
          {
            all: [
              { field: "browser", op: "in", value: ["Firefox", "Safari"] },
              { field: "event.purchase", op: "didNot", value: { withinDays: 60 } },
            ],
          },
        ],
      },
    ],
  }),
};

const listsToRead: Record<string, (tenant: Tenant, round: number) => object | Promise<object>> = {
  "first page": () => ({}),
  "by tag": () => ({ tag: "vip" }),
  "by browser": () => ({ browser: "Firefox" }),
  "by state": () => ({ status: "expired" }),
  "search a name": (_, round) => ({ search: `anna ${round + 20}` }),
  "search part of an id": (_, round) => ({ search: `-${4000 + round * 31}` }),
  "search nobody": () => ({ search: "zzzzqq" }),
  "search a phone number": ({ index }, round) => ({ search: phoneOf(index, 4000 + round * 31) }),
  "by name": () => ({ sort: "name" }),
  "by name, deep": async ({ ctx }) => ({ sort: "name", cursor: await nameInTheMiddle(ctx) }),
  "deep page by key": async ({ ctx }) => ({ cursor: await cursorInTheMiddle(ctx) }),
};

async function cursorInTheMiddle(ctx: Context): Promise<string> {
  const { query } = await import("#lib/db.ts");
  const { encodeCursor } = await import("#lib/pages.ts");
  const [row] = await query<{ id: string }>(
    "SELECT id FROM subscriber WHERE workspace_id = $1 AND NOT is_deleted ORDER BY id DESC OFFSET $2 LIMIT 1",
    [ctx.workspaceId, Math.floor(subscribers / tenants / 2)],
  );
  return encodeCursor({ id: row?.id ?? "" });
}

async function nameInTheMiddle(ctx: Context): Promise<string> {
  const { query } = await import("#lib/db.ts");
  const { encodeCursor } = await import("#lib/pages.ts");
  const [row] = await query<{ id: string; by: string }>(
    "SELECT id, lower(name) AS by FROM subscriber WHERE workspace_id = $1 AND name LIKE 'Emil%' LIMIT 1",
    [ctx.workspaceId],
  );
  return encodeCursor({ id: row?.id ?? "", by: row?.by ?? "" });
}

/** The numbers of a tenant's first people. */
function phoneOf(tenant: number, n: number): string {
  return `+49151${tenant}${String(n).padStart(7, "0")}`;
}

/** Those of a database that was kept. */
async function keptTenants(): Promise<Tenant[] | undefined> {
  const { query } = await import("#lib/db.ts");
  const rows = await query<{ workspaceId: string; userId: string; campaignId: string; groupId: string }>(
    `SELECT w.id AS "workspaceId", m.user_id AS "userId", c.id AS "campaignId", g.id AS "groupId"
       FROM workspace w JOIN member m ON m.workspace_id = w.id JOIN campaign c ON c.workspace_id = w.id
       JOIN subscriber_group g ON g.workspace_id = w.id ORDER BY w.id`,
  );
  if (rows.length < tenants) return undefined;
  return rows.map(({ workspaceId, userId, campaignId, groupId }, index) => ({
    index,
    ctx: { workspaceId, actor: { type: "user", userId }, role: "owner", requestId: "bench" },
    campaignId,
    groupId,
  }));
}

async function seed(): Promise<Tenant[]> {
  const { registerAccount } = await import("#lib/auth/accounts.ts");
  const { createCampaign } = await import("#lib/campaigns/campaigns.ts");
  const { NewCampaign } = await import("#lib/campaigns/schema.ts");
  const { createGroup } = await import("#lib/groups/groups.ts");
  const { createSegment } = await import("#lib/segments/segments.ts");
  const { createSite } = await import("#lib/sites/sites.ts");
  const { addressHash } = await import("#lib/crypto.ts");
  const { pool } = await import("#lib/db.ts");
  const made: Tenant[] = [];
  const sites: string[] = [];
  for (let index = 0; index < tenants; index++) {
    const email = `bench-${index}-${Date.now()}@example.com`;
    const account = await registerAccount({ email, password: "bench bench bench", name: "Bench" });
    const workspaceId = account.workspace.id;
    const ctx: Context = {
      workspaceId,
      actor: { type: "user", userId: account.user.id },
      role: "owner",
      requestId: "bench",
    };
    const site = await createSite(ctx, { name: "Bench", url: "https://shop.example" });
    const segment = await createSegment(ctx, { name: "Reachable", rules: forLedger });
    const campaign = await createCampaign(
      ctx,
      NewCampaign.parse({
        name: "Bench",
        siteId: site.id,
        audience: { type: "segment", segmentId: segment.id },
        steps: [{ content: { title: "Hello", message: "There" } }],
      }),
    );
    sites.push(site.id);
    made.push({
      index,
      ctx,
      campaignId: campaign.id,
      groupId: (await createGroup(ctx, { name: "Regulars" })).id,
    });
  }
  const client = await pool().connect();
  try {
    // Rows are written first and indexed after; the time it takes is not what is measured here.
    await client.query("SET session_replication_role = replica");
    const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
      `SELECT i.indexname, i.indexdef FROM pg_indexes i
        WHERE i.schemaname = 'public' AND i.tablename IN ('subscriber', 'subscription', 'event', 'message', 'group_member')
          AND i.indexdef NOT LIKE 'CREATE UNIQUE%'`,
    );
    for (const { indexname } of indexes) await client.query(`DROP INDEX "${indexname}"`);
    await client.query("CREATE TEMP TABLE tenant (n int, workspace uuid, site uuid, campaign uuid, grp uuid)");
    for (const [n, { ctx, campaignId, groupId }] of made.entries())
      await client.query("INSERT INTO tenant VALUES ($1, $2, $3, $4, $5)", [
        n,
        ctx.workspaceId,
        sites[n],
        campaignId,
        groupId,
      ]);
    for (const statement of seeding) await client.query(statement, statement.includes("$1") ? [subscribers] : []);
    for (const { index, ctx } of made) {
      const hashes = Array.from({ length: 10_000 }, (_, n) => Buffer.from(addressHash(phoneOf(index, n))));
      await client.query(
        `INSERT INTO subscription (workspace_id, subscriber_id, channel, address_hash, id, updated_at)
         SELECT $1, u.id, 'whatsapp', ($2::bytea[])[u.n], uuidv7(), now()
           FROM (SELECT id, row_number() OVER (ORDER BY id)::int AS n FROM subscriber WHERE workspace_id = $1 ORDER BY id LIMIT 10000) AS u`,
        [ctx.workspaceId, hashes],
      );
    }
    for (const { indexdef } of indexes) await client.query(indexdef);
    await client.query("SET session_replication_role = DEFAULT");
    await client.query("VACUUM ANALYZE");
  } finally {
    client.release();
  }
  return made;
}

const seeding = [
  `INSERT INTO subscriber (id, workspace_id, external_id, name, locale, timezone, country, tags, attributes, created_at, last_seen_at, updated_at)
   SELECT uuidv7(), t.workspace, 'customer-' || i,
          (ARRAY['Anna','Bilal','Chen','Dora','Emil','Fatima','Georg','Hana'])[1 + i % 8] || ' ' || (i % 9973),
          'en', 'Europe/Berlin', (ARRAY['DE','FR','US','JP'])[1 + (hashint4(i) & 3)],
          ARRAY(SELECT tag FROM unnest(ARRAY['vip','news','staff','beta'], ARRAY[10, 40, 1, 5]) AS x(tag, share) WHERE (hashtext(tag || i) & 1048575) % 100 < share),
          jsonb_build_object('plan', (ARRAY['free','free','free','pro','team'])[1 + (hashint4(i + 1) & 1048575) % 5], 'spent', (hashint4(i + 2) & 1048575) % 1000),
          now() - ((hashint4(i + 3) & 1048575) % 700) * interval '1 day', now() - ((hashint4(i + 4) & 1048575) % 365) * interval '1 day', now()
     FROM generate_series(1, $1::int) AS i JOIN tenant t ON t.n = i % ${tenants}`,
  `INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, status, address_hash, browser, os, device_type, updated_at)
   SELECT uuidv7(), u.workspace_id, u.id, t.site, 'web_push', CASE WHEN random() < 0.1 THEN 'expired' ELSE 'active' END::subscription_status,
          uuid_send(uuidv7()), (ARRAY['Chrome','Chrome','Chrome','Chrome','Chrome','Chrome','Safari','Safari','Firefox','Microsoft Edge'])[1 + floor(random() * 10)::int],
          (ARRAY['Windows','Windows','Android','macOS','iOS'])[1 + floor(random() * 5)::int], 'desktop', now()
     FROM subscriber u JOIN tenant t ON t.workspace = u.workspace_id, generate_series(1, 2) AS device
    WHERE device = 1 OR hashtext(u.id::text) % 2 = 0`,
  `INSERT INTO event (workspace_id, site_id, subscriber_id, type, name, at)
   SELECT u.workspace_id, t.site, u.id, 'custom', (ARRAY['purchase','cart','view','view','view'])[1 + floor(random() * 5)::int], now() - random() * interval '200 days'
     FROM subscriber u JOIN tenant t ON t.workspace = u.workspace_id, generate_series(1, 6) AS nth WHERE hashtext(u.id::text || nth) % 2 = 0`,
  `INSERT INTO message (workspace_id, site_id, campaign_id, run_id, subscriber_id, subscription_id, channel, status, sent_at, delivered_at, clicked_at)
   SELECT u.workspace_id, t.site, t.campaign, t.site, u.id, uuidv7(), 'web_push', 'sent', now(), CASE WHEN random() < 0.7 THEN now() END, CASE WHEN random() < 0.05 THEN now() END
     FROM subscriber u JOIN tenant t ON t.workspace = u.workspace_id`,
  `INSERT INTO group_member (workspace_id, group_id, subscriber_id)
   SELECT u.workspace_id, t.grp, u.id FROM subscriber u JOIN tenant t ON t.workspace = u.workspace_id WHERE random() < 0.05`,
];

const forLedger: Rules = {
  all: [
    { field: "subscribedAt", op: "withinDays", value: 3650 },
    {
      any: [
        { field: "browser", op: "in", value: ["Chrome", "Firefox"] },
        { field: "tag", op: "eq", value: "vip" },
      ],
    },
  ],
};

/** One run a workspace, each to a segment of most of its people: together more than a million rows of ledger. */
async function writeLedgers(all: Tenant[]): Promise<{ rows: number; seconds: number; secondsPerMillion: number }> {
  const { query } = await import("#lib/db.ts");
  const { newId } = await import("#lib/ids.ts");
  const { writeLedger } = await import("#lib/delivery/ledger.ts");
  const former = await query("DELETE FROM run WHERE is_only RETURNING 1");
  if (former.length > 0) {
    await query("DELETE FROM message WHERE status = 'queued'");
    await query("TRUNCATE message_queue");
    await query("VACUUM FULL message");
  }
  let rows = 0;
  let ms = 0;
  for (const { ctx, campaignId } of all) {
    const runId = newId();
    await query("UPDATE campaign SET status = 'running' WHERE workspace_id = $1 AND id = $2", [
      ctx.workspaceId,
      campaignId,
    ]);
    await query(
      "INSERT INTO run (id, workspace_id, campaign_id, due_at, status, started_at, is_only, updated_at) VALUES ($1, $2, $3, now(), 'running', now(), true, now())",
      [runId, ctx.workspaceId, campaignId],
    );
    const began = performance.now();
    while ((await writeLedger(ctx.workspaceId, runId, 60_000)) === "more");
    ms += performance.now() - began;
    const [counted] = await query<{ count: number }>(
      "SELECT count(*)::int AS count FROM message WHERE workspace_id = $1 AND run_id = $2",
      [ctx.workspaceId, runId],
    );
    rows += counted?.count ?? 0;
  }
  return { rows, seconds: seconds(ms), secondsPerMillion: seconds((ms / rows) * 1_000_000) };
}

async function showPlan(tenant: Tenant | undefined, rulesFor: (tenant: Tenant) => Rules): Promise<void> {
  if (!tenant) return;
  const { transaction } = await import("#lib/db.ts");
  const { Parameters, segmentCondition } = await import("#lib/segments/rules.ts");
  const parameters = new Parameters(1);
  const condition = segmentCondition({ rules: rulesFor(tenant), siteId: null }, parameters, new Date());
  const lines = await transaction(async (client) => {
    await client.query(
      "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off",
    );
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `EXPLAIN (ANALYZE, BUFFERS) SELECT count(*) FROM subscriber u WHERE u.workspace_id = $1 AND NOT u.is_deleted AND NOT u.is_test AND u.is_active AND ${condition}`,
      [tenant.ctx.workspaceId, ...parameters.values],
    );
    return rows.map((row) => row["QUERY PLAN"]);
  });
  console.log(lines.join("\n"));
}

function quantile(times: number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

if (values.inner) {
  await measure();
  // The queue that is not there is still being told.
  process.exit();
}
await setUp();
