import { randomUUID } from "node:crypto";
import { Client } from "pg";

/**
 * Makes a database that has all migrations and no rows. It goes when the run of the tests ends.
 *
 * @returns its URL
 */
export async function newDatabase(): Promise<string> {
  const { TEST_DATABASE_URL: server, TEST_DATABASE_TEMPLATE: template } = process.env;
  if (!server || !template) throw new Error("No test database: run this by vitest, with its global setup");
  const name = `${template}_${randomUUID().slice(0, 8)}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
