// What it costs to let old messages go: row by row, as retention does it, beside dropping a partition of time. On an
// embedded PostgreSQL of its own, with the product's own tables and indexes.
//
//   npm run bench:retention [-- --messages 2000000]
//
// The last line is JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { migrate } from "#scripts/migrations.ts";
import { startPostgres } from "#scripts/postgres.ts";

const { values } = parseArgs({ options: { messages: { type: "string", default: "2000000" } } });
const total = Number(values.messages);
const pageSize = 5_000;

const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
const postgres = await startPostgres({ dataDir });
await migrate(postgres.url);
const client = new pg.Client({ connectionString: postgres.url });
await client.connect();
const one = async (sql: string, parameters: unknown[] = []) =>
  (await client.query<Record<string, string>>(sql, parameters)).rows[0] ?? {};

const workspaceId = "01900000-0000-7000-8000-000000000001";
const month = 30 * 86_400_000;

/** Half of them two months old, half of today; ids carry the time, as the product's do. */
const fill = (table: string) =>
  client.query(
    `INSERT INTO ${table} (id, workspace_id, campaign_id, run_id, step_index, subscriber_id, subscription_id, channel,
                           status, attempts, sent_at, created_at)
     SELECT uuidv7(CASE WHEN n % 2 = 0 THEN interval '-60 days' ELSE interval '0' END), $1, $1, $1, 0,
            gen_random_uuid(), gen_random_uuid(), 'web_push', 'sent', 1, now(),
            now() - CASE WHEN n % 2 = 0 THEN interval '60 days' ELSE interval '0' END
       FROM generate_series(1, $2::int) n`,
    [workspaceId, total],
  );

async function timed(work: () => Promise<unknown>): Promise<{ seconds: number; walMib: number }> {
  const before = (await one("SELECT pg_current_wal_lsn() AS lsn")).lsn;
  const startedAt = performance.now();
  await work();
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  const { mib = "0" } = await one("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1) / 1048576 AS mib", [before]);
  return { seconds, walMib: Math.round(Number(mib)) };
}

const written = await timed(() => fill("message"));
await client.query("VACUUM ANALYZE message");
const { size: bytesBefore = "0", indexes = "0" } = await one(
  "SELECT pg_total_relation_size('message') AS size, pg_indexes_size('message') AS indexes",
);
const border = new Date(Date.now() - month);

let slowestPageMs = 0;
const deleted = await timed(async () => {
  for (;;) {
    const startedAt = performance.now();
    const { rowCount } = await client.query(
      `DELETE FROM message WHERE workspace_id = $1 AND id IN (
         SELECT id FROM message WHERE workspace_id = $1 AND created_at < $2 ORDER BY id LIMIT $3)`,
      [workspaceId, border, pageSize],
    );
    slowestPageMs = Math.max(slowestPageMs, performance.now() - startedAt);
    if ((rowCount ?? 0) < pageSize) break;
  }
});
const vacuumed = await timed(() => client.query("VACUUM message"));
const { size: bytesAfter = "0" } = await one("SELECT pg_total_relation_size('message') AS size");
// The room that deletes left is used again: the same number written once more makes the table no larger.
await timed(async () => {
  await client.query(
    `INSERT INTO message (id, workspace_id, campaign_id, run_id, step_index, subscriber_id, subscription_id, channel, status, attempts, sent_at)
     SELECT uuidv7(), $1, $1, $1, 0, gen_random_uuid(), gen_random_uuid(), 'web_push', 'sent', 1, now() FROM generate_series(1, $2::int)`,
    [workspaceId, total / 2],
  );
});
const { size: bytesRefilled = "0" } = await one("SELECT pg_total_relation_size('message') AS size");

await client.query(`
  CREATE TABLE parted (LIKE message INCLUDING DEFAULTS) PARTITION BY RANGE (created_at);
  CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('${border.toISOString()}');
  CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('${border.toISOString()}') TO (MAXVALUE);
  CREATE UNIQUE INDEX ON parted (run_id, step_index, subscription_id, enrollment_id, created_at);
  CREATE UNIQUE INDEX ON parted (id, created_at);
  CREATE INDEX ON parted (campaign_id, id);
  CREATE INDEX ON parted (workspace_id, subscriber_id, id);`);
const writtenParted = await timed(() => fill("parted"));
const dropped = await timed(() => client.query("DROP TABLE parted_old"));
await client.end();
await postgres.stop("immediate");
rmSync(dataDir, { recursive: true, force: true });

const half = total / 2;
const mib = (bytes: string) => Math.round(Number(bytes) / 1_048_576);
const figures = {
  bench: "retention",
  messages: total,
  written_per_s: Math.round(total / written.seconds),
  written_wal_bytes_each: Math.round((written.walMib * 1_048_576) / total),
  bytes_each: Math.round(Number(bytesBefore) / total),
  index_bytes_each: Math.round(Number(indexes) / total),
  deleted_per_s: Math.round(half / deleted.seconds),
  deleted_wal_bytes_each: Math.round((deleted.walMib * 1_048_576) / half),
  slowest_page_ms: Math.round(slowestPageMs),
  vacuum_s: vacuumed.seconds,
  table_mib: { before: mib(bytesBefore), after: mib(bytesAfter), refilled: mib(bytesRefilled) },
  partitions: { written_per_s: Math.round(total / writtenParted.seconds), drop_s: dropped.seconds },
};
console.log(`written ${figures.written_per_s}/s; deleted ${figures.deleted_per_s}/s in pages of ${pageSize}`);
console.log(`a partition of as many is dropped in ${dropped.seconds} s`);
console.log(JSON.stringify(figures));
