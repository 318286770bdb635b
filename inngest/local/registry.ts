import { createHash } from "node:crypto";
import { nextFiring, parseCron } from "./cron.ts";
import type { Database, Tx } from "./database.ts";
import { lockClass } from "./database.ts";
import type { Engine } from "./engine.ts";
import type { FunctionConfig } from "./function-config.ts";
import { checkFunction, RefusedError, retriesOf } from "./function-config.ts";
import { shortKey } from "./gates.ts";

/** An active function, ready to be triggered and called. */
export type Fn = { id: string; appId: string; config: FunctionConfig; url: string; retries: number };

export type Registration = {
  url: string;
  appId: string;
  sdk: string;
  framework: string;
  functions: FunctionConfig[];
};

type Listener = { fn: Fn; expression: string | undefined };

/** The active functions, in memory, indexed by the events that start or cancel them. */
export class Registry {
  #fns = new Map<string, Fn>();
  #triggers = new Map<string, Listener[]>();
  #cancels = new Map<string, Listener[]>();

  async load(db: Database): Promise<void> {
    const rows = await db.query<{ id: string; app_id: string; config: FunctionConfig }>(
      "select id, app_id, config from fn where active order by id",
    );
    this.#fns = new Map();
    this.#triggers = new Map();
    this.#cancels = new Map();
    for (const { id, app_id: appId, config } of rows) {
      const url = Object.values(config.steps)[0]?.runtime.url ?? "";
      const fn = { id, appId, config, url, retries: retriesOf(config) };
      this.#fns.set(id, fn);
      for (const { event, expression } of config.triggers) if (event) add(this.#triggers, event, { fn, expression });
      for (const on of config.cancel ?? []) add(this.#cancels, on.event, { fn, expression: on.if });
    }
  }

  get(id: string): Fn | undefined {
    return this.#fns.get(id);
  }

  all(): Fn[] {
    return [...this.#fns.values()];
  }

  triggeredBy(eventName: string): Listener[] {
    return listening(this.#triggers, eventName);
  }

  cancelledBy(eventName: string): Listener[] {
    return listening(this.#cancels, eventName);
  }

  listensTo(eventName: string): boolean {
    return this.triggeredBy(eventName).length > 0 || this.cancelledBy(eventName).length > 0;
  }
}

function add(index: Map<string, Listener[]>, pattern: string, listener: Listener): void {
  index.set(pattern, [...(index.get(pattern) ?? []), listener]);
}

/** Exact names, and wildcards at every "/" or "." of the name. */
function listening(index: Map<string, Listener[]>, eventName: string): Listener[] {
  const found = [...(index.get(eventName) ?? [])];
  for (const { index: at } of eventName.matchAll(/[/.]/g)) {
    found.push(...(index.get(`${eventName.slice(0, at + 1)}*`) ?? []));
  }
  return found;
}

/**
 * Stores what an app serves, replacing what it served before: its other functions start no more runs.
 *
 * @returns true when something changed
 * @throws RefusedError something that this server does not do
 */
export async function register(engine: Engine, app: Registration): Promise<boolean> {
  try {
    check(app);
  } catch (error) {
    if (error instanceof RefusedError) await noteRefusal(engine, app, error.message);
    throw error;
  }
  const hash = createHash("sha256").update(JSON.stringify(app)).digest("hex");
  const modified = await engine.db.tx(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1, 2)", [lockClass]);
    const [known] = await tx.query("select 1 from app where id = $1 and hash = $2 and error is null", [
      app.appId,
      hash,
    ]);
    if (known) return false;
    await store(tx, app, hash);
    await tx.query("select pg_notify('inngest_local', 'registry')");
    return true;
  });
  if (modified) {
    await engine.registry.load(engine.db);
    engine.log("app_registered", { app: app.appId, url: app.url, functions: app.functions.length });
  }
  return modified;
}

function check({ appId, url, functions }: Registration): void {
  if (typeof appId !== "string" || appId === "") throw new RefusedError("the app has no id");
  if (typeof url !== "string" || !URL.canParse(url)) throw new RefusedError(`${appId}: the app has no URL`);
  if (!Array.isArray(functions) || functions.length === 0) throw new RefusedError("the app has no functions");
  if (holdsNul([appId, url, functions])) {
    throw new RefusedError(`${appId.replaceAll("\0", "")}: a name or an option holds a NUL character`);
  }
  for (const config of functions) checkFunction(config);
  const ids = new Set(functions.map(({ id }) => id));
  if (ids.size < functions.length) throw new RefusedError("two functions have the same id");
}

/** The database takes no text with such a character. */
function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNul);
}

/** Keeps why an app was not taken, for whoever looks after the server; what it served before stays. */
async function noteRefusal(engine: Engine, { appId, url }: Registration, error: string): Promise<void> {
  const [id, at, why] = [appId, url, error].map((value) =>
    String(value ?? "")
      .replaceAll("\0", "")
      .slice(0, 2_000),
  );
  await engine.db.query(
    `insert into refusal (url, app_id, error) values ($1, $2, $3)
     on conflict (url) do update set app_id = $2, error = $3, at = now()`,
    [at, id, why],
  );
  await engine.db.query("update app set error = $2 where url = $1", [at, why]);
}

async function store(tx: Tx, app: Registration, hash: string): Promise<void> {
  await tx.query(
    `insert into app (id, url, sdk, framework, hash) values ($1, $2, $3, $4, $5)
     on conflict (id) do update set url = $2, sdk = $3, framework = $4, hash = $5, error = null, synced_at = now()`,
    [app.appId, app.url, app.sdk, app.framework, hash],
  );
  await tx.query("delete from refusal where app_id = $1 or url = $2", [app.appId, app.url]);
  const ids = app.functions.map(({ id }) => id);
  await tx.query("update fn set active = false where app_id = $1 and not id = any($2)", [app.appId, ids]);
  for (const config of app.functions) {
    await tx.query(
      `insert into fn (id, app_id, config) values ($1, $2, $3)
       on conflict (id) do update set app_id = $2, config = $3, active = true`,
      [config.id, app.appId, JSON.stringify(config)],
    );
  }
  await storeCrons(tx, app);
}

/** One queue row per cron trigger. A trigger that stays keeps its row, and with it a firing that was missed. */
async function storeCrons(tx: Tx, app: Registration): Promise<void> {
  const keys: string[] = [];
  for (const { id, triggers } of app.functions) {
    for (const { cron } of triggers) {
      const next = cron === undefined ? undefined : nextFiring(parseCron(cron), Date.now());
      if (cron === undefined || next === undefined) continue;
      const key = `cron:${id}:${shortKey(cron)}`;
      keys.push(key);
      await tx.query(
        `insert into queue (key, kind, fn_id, data, run_at) values ($1, 'cron', $2, $3, $4) on conflict (key) do nothing`,
        [key, id, [cron], new Date(next)],
      );
    }
  }
  await tx.query(
    `delete from queue where kind = 'cron' and not key = any($2) and fn_id in (select id from fn where app_id = $1)`,
    [app.appId, keys],
  );
  tx.wake.add("timers");
}
