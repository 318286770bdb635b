import type { Tx } from "./database.ts";
import type { Engine, EventBody } from "./engine.ts";
import { compile, keyOf } from "./expr.ts";
import { limitsOf } from "./function-config.ts";
import { milliseconds, reserve, shortKey } from "./gates.ts";
import type { Fn } from "./registry.ts";
import { cancelRun } from "./runs.ts";
import { ulid } from "./time.ts";

/** What starts a run. `idem` admits one run of the function per value within 24 h. */
export type Start = {
  idem: string;
  eventId: string;
  events: string[];
  parent?: { run: string; step: string };
  /** Even if its event has a time to come. */
  atOnce?: boolean;
};

type NewRun = {
  id: string;
  fnId: string;
  idem: string;
  eventId: string;
  events: string[];
  parent: Start["parent"];
  single: string | null;
  ckeys: string[];
  ord: number;
  /** Not before: its event has a time to come, or it is throttled. */
  at: Date | null;
};

type Scope = { event: EventBody };

/** Runs to create together, in the order of their events. */
export class Starts {
  readonly #engine: Engine;
  readonly #tx: Tx;
  #runs: NewRun[] = [];

  constructor(engine: Engine, tx: Tx) {
    this.#engine = engine;
    this.#tx = tx;
  }

  async add(fn: Fn, start: Start): Promise<void> {
    const { singleton, throttle, timeouts } = fn.config;
    if (!singleton && !throttle && !timeouts) {
      this.#runs.push(newRun(fn, start, scopeOf(start)));
      return;
    }
    await this.flush();
    await startRun(this.#engine, this.#tx, fn, start);
  }

  /** Creates them; before anything that looks at runs. */
  async flush(): Promise<void> {
    const runs = this.#runs;
    this.#runs = [];
    if (runs.length > 0) await insertRuns(this.#tx, runs);
  }
}

/**
 * Creates a run and its first call.
 *
 * @returns its id; nothing when the idempotency key was used or a singleton is running
 */
export async function startRun(engine: Engine, tx: Tx, fn: Fn, start: Start): Promise<string | undefined> {
  const scope = scopeOf(start);
  const { singleton, throttle, timeouts } = fn.config;
  const run = newRun(fn, start, scope);
  if (run.single !== null && singleton?.mode === "cancel") await cancelSingle(engine, tx, fn, run.single);
  const dueAt = run.at;
  if (throttle) run.at = laterOf(dueAt, await reserve(tx, fn, throttle, scope));
  const created = await insertRuns(tx, [run]);
  if (created === 0) return undefined;
  await setTimeouts(tx, run, dueAt, timeouts);
  return run.id;
}

function scopeOf(start: Start): Scope {
  return { event: JSON.parse(start.events[0] ?? "{}") as EventBody };
}

function newRun(fn: Fn, start: Start, scope: Scope): NewRun {
  const now = Date.now();
  const { singleton } = fn.config;
  return {
    id: ulid(now),
    fnId: fn.id,
    idem: shortKey(start.idem),
    eventId: start.eventId,
    events: start.events,
    parent: start.parent,
    single: singleton ? shortKey(keyOf(singleton.key, scope)) : null,
    ckeys: ckeysOf(fn, scope),
    ord: now - priorityOf(fn, scope) * 1000,
    at: !start.atOnce && scope.event.ts > now ? new Date(scope.event.ts) : null,
  };
}

function laterOf(one: Date | null, other: Date): Date {
  return one && one > other ? one : other;
}

/** @returns how many were created: not those whose idempotency key was used or whose singleton is running */
async function insertRuns(tx: Tx, runs: readonly NewRun[]): Promise<number> {
  const created = await tx.query(
    `with wanted as (
       select *, array(select json_array_elements_text(events_json)) as events,
              array(select json_array_elements_text(ckeys_json)) as ckeys
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::json[], $6::text[], $7::text[], $8::text[],
                     $9::json[], $10::float8[], $11::timestamptz[]) with ordinality
           as w(id, fn_id, idem, event_id, events_json, parent_run, parent_step, single, ckeys_json, ord, at, place)
     ), started as (
       insert into run (id, fn_id, idem, event_id, events, parent_run, parent_step, single, ckeys, ord)
       select id, fn_id, idem, event_id, events, parent_run, parent_step, single, ckeys, ord from wanted order by place
       on conflict do nothing returning id
     )
     insert into queue (key, kind, run_id, fn_id, ord, ckeys, run_at, parked_on)
     select id || ':d', 'call', id, fn_id, ord, ckeys, coalesce(at, now()), case when at > now() then '@' end
       from wanted join started using (id) order by place
     returning id`,
    [
      runs.map(({ id }) => id),
      runs.map(({ fnId }) => fnId),
      runs.map(({ idem }) => idem),
      runs.map(({ eventId }) => eventId),
      runs.map(({ events }) => JSON.stringify(events)),
      runs.map(({ parent }) => parent?.run ?? null),
      runs.map(({ parent }) => parent?.step ?? null),
      runs.map(({ single }) => single),
      runs.map(({ ckeys }) => JSON.stringify(ckeys)),
      runs.map(({ ord }) => ord),
      runs.map(({ at }) => at),
    ],
  );
  if (created.length > 0) tx.wake.add("calls");
  if (runs.some(({ at }) => at !== null)) tx.wake.add("timers");
  return created.length;
}

async function cancelSingle(engine: Engine, tx: Tx, fn: Fn, single: string): Promise<void> {
  const running = await tx.query<{ id: string }>(
    "select id from run where fn_id = $1 and single = $2 and status = 'Running'",
    [fn.id, single],
  );
  for (const { id } of running) await cancelRun(engine, tx, id);
}

/** @param dueAt when the run was to begin, if not at once */
async function setTimeouts(tx: Tx, run: NewRun, dueAt: Date | null, timeouts: Fn["config"]["timeouts"]): Promise<void> {
  for (const which of ["start", "finish"] as const) {
    const period = timeouts?.[which];
    if (period === undefined) continue;
    await tx.query(
      `insert into queue (key, kind, run_id, fn_id, step, data, run_at)
       values ($1, 'timeout', $2, $3, $4, array[$5], coalesce($6::timestamptz, now()) + $5::float8 * interval '1 ms')`,
      [`${run.id}:${which}`, run.id, run.fnId, which, String(milliseconds(period)), dueAt],
    );
    tx.wake.add("timers");
  }
}

function ckeysOf(fn: Fn, scope: Scope): string[] {
  return limitsOf(fn.config).map(({ limit, key, scope: reach = "fn" }, index) => {
    const value = shortKey(keyOf(key, scope));
    return reach === "fn" ? `${fn.id}#${index}|${limit}|${value}` : `${reach}|${limit}|${key}|${value}`;
  });
}

/** Seconds by which a run goes ahead of (positive) or behind its time of creation. */
function priorityOf(fn: Fn, scope: Scope): number {
  const { run } = fn.config.priority ?? {};
  if (!run) return 0;
  try {
    return Math.max(-600, Math.min(600, Number(compile(run)(scope)) || 0));
  } catch {
    return 0;
  }
}
