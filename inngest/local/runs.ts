import type { Tx } from "./database.ts";
import type { Engine, EventBody } from "./engine.ts";
import { insertEvents } from "./events.ts";
import { ulid } from "./time.ts";

/** A run while its row is locked: whoever changes a run locks it first, then its queue rows, then its parent. */
export type LockedRun = {
  id: string;
  fn_id: string;
  pending: string[];
  ver: number;
  ord: number;
  ckeys: string[];
  parent_run: string | null;
  parent_step: string | null;
};

export type RunStatus = "Completed" | "Failed" | "Cancelled";

// By key alone: a plan may take a partial index of the state for the smaller one, and walk through it.
const runColumns = "r.id, r.status, r.fn_id, r.pending, r.ver, r.ord, r.ckeys, r.parent_run, r.parent_step";

/** Locks a run that has not ended. */
export async function lockRun(tx: Tx, runId: string): Promise<LockedRun | undefined> {
  const sql = `select ${runColumns} from run r where r.id = $1 for update`;
  const [run] = await tx.query<LockedRun & { status: string }>(sql, [runId]);
  return run?.status === "Running" ? run : undefined;
}

/** Locks a run and one of its calls that is under way; nothing when the run ended or the call was taken over. */
export async function lockCall(
  tx: Tx,
  runId: string,
  call: { id: string; gen: number; worker?: number },
): Promise<(LockedRun & { attempt: number; again: boolean; step: string | null }) | undefined> {
  const run = await lockRun(tx, runId);
  if (!run) return undefined;
  const [row] = await tx.query<{ attempt: number; again: boolean; step: string | null }>(
    `select attempt, again, step from queue
     where id = $1 and run_id = $2 and gen = $3 and worker = coalesce($4, worker) for update`,
    [call.id, runId, call.gen, call.worker ?? null],
  );
  return row && { ...run, ...row };
}

/**
 * Records a step's outcome, in the form that the SDK is sent. The first writer wins; the loser too must clear
 * `pending` and have the run go on, or a step reported twice would leave it waiting for ever.
 *
 * @param memo JSON text
 */
export async function memoize(tx: Tx, run: LockedRun, step: string, memo: string): Promise<void> {
  await tx.query("insert into step (run_id, id, data) values ($1, $2, $3) on conflict do nothing", [
    run.id,
    step,
    memo,
  ]);
  if (!run.pending.includes(step)) return;
  run.pending = run.pending.filter((id) => id !== step);
  await tx.query("update run set pending = $2 where id = $1", [run.id, run.pending]);
}

/** Ends what a run was sleeping or waiting for, and has the run go on. */
export async function resume(tx: Tx, runId: string, step: string, memo: string): Promise<boolean> {
  const run = await lockRun(tx, runId);
  if (!run) return false;
  await tx.query("delete from queue where key = $1", [timerKey(runId, step)]);
  await tx.query("delete from wait where run_id = $1 and step = $2", [runId, step]);
  await memoize(tx, run, step, memo);
  await queueDiscovery(tx, run);
  return true;
}

/** Asks the function what comes next. One such call per run at a time: asked for during one, it follows that one. */
export async function queueDiscovery(tx: Tx, run: LockedRun): Promise<void> {
  await tx.query("select discover($1, $2, $3, $4)", [run.id, run.fn_id, run.ord, run.ckeys]);
  tx.wake.add("calls");
}

/**
 * Has planned steps run, each by a call of its own; not those that already ran or are queued.
 *
 * @param awaited those of them after whose last one the function is asked again: they become `pending`
 * @returns how many it queued
 */
export async function queueSteps(tx: Tx, run: LockedRun, steps: string[], awaited: string[]): Promise<number> {
  const [row] = await tx.query<{ queued: number; pending: string[] }>(
    `with queued as (
       insert into queue (key, kind, run_id, fn_id, step, ord, ckeys)
       select $1 || ':s:' || w.step, 'call', $1, $2, w.step, $3, $4 from unnest($5::text[]) with ordinality as w(step, place)
       where not exists (select 1 from step where run_id = $1 and id = w.step) order by w.place
       on conflict (key) do nothing returning step
     )
     update run set pending = pending || array(select step from queued where step = any($6))
     where id = $1 returning (select count(*)::int from queued) as queued, pending`,
    [run.id, run.fn_id, run.ord, run.ckeys, steps, awaited],
  );
  tx.wake.add("calls");
  run.pending = row?.pending ?? run.pending;
  return row?.queued ?? 0;
}

