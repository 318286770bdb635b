import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient, type QueryResultRow } from "pg";
import { type Prisma, PrismaClient } from "#prisma/generated/client.ts";
import { env } from "./env.ts";

/** What a domain function needs to take part in its caller's transaction. */
export type Transaction = Prisma.TransactionClient;

interface Database {
  pool: Pool;
  hot: Pool;
  prisma: PrismaClient;
}

// One pool a process, kept across hot reloads. Bundlers may load this module more than once.
const holder = globalThis as typeof globalThis & { pushpilotDatabase?: Database };

function openPool(max: number, settings?: string): Pool {
  const pool = new Pool({
    connectionString: env().DATABASE_URL,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: `pushpilot-${env().ROLE}`,
    ...(settings !== undefined && { onConnect: (client) => client.query(settings) }),
  });
  // A cut connection is reported on idle clients; without a listener the process would die of it.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

function open(): Database {
  const pool = openPool(20);
  const hot = openPool(10, keysInOrder(false));
  // A busy pool is worth a wait; the API answers 503 when it takes longer.
  const transactionOptions = { maxWait: 5_000, timeout: 15_000 };
  return { pool, hot, prisma: new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions }) };
}

function database(): Database {
  holder.pushpilotDatabase ??= open();
  return holder.pushpilotDatabase;
}

/** The ORM, for ordinary reads and writes. Opens at first use. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get: (_, name) => Reflect.get(database().prisma, name),
});

/** The pool under it, for the hot paths' hand-written SQL. */
export function pool(): Pool {
  return database().pool;
}

/** Rows of one parameterised statement, outside any transaction. */
export async function query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool().query<Row>(text, values)).rows;
}

/**
 * The same for a statement of the hot path, on connections of its own: each parses and plans it once, under its name, and
 * lets the planner use indexes only, in their order.
 */
export async function queryPrepared<Row extends QueryResultRow>(
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  return (await database().hot.query<Row>({ name, text, values })).rows;
}

/** Runs `work` in one transaction on one connection; rolls back when it throws. */
export async function transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((fault: Error) => {
      broken = fault;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function off(names: string[], isLocal: boolean): string {
  return `SELECT ${names.map((name) => `set_config('${name}', 'off', ${isLocal})`).join(", ")}`;
}

/**
 * A page touches a few thousand rows by their keys. Its statements are written so; this keeps the planner, which knows
 * only averages, from reading a whole table instead.
 */
export const keysOnly = off(["enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit"], true);

/**
 * Rows in the order of an index. A queue is filled and emptied within minutes, so what the planner knows of it is
 * always old; a plan that sorts reads all of it for each claim.
 *
 * @param isLocal for the transaction, else for the connection
 */
export const keysInOrder = (isLocal: boolean) =>
  off(["enable_seqscan", "enable_bitmapscan", "enable_sort", "jit"], isLocal);

/** Closes every connection; for scripts, tests and shutdown. */
export async function closeDatabase(): Promise<void> {
  const open = holder.pushpilotDatabase;
  delete holder.pushpilotDatabase;
  if (open) {
    await open.prisma.$disconnect();
    await open.pool.end().catch(() => {});
    await open.hot.end().catch(() => {});
  }
}
