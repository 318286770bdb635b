import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { migrate } from "#scripts/migrations.ts";
import { type RunningPostgres, startPostgres } from "#scripts/postgres.ts";

/**
 * One PostgreSQL server for a run of the tests, unless TEST_DATABASE_URL names one, and in it a database that has all
 * migrations, from which each test file gets its copy (see database.ts). Workers find both in
 * their environment, and a folder that goes with the run.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const runDir = mkdtempSync(join(tmpdir(), "pushpilot-tests-"));
  process.env.TEST_RUN_DIR = runDir;
  let server: RunningPostgres | undefined;
  if (!process.env.TEST_DATABASE_URL) {
    server = await startPostgres({ dataDir: join(runDir, "data"), volatile: true, maxConnections: 200 });
    process.env.TEST_DATABASE_URL = server.url;
  }
  const url = process.env.TEST_DATABASE_URL;
  const template = `pushpilot_template_${process.pid}_${Date.now()}`;
  await onServer(url, [`CREATE DATABASE ${template}`]);
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  await migrate(templateUrl.href);
  process.env.TEST_DATABASE_TEMPLATE = template;

  return async () => {
    if (server) await server.stop("immediate");
    else await dropDatabases(url, template);
    rmSync(runDir, { recursive: true, force: true });
  };
}

async function dropDatabases(url: string, template: string): Promise<void> {
  const names = await onServer(url, [`SELECT datname FROM pg_database WHERE datname LIKE '${template}%'`]);
  await onServer(
    url,
    names.map((name) => `DROP DATABASE ${name} WITH (FORCE)`),
  );
}

/** @returns the first column of the last statement's rows */
async function onServer(url: string, statements: string[]): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let values: string[] = [];
    for (const statement of statements) {
      const { rows } = await client.query<[string]>({ text: statement, rowMode: "array" });
      values = rows.map(([value]) => value);
    }
    return values;
  } finally {
    await client.end();
  }
}