/** Sets a timer of a step. @returns false when the step ended or has one */
export async function queueTimer(
  tx: Tx,
  run: LockedRun,
  kind: "sleep" | "waitto",
  step: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into queue (key, kind, run_id, fn_id, step, run_at)
     select $1, $2, $3, $4, $5, $6 where not exists (select 1 from step where run_id = $3 and id = $5)
     on conflict (key) do nothing returning id`,
    [timerKey(run.id, step), kind, run.id, run.fn_id, step, at],
  );
  tx.wake.add("timers");
  return rows.length > 0;
}

function timerKey(runId: string, step: string): string {
  return `${runId}:t:${step}`;
}

export async function cancelRun(engine: Engine, tx: Tx, runId: string): Promise<boolean> {
  const run = await lockRun(tx, runId);
  if (!run) return false;
  await finishRun(engine, tx, run, "Cancelled", JSON.stringify({ name: "Error", message: "function cancelled" }));
  return true;
}

/**
 * Ends a run: forgets its calls and waits, gives its outcome to the run that invoked it, and tells who listens.
 *
 * @param output JSON text: the result, or the error
 */
export async function finishRun(
  engine: Engine,
  tx: Tx,
  run: LockedRun,
  status: RunStatus,
  output: string,
): Promise<void> {
  const ended = await endRun(tx, run, status, output);
  if (ended) await announce(engine, tx, run, status, output, ended);
}

type EndedRun = { events: string[]; awaited: string[] };

/** As `finishRun`, but without telling who listens. */
export async function endRun(tx: Tx, run: LockedRun, status: RunStatus, output: string): Promise<EndedRun | undefined> {
  const [ended] = await tx.query<EndedRun>(
    `with calls as (delete from queue where run_id = $1),
       waits as (delete from wait where run_id = $1)
     update run set status = $2, output = $3, ended_at = now(), started_at = coalesce(started_at, now()), pending = '{}'
     where id = $1
     returning events, array(select distinct name from wait where kind = 'event' and name = any($4)) as awaited`,
    [run.id, status, output, lifecycleNames],
  );
  tx.wake.add("calls");
  if (run.parent_run && run.parent_step) {
    const [waiting] = await tx.query("select 1 from wait where run_id = $1 and step = $2 and name = $3", [
      run.parent_run,
      run.parent_step,
      run.id,
    ]);
    const memo = status === "Completed" ? `{"data":${output}}` : `{"error":${output}}`;
    if (waiting) await resume(tx, run.parent_run, run.parent_step, memo);
  }
  return ended;
}

/** Events that tell how runs end. */
export const lifecycleNames = ["finished", "failed", "cancelled"].map((how) => `inngest/function.${how}`);

/** Lifecycle events, for those that somebody listens to. Their own runs have none. */
async function announce(
  engine: Engine,
  tx: Tx,
  run: LockedRun,
  status: RunStatus,
  output: string,
  ended: EndedRun,
): Promise<void> {
  const happened = ["inngest/function.finished"];
  if (status !== "Completed") happened.push(`inngest/function.${status.toLowerCase()}`);
  const heard = happened.filter((name) => engine.registry.listensTo(name) || ended.awaited.includes(name));
  if (heard.length === 0) return;
  const events = ended.events.map((text) => JSON.parse(text) as EventBody);
  const [event] = events;
  if (!event || lifecycleNames.includes(event.name)) return;

  const result: unknown = JSON.parse(output);
  const invoked = event.data._inngest as { correlation_id?: string } | undefined;
  const data = {
    function_id: run.fn_id,
    run_id: run.id,
    event,
    events,
    ...(status === "Completed" ? { result } : { error: errorOf(result) }),
    ...(invoked?.correlation_id ? { correlation_id: invoked.correlation_id } : {}),
    _inngest: { status },
  };
  await insertEvents(
    tx,
    heard.map((name) => {
      const extId = name === "inngest/function.finished" ? undefined : run.id;
      const id = ulid();
      return { id, extId, name, text: JSON.stringify({ id: extId ?? id, name, data, ts: Date.now() }) };
    }),
  );
}

function errorOf(output: unknown): Record<string, unknown> {
  const fields = output && typeof output === "object" ? (output as Record<string, unknown>) : { message: output };
  const name = String(fields.name ?? "Error");
  return { ...fields, error: name, name, message: String(fields.message ?? ""), stack: String(fields.stack ?? "") };
}
