// The database's commands, for developers and operators:
//   node scripts/db.ts generate            the typed client from prisma/schema
//   node scripts/db.ts migrate             brings DATABASE_URL to the schema of this version
//   node scripts/db.ts migration <name>    writes the next migration: what prisma/schema has and the earlier ones lack
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault, runMain } from "./fault.mjs";
import { migrate, migrationsDir } from "./migrations.ts";
import { startPostgres } from "./postgres.ts";
import { diffSchema } from "./schema-engine.ts";

const root = resolve(import.meta.dirname, "..");
const schemaDir = join(root, "prisma", "schema");

/**
 * Generates the typed client into prisma/generated.
 *
 * @throws Fault with Prisma's own words when the schema is wrong
 */
export function generateClient(): void {
  const prisma = fileURLToPath(new URL("../build/index.js", import.meta.resolve("prisma/config")));
  const cli = existsSync(prisma) ? prisma : join(root, "node_modules", "prisma", "build", "index.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "generate", "--no-hints"], {
    cwd: root,
    encoding: "utf8",
    // `generate` needs no schema engine, and yet downloads one unless a file is named.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" },
  });
  if (status !== 0) throw new Fault(`The database client could not be generated.\n${stdout}${stderr}`);
}

/**
 * Writes the next migration into `dir`, unless nothing changed.
 *
 * What is written by hand in migrations stays when the schema does not name it: partial indexes, indexes on expressions,
 * functions, triggers, views and check constraints. Other indexes (a GIN index too) and tables must stand in the
 * schema, or the next migration drops them.
 *
 * @returns the new migration's file, or null
 */
export async function createMigration(name: string, dir = migrationsDir, schema = schemaDir): Promise<string | null> {
  const scratch = mkdtempSync(join(tmpdir(), "pushpilot-scratch-"));
  const postgres = await startPostgres({ dataDir: scratch, volatile: true });
  try {
    await migrate(postgres.url, { dir });
    const sql = await diffSchema(postgres.url, schema);
    if (sql.replaceAll(/^--.*$/gm, "").trim() === "") return null;
    const stamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
    const file = join(dir, `${stamp}_${name}`, "migration.sql");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(join(dir, "migration_lock.toml"), 'provider = "postgresql"\n');
    writeFileSync(file, sql);
    return file;
  } finally {
    await postgres.stop("immediate");
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const [command, name] = process.argv.slice(2);
  switch (command) {
    case "generate":
      generateClient();
      return;
    case "migrate": {
      const url = process.env.DATABASE_URL;
      if (!url) throw new Fault("Set DATABASE_URL. The embedded database is migrated by npm start.");
      const applied = await migrate(url, { log: console.log });
      if (applied.length === 0) console.log("The database is up to date.");
      return;
    }
    case "migration": {
      if (!name || !/^[a-z0-9_]+$/.test(name)) throw new Fault("Name it: npm run db:migration -- add_site_icon");
      const file = await createMigration(name);
      console.log(file ?? "Nothing changed: the migrations already make this schema.");
      return;
    }
    default:
      throw new Fault("Say what: generate, migrate or migration <name>.");
  }
}

if (import.meta.main) await runMain(main);
