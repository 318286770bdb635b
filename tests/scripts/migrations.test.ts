import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { migrate, migrationsDir, pendingMigrations } from "#scripts/migrations.ts";
import { diffSchema } from "#scripts/schema-engine.ts";
import { newDatabase } from "#tests/support/database.ts";

async function emptyDatabase(): Promise<string> {
  const url = await newDatabase();
  await query(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  return url;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

function folder(migrations: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), "pushpilot-migrations-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, "migration.sql"), sql);
  }
  return dir;
}

/** A folder of the migrations before the one of that name. */
function before(name: string): string {
  const all = readdirSync(migrationsDir).filter((each) => /^\d/.test(each));
  const names = all.slice(
    0,
    all.findIndex((each) => each.endsWith(`_${name}`)),
  );
  return folder(
    Object.fromEntries(names.map((each) => [each, readFileSync(join(migrationsDir, each, "migration.sql"), "utf8")])),
  );
}

const runId = "01900000-0000-7000-8000-000000000001";
const first = { "20260101000000_first": "CREATE TABLE note (id int PRIMARY KEY)" };

test("the migrations make exactly what the Prisma schema describes", async () => {
  const schema = resolve(import.meta.dirname, "..", "..", "prisma", "schema");
  const sql = await diffSchema(await newDatabase(), schema);
  expect(sql.replaceAll(/^--.*$/gm, "").trim()).toBe("");
});

test("what waits, and what a worker had in hand, is in the queue of an installation that had none", async () => {
  const url = await emptyDatabase();
  await migrate(url, { dir: before("queue_beside_the_ledger") });
  await query(
    url,
    `INSERT INTO message (workspace_id, run_id, subscriber_id, subscription_id, channel, status, next_at, content, claimed_by)
     SELECT uuidv7(), '${runId}', uuidv7(), uuidv7(), 'web_push', status::message_status, at::timestamptz, content::jsonb, worker
       FROM (VALUES ('queued', '2026-01-01Z', NULL, NULL), ('queued', '2026-01-02Z', '{}', NULL),
                    ('sending', '2026-01-03Z', NULL, 77), ('failed', '2026-01-04Z', NULL, NULL)) AS m (status, at, content, worker)`,
  );
  await migrate(url);
  expect(await query(url, "SELECT run_id, next_at, is_direct FROM message_queue ORDER BY next_at")).toEqual([
    { run_id: runId, next_at: new Date("2026-01-01Z"), is_direct: false },
    { run_id: runId, next_at: new Date("2026-01-02Z"), is_direct: true },
  ]);
  expect(
    await query(
      url,
      "SELECT k.run_id, k.worker, m.status::text FROM claim k JOIN message m ON m.workspace_id = k.workspace_id AND m.id = ANY (k.message_ids)",
    ),
  ).toEqual([{ run_id: runId, worker: 77, status: "sending" }]);
  expect(await query(url, "SELECT problem::text FROM message WHERE problem IS NOT NULL")).toEqual([
    { problem: "failed" },
  ]);
});

test("each migration is applied once, in order, and noted as prisma migrate notes it", async () => {
  const url = await emptyDatabase();
  const dir = folder({ ...first, "20260102000000_second": "ALTER TABLE note ADD COLUMN text text" });

  expect(await migrate(url, { dir })).toEqual(["20260101000000_first", "20260102000000_second"]);
  expect(await migrate(url, { dir })).toEqual([]);
  expect(
    await query(
      url,
      "SELECT migration_name, length(checksum) AS length, applied_steps_count, logs FROM _prisma_migrations",
    ),
  ).toEqual([
    { migration_name: "20260101000000_first", length: 64, applied_steps_count: 1, logs: null },
    { migration_name: "20260102000000_second", length: 64, applied_steps_count: 1, logs: null },
  ]);
});

test("four processes that start at once migrate once", async () => {
  const url = await emptyDatabase();
  const dir = folder(first);
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(url, { dir })));
  expect(applied.flat()).toEqual(["20260101000000_first"]);
});

test("functions may hold semicolons", async () => {
  const url = await emptyDatabase();
  const sql = "CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;";
  await migrate(url, { dir: folder({ "20260101000000_function": sql }) });
  expect(await query(url, "SELECT two()")).toEqual([{ two: 2 }]);
});

test("a migration that fails leaves nothing of itself, and works once it is mended", async () => {
  const url = await emptyDatabase();
  const broken = folder({ ...first, "20260102000000_second": "CREATE TABLE more (id int); SELECT nonsense" });
  await expect(migrate(url, { dir: broken })).rejects.toThrow(
    'Migration 20260102000000_second failed and was undone: column "nonsense" does not exist',
  );
  expect(await query(url, "SELECT to_regclass('more') AS more")).toEqual([{ more: null }]);

  const mended = folder({ ...first, "20260102000000_second": "CREATE TABLE more (id int)" });
  expect(await migrate(url, { dir: mended })).toEqual(["20260102000000_second"]);
});

test("a database of a newer version is refused in one line and left alone", async () => {
  const url = await emptyDatabase();
  await migrate(url, { dir: folder({ ...first, "20270101000000_later": "SELECT 1" }) });
  const older = folder(first);

  const line = /made by a newer PushPilot \(it has the migration 20270101000000_later\)/;
  await expect(migrate(url, { dir: older })).rejects.toThrow(line);
  await expect(pendingMigrations(url, older)).rejects.toThrow(line);
});

test("what is pending can be asked without applying it", async () => {
  const url = await emptyDatabase();
  const dir = folder(first);
  expect(await pendingMigrations(url, dir)).toEqual({ pending: ["20260101000000_first"], isNew: true });
  await migrate(url, { dir });
  expect(await pendingMigrations(url, dir)).toEqual({ pending: [], isNew: false });
});
