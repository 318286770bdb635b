import "server-only";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { seal, unseal } from "#lib/crypto.ts";
import { query } from "#lib/db.ts";

/** What was found of one thing that the product needs; `problem` says what to do, for the operator. */
export interface Check {
  ok: boolean;
  problem?: string;
}

export interface Readiness {
  ready: boolean;
  checks: { database: Check; migrations: Check; keys: Check; queue: Check };
  /** How long the oldest due run waits for its start. Reported only: lag is no reason to take a process out. */
  queueLagSeconds: number | null;
}

/** Whether this installation can serve: its database, its migrations, its keys, and a worker known to the queue. */
export async function readiness(): Promise<Readiness> {
  const database = await check(async () => {
    await query("SELECT 1");
  }, "The database cannot be reached.");
  const keys = await check(async () => tryKeys(), "ENCRYPTION_KEY or AUTH_SECRET is missing or wrong.");
  if (!database.ok) {
    const unknown = { ok: false, problem: "Unknown while the database is away." };
    return { ready: false, checks: { database, migrations: unknown, keys, queue: unknown }, queueLagSeconds: null };
  }
  const migrations = await check(
    requireMigrations,
    "The database's schema is not this version's. Run npm run db:migrate.",
  );
  const queue = await check(requireWorker, "The worker is not registered with its Inngest server yet.");
  const checks = { database, migrations, keys, queue };
  const ready = Object.values(checks).every(({ ok }) => ok);
  return { ready, checks, queueLagSeconds: migrations.ok ? await queueLagSeconds() : null };
}

async function check(look: () => Promise<void>, problem: string): Promise<Check> {
  try {
    await look();
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: error instanceof Missing ? error.message : problem };
  }
}

/** Something is missing that can be named without telling anything of the inside. */
class Missing extends Error {}

function tryKeys(): void {
  const place = { table: "readiness", column: "value", workspaceId: "", rowId: "" };
  if (unseal(seal("ready", place), place) !== "ready") throw new Missing("A sealed value does not open.");
}

let knownMigrations: string[] | undefined;

async function requireMigrations(): Promise<void> {
  // The folder that the release was started from; the same that npm start migrates by.
  knownMigrations ??= readdirSync(join(/* turbopackIgnore: true */ process.cwd(), "prisma", "migrations"), {
    withFileTypes: true,
  })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const rows = await query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const applied = new Set(rows.map(({ name }) => name));
  const missing = knownMigrations.filter((name) => !applied.has(name));
  if (missing.length > 0) throw new Missing(`Not applied: ${missing.join(", ")}. Run npm run db:migrate.`);
}

/**
 * The local Inngest server keeps its registrations in this database; the worker itself is asked whether it lives. Of
 * an Inngest server elsewhere nothing can be read, and nothing is claimed.
 */
async function requireWorker(): Promise<void> {
  const workerOrigin = process.env.INNGEST_SERVE_ORIGIN;
  if (!process.env.INNGEST_SIGNING_KEY?.startsWith("signkey-local-") || !workerOrigin) return;
  const [schema] = await query<{ there: boolean }>("SELECT to_regclass('inngest_local.app') IS NOT NULL AS there");
  if (!schema?.there) throw new Missing("The local Inngest server has not started yet.");
  const [app] = await query<{ error: string | null }>(
    "SELECT error FROM inngest_local.app WHERE starts_with(url, $1)",
    [workerOrigin],
  );
  if (!app) throw new Missing("The worker is not registered with its Inngest server yet.");
  if (app.error !== null) throw new Missing("The Inngest server refused the worker's registration; see its log.");
  const alive = await fetch(new URL("/api/health", workerOrigin), { signal: AbortSignal.timeout(2_000) });
  if (!alive.ok) throw new Missing("The worker does not answer.");
}

async function queueLagSeconds(): Promise<number> {
  const [row] = await query<{ lag: string }>(
    `SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) AS lag FROM run
      WHERE status = 'due' AND due_at < now()`,
  );
  return Math.round(Number(row?.lag ?? 0));
}
