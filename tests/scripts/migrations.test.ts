import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { migrate, pendingMigrations } from "#scripts/migrations.ts";
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

const first = { "20260101000000_first": "CREATE TABLE note (id int PRIMARY KEY)" };

test("the migrations make exactly what the Prisma schema describes", async () => {
  const schema = resolve(import.meta.dirname, "..", "..", "prisma", "schema");
  const sql = await diffSchema(await newDatabase(), schema);
  expect(sql.replaceAll(/^--.*$/gm, "").trim()).toBe("");
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
