import pg from "pg";
import type { Log } from "./log.ts";
import { migrations } from "./migrations.ts";

/** First number of every advisory lock of this server: keeps them apart from the application's own. */
export const lockClass = 1850299754;

/** Loops that a committed transaction wakes: it queued events, calls or timers. */
export type Wake = "events" | "calls" | "timers";

export type Row = Record<string, unknown>;

const statementNames = new Map<string, string>();

/** Names a statement after its text, so that each connection parses and plans it once. */
function prepared(text: string, values: unknown[]): pg.QueryConfig {
  const name = statementNames.get(text) ?? `s${statementNames.size + 1}`;
  statementNames.set(text, name);
  return { name, text, values };
}

/** One open transaction. `wake` is acted on only after commit. */
export class Tx {
  readonly wake = new Set<Wake>();
  readonly client: pg.PoolClient;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  async query<R extends Row = Row>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.client.query<R>(prepared(text, values))).rows;
  }
}

// Serialization failure, deadlock, and what a cut connection or a restarting PostgreSQL answers.
const passing = /^(40|08|57P)/;

/** True for an error after which the same transaction may succeed. Errors without an SQLSTATE come from the socket. */
export function isPassing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^[0-9A-Z]{5}$/.test(code)) return passing.test(code);
  return code !== "" || (error instanceof Error && /terminated|timeout exceeded|not queryable/i.test(error.message));
}

/** A pool on the schema `inngest_local`, with transactions that are retried when the fault may pass. */
export class Database {
  onWake: (wake: ReadonlySet<Wake>) => void = () => {};
  readonly url: string;
  readonly #pool: pg.Pool;

  constructor(url: string, log: Log, maxConnections = 8) {
    this.url = url;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: maxConnections,
      // Not as a start parameter: a pooler in between may not take those, and the URL may bring its own.
      onConnect: async (client) => {
        await client.query("set search_path = inngest_local");
      },
      connectionTimeoutMillis: 10_000,
      application_name: "inngest-local",
    });
    this.#pool.on("error", (error) => {
      if (!this.#pool.ending) log("database_connection_lost", { error: error.message });
    });
    // A cut connection emits on the client while it is checked out: without a listener the process would die.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  async query<R extends Row = Row>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#pool.query<R>(prepared(text, values))).rows;
  }

  /** Runs `work` in a transaction; repeats all of it up to 5 times, so `work` must be safe to repeat. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#repeated(() => this.#once(work));
  }

  /** One statement that commits by itself, repeated like a transaction, so it must be safe to repeat. */
  write(text: string, values: unknown[]): Promise<Row[]> {
    return this.#repeated(() => this.query(text, values));
  }

  async #repeated<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === 5 || !isPassing(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 40 * attempt ** 2 * (0.5 + Math.random())));
      }
    }
  }

  async #once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    const tx = new Tx(client);
    try {
      await client.query("begin");
      const result = await work(tx);
      await client.query("commit");
      client.release();
      if (tx.wake.size > 0) this.onWake(tx.wake);
      return result;
    } catch (error) {
      const rolledBack = await client.query("rollback").then(
        () => true,
        () => false,
      );
      client.release(!rolledBack);
      throw error;
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** Creates or upgrades the schema. Safe to run from several servers at once. */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1, 1)", [lockClass]);
    await client.query("create schema if not exists inngest_local");
    await client.query("set local search_path = inngest_local");
    await client.query("create table if not exists migration (number int primary key, at timestamptz default now())");
    const applied = await client.query<{ last: number }>("select coalesce(max(number), 0) as last from migration");
    const last = applied.rows[0]?.last ?? 0;
    for (const [index, sql] of migrations.entries()) {
      if (index < last) continue;
      await client.query(sql);
      await client.query("insert into migration (number) values ($1)", [index + 1]);
    }
    await client.query("commit");
  } finally {
    await client.end();
  }
}
