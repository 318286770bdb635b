import { nextFiring, parseCron } from "./cron.ts";
import type { Tx } from "./database.ts";
import type { Engine } from "./engine.ts";
import { messageOf } from "./log.ts";
import { failed } from "./ops.ts";
import { cancelRun, lockRun, resume } from "./runs.ts";
import type { Settler } from "./settler.ts";
import { startRun } from "./start.ts";
import { ulid } from "./time.ts";

type Timer = { id: string; kind: string; run_id: string | null; fn_id: string; step: string | null };

/** Fires up to 100 due timers: ends sleeps, times out waits, starts debounced, batched and cron runs. */
export async function fireTimers(engine: Engine, settler: Settler): Promise<number> {
  // Not locked here: a timer of a run is only touched after the run is locked, which is the order everywhere.
  const due = await engine.db.query<Timer>(
    `select id, kind, run_id, fn_id, step from queue
     where worker is null and kind <> 'call' and run_at <= clock_timestamp() order by run_at limit 100`,
  );
  const left = await Promise.all(due.map(async (timer) => ((await isEnded(settler, timer)) ? [] : [timer])));
  const rest = left.flat().values();
  const fireRest = async () => {
    for (const timer of rest) await fireSafely(engine, timer);
  };
  await Promise.all([fireRest(), fireRest(), fireRest()]);
  return due.length;
}

/** Sleeps and waits end together with others. */
async function isEnded(settler: Settler, { id, kind, run_id: runId, step }: Timer): Promise<boolean> {
  if ((kind !== "sleep" && kind !== "waitto") || runId === null || step === null) return false;
  return settler.endTimer({ id, runId, step });
}

/** When the next row falls due: a timer, or a call that waits for its retry or throttle. */
export async function nextDue(engine: Engine): Promise<Date | undefined> {
  const [row] = await engine.db.query<{ at: Date | null }>(
    `select min(run_at) as at from queue
     where worker is null and (kind <> 'call' or parked_on = '@') and run_at > clock_timestamp()`,
  );
  return row?.at ?? undefined;
}

async function fireSafely(engine: Engine, timer: Timer): Promise<void> {
  try {
    await engine.db.tx((tx) => fire(engine, tx, timer));
  } catch (error) {
    engine.log("timer_failed", { kind: timer.kind, fn_id: timer.fn_id, error: messageOf(error) });
    await engine.db.query("update queue set run_at = now() + interval '5 s' where id = $1", [timer.id]);
  }
}

async function fire(engine: Engine, tx: Tx, timer: Timer): Promise<void> {
  const { run_id: runId, step } = timer;
  if (timer.kind === "cron") return fireCron(engine, tx, timer);
  if (timer.kind === "debounce" || timer.kind === "batch") return startCollected(engine, tx, timer);
  if (runId === null || step === null || !(await lockRun(tx, runId))) {
    // Nothing of ours leaves a timer without its run. If one is there, it must not come due for ever.
    await tx.query("delete from queue where id = $1", [timer.id]);
    return;
  }
  if (timer.kind === "timeout") return timeOut(engine, tx, timer, runId);
  if (timer.kind === "sleep") await resume(tx, runId, step, "null");
  else await endWait(tx, runId, step);
}

async function endWait(tx: Tx, runId: string, step: string): Promise<void> {
  const [wait] = await tx.query<{ kind: string }>("select kind from wait where run_id = $1 and step = $2", [
    runId,
    step,
  ]);
  const late = { name: "InngestInvokeTimeoutError", message: "the invoked function did not finish in time" };
  await resume(tx, runId, step, wait?.kind === "invoke" ? failed(late) : "null");
}

async function startCollected(engine: Engine, tx: Tx, timer: Timer): Promise<void> {
  const [row] = await tx.query<{ data: string[] }>(
    "delete from queue where id = $1 and run_at <= clock_timestamp() returning data",
    [timer.id],
  );
  const fn = engine.registry.get(timer.fn_id);
  const [eventId, ...events] = row?.data ?? [];
  if (!fn || eventId === undefined) return;
  await startRun(engine, tx, fn, {
    idem: `${timer.kind}:${eventId}`,
    eventId,
    events,
    atOnce: timer.kind === "batch",
  });
}

/** One run for a firing, also when it was missed: with its own time. Then the next one that is yet to come. */
async function fireCron(engine: Engine, tx: Tx, timer: Timer): Promise<void> {
  const [row] = await tx.query<{ data: string[]; run_at: Date }>(
    "select data, run_at from queue where id = $1 and run_at <= clock_timestamp() for update",
    [timer.id],
  );
  const [line] = row?.data ?? [];
  const fn = engine.registry.get(timer.fn_id);
  if (!row || line === undefined) return;
  const next = nextFiring(parseCron(line), Date.now());
  if (!fn || next === undefined) {
    await tx.query("delete from queue where id = $1", [timer.id]);
    return;
  }
  const firedAt = row.run_at.toISOString();
  const body = {
    id: firedAt,
    name: "inngest/scheduled.timer",
    data: { cron: line, fireAt: firedAt, scheduledAt: firedAt },
    ts: row.run_at.getTime(),
  };
  const eventId = ulid();
  const text = JSON.stringify(body);
  await tx.query("insert into event (id, ext_id, name, body, done) values ($1, $2, $3, $4, true)", [
    eventId,
    firedAt,
    body.name,
    text,
  ]);
  await startRun(engine, tx, fn, { idem: `cron:${line}:${firedAt}`, eventId, events: [text] });
  await tx.query("update queue set run_at = $2 where id = $1", [timer.id, new Date(next)]);
}

/** Cancels a run, locked already, that has not begun in time, or has not ended in time since it began. */
async function timeOut(engine: Engine, tx: Tx, timer: Timer, runId: string): Promise<void> {
  const [row] = await tx.query<{ started_at: Date | null; data: string[] }>(
    "select r.started_at, q.data from run r, queue q where r.id = $1 and q.id = $2",
    [runId, timer.id],
  );
  if (!row) return;
  const periodMs = Number(row.data[0]);
  if (timer.step === "start") {
    if (row.started_at === null) await cancelRun(engine, tx, runId);
    else await tx.query("delete from queue where id = $1", [timer.id]);
    return;
  }
  const end = (row.started_at?.getTime() ?? Date.now()) + periodMs;
  if (end <= Date.now()) await cancelRun(engine, tx, runId);
  else await tx.query("update queue set run_at = $2 where id = $1", [timer.id, new Date(end)]);
}
