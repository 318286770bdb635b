import { createHash, randomUUID } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/node";
import pg from "pg";
import type { Log } from "#inngest/local/log.ts";
import { type InngestServer, startInngestServer } from "#inngest/local/server.ts";

/** A database of one test file, on the PostgreSQL that TEST_DATABASE_URL names. */
export type TestDatabase = {
  url: string;
  query: (sql: string, values?: unknown[]) => Promise<Row[]>;
  drop(): Promise<void>;
};
type Row = Record<string, unknown>;

export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error("TEST_DATABASE_URL is not set");
  const name = `engine_${randomUUID().replaceAll("-", "")}`;
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  pool.on("error", () => {});
  return {
    url: url.href,
    query: async (sql, values) => (await pool.query<Row>(sql, values)).rows,
    drop: async () => {
      await pool.end();
      await admin(`drop database ${name} with (force)`);
    },
  };
}

/** How functions, tests and the app of a lab share what happened, by a key that each test makes for itself. */
export class Notebook {
  readonly #notes = new Map<string, unknown[]>();

  note(key: string, value: unknown): void {
    this.#notes.set(key, [...this.of(key), value]);
  }

  of(key: string): unknown[] {
    return this.#notes.get(key) ?? [];
  }

  /** Waits for `count` notes, and then a little longer to catch one too many. */
  async until(key: string, count: number, withinMs = 30_000): Promise<unknown[]> {
    const end = Date.now() + withinMs;
    while (this.of(key).length < count) {
      if (Date.now() > end) {
        throw new Error(
          `${key}: ${this.of(key).length} of ${count} after ${withinMs} ms: ${JSON.stringify(this.of(key))}`,
        );
      }
      await delay(15);
    }
    await delay(300);
    return this.of(key);
  }
}

export type AppOptions = {
  signingKey?: string;
  eventKey?: string;
  streaming?: boolean;
  checkpointing?: boolean;
  /** Whether anybody's PUT makes it register itself; without keys it does. */
  unauthedSync?: boolean;
};
export type DefineFunctions = (client: Inngest) => InngestFunction.Any[];

export type App = {
  url: string;
  client: Promise<Inngest>;
  serve(serverUrl: string, define: DefineFunctions): Inngest;
  stop(): Promise<void>;
};

/**
 * An app of the unmodified SDK on node:http. It listens at once and answers when its functions are given, since it needs
 * the server's address and the server its own.
 */
export async function startApp(options: AppOptions = {}, port = 0): Promise<App> {
  const ready = Promise.withResolvers<{ client: Inngest; listener: http.RequestListener }>();
  const server = http.createServer(async (request, response) => (await ready.promise).listener(request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { signingKey, eventKey } = options;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest`,
    client: ready.promise.then(({ client }) => client),
    serve: (serverUrl, define) => {
      const client = new Inngest({
        id: "lab",
        baseUrl: serverUrl,
        isDev: !signingKey,
        signingKey,
        eventKey,
        checkpointing: options.checkpointing,
        logger: silent,
      });
      ready.resolve({
        client,
        listener: serve({
          client,
          functions: define(client),
          enableUnauthedSync: options.unauthedSync ?? !signingKey,
          streaming: options.streaming,
        }),
      });
      return client;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Keeps the log lines of a server; the test that fails prints them. */
export class LogBook {
  readonly lines: { event: string; fields: Record<string, unknown> | undefined }[] = [];
  readonly log: Log = (event, fields) => void this.lines.push({ event, fields });

  count(event: string): number {
    return this.lines.filter((line) => line.event === event).length;
  }
}

export type Check = (lab: Lab) => Promise<void>;
export type LabOptions = {
  signed?: boolean;
  /** False: the server declines checkpoints. */
  checkpoint?: boolean;
  /** False: the SDK makes none. */
  sdkCheckpoint?: boolean;
  /** How many servers work on the one database; 1. The app knows the first. */
  servers?: number;
};
export type Lab = {
  client: Inngest;
  notebook: Notebook;
  serverUrl: string;
  database: TestDatabase | undefined;
  logs: LogBook;
  /** A request to the server's own API, with the right key. */
  api: (path: string, init?: RequestInit) => Promise<Response>;
  /** Until so many waits of runs whose event carries this key have begun. */
  untilWaiting: (key: string, count?: number) => Promise<void>;
  stop(): Promise<void>;
};

export const signingKey = `signkey-test-${"0123456789abcdef".repeat(4)}`;
export const eventKey = "test-event-key";

/**
 * A server, an app and its functions, registered. With INNGEST_TEST_URL that server is used (in dev mode, started with
 * `--retry-interval 1`) instead of ours, so that one suite can be held against any.
 */
export async function startLab(
  define: (client: Inngest, notebook: Notebook) => InngestFunction.Any[],
  options: LabOptions = {},
): Promise<Lab> {
  const keys = options.signed ? { signingKey, eventKey } : {};
  const notebook = new Notebook();
  const logs = new LogBook();
  const app = await startApp({ ...keys, checkpointing: options.sdkCheckpoint });
  const external = process.env.INNGEST_TEST_URL;
  const database = external ? undefined : await createTestDatabase();
  const servers: InngestServer[] = [];
  for (let n = 0; database && n < (options.servers ?? 1); n++) {
    servers.push(
      await startInngestServer({
        databaseUrl: database.url,
        port: 0,
        apps: [app.url],
        signingKey: keys.signingKey,
        eventKeys: keys.eventKey ? [keys.eventKey] : [],
        dev: !options.signed,
        retryMs: 1_000,
        checkpoint: options.checkpoint,
        log: logs.log,
      }),
    );
  }
  const serverUrl = servers[0]?.url ?? String(external);
  const client = app.serve(serverUrl, (inngest) => define(inngest, notebook));
  if (external) await fetch(app.url, { method: "PUT" });
  else await untilRegistered(logs);
  const token = createHash("sha256")
    .update(Buffer.from(signingKey.replace("signkey-test-", ""), "hex"))
    .digest("hex");
  return {
    client,
    notebook,
    serverUrl,
    database,
    logs,
    api: (path, init) =>
      fetch(new URL(path, serverUrl), {
        ...init,
        headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...init?.headers },
      }),
    untilWaiting: async (key, count = 1) => {
      // What another server holds is not to be seen: time must do.
      if (!database) return delay(1_500);
      const sql = `select 1 from inngest_local.wait w join inngest_local.run r on r.id = w.run_id
        where w.kind <> 'invoke' and strpos(r.events[1], $1) > 0`;
      for (const end = Date.now() + 30_000; (await database.query(sql, [key])).length < count; await delay(50)) {
        if (Date.now() > end) throw new Error(`${key}: no wait began`);
      }
    },
    stop: async () => {
      for (const server of servers) await server.stop();
      await app.stop();
      await database?.drop();
    },
  };
}

async function untilRegistered(logs: LogBook): Promise<void> {
  for (let tries = 0; logs.count("app_registered") === 0; tries++) {
    if (tries > 500) throw new Error(`the app was not registered: ${JSON.stringify(logs.lines)}`);
    await delay(10);
  }
}
