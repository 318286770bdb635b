import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { Fault } from "./fault.mjs";

/** Where the migrations are, unless told otherwise. */
export const migrationsDir = join(import.meta.dirname, "..", "prisma", "migrations");

/** Any number, the same in every version: whoever migrates this database holds this advisory lock. */
const lockKey = 728_113_204;

export interface Migration {
  /** The folder's name: <UTC time>_<what it does>. */
  name: string;
  sql: string;
  /** SHA-256 of the file in hexadecimal, as `prisma migrate` keeps it. */
  checksum: string;
}

export interface MigrateOptions {
  /** A folder of migrations; default: prisma/migrations. */
  dir?: string;
  /** Takes one line of progress. */
  log?: (line: string) => void;
}

/** The migrations of a folder, in the order in which they apply. */
export function readMigrations(dir = migrationsDir): Migration[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * Brings a database to the schema of this version. Processes that do so at once wait for each other.
 *
 * Folder and table are those of `prisma migrate deploy`, which can be used instead. Unlike it, each migration is one
 * transaction together with its row in that table, so a kill at any moment leaves it applied or not; and its SQL goes
 * to the server whole (Prisma's JavaScript engine cuts it at every semicolon, also those inside of functions).
 *
 * @param url a database that exists
 * @returns the names of the migrations applied now
 * @throws Fault when the database belongs to a newer version, or a migration fails
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const log = options.log ?? (() => {});
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: "migrate" });
  client.on("error", () => {});
  await client.connect().catch((error: Error) => {
    throw new Fault(`The database cannot be reached: ${error.message || error.name}`);
  });
  try {
    await takeLock(client, log);
    const migrations = readMigrations(options.dir);
    const applied = await appliedMigrations(client);
    checkHistory(migrations, applied, log);

    const pending = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of pending) {
      log(`Migrating the database: ${migration.name}`);
      await apply(client, migration);
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * What `migrate` would do: the names it would apply, and whether the database holds a schema of ours already.
 *
 * @throws Fault when the database belongs to a newer version
 */
export async function pendingMigrations(url: string, dir?: string): Promise<{ pending: string[]; isNew: boolean }> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const migrations = readMigrations(dir);
    const applied = await appliedMigrations(client);
    checkHistory(migrations, applied, () => {});
    const pending = migrations.map(({ name }) => name).filter((name) => !applied.has(name));
    return { pending, isNew: applied.size === 0 };
  } finally {
    await client.end();
  }
}

async function takeLock(client: Client, log: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [lockKey]);
  if (rows[0]?.taken) return;
  log("Waiting: another process is migrating this database");
  await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
}

/** Name → checksum of all that is in effect. Rows that were rolled back or never finished are not. */
async function appliedMigrations(client: Client): Promise<Map<string, string>> {
  const table = await client.query<{ found: boolean }>("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found");
  if (!table.rows[0]?.found) return new Map();
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    "SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

function checkHistory(migrations: Migration[], applied: Map<string, string>, log: (line: string) => void): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = [...applied.keys()].filter((name) => !known.has(name)).sort();
  if (unknown.length > 0) {
    throw new Fault(
      `This database was made by a newer PushPilot (it has the migration ${unknown.at(-1)}). Start that version, or restore the backup made before its first start.`,
    );
  }
  for (const { name, checksum } of migrations) {
    const before = applied.get(name);
    if (before && before !== checksum) log(`Warning: migration ${name} was changed after this database applied it`);
  }
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await client.query("BEGIN");
    await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum VARCHAR(64) NOT NULL,
      finished_at TIMESTAMPTZ,
      migration_name VARCHAR(255) NOT NULL,
      logs TEXT,
      rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`);
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, started_at, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), $4, 1)`,
      [randomUUID(), checksum, startedAt, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`Migration ${name} failed and was undone: ${reason}`);
  }
}
