import type { CallError, Reply } from "./call.ts";
import type { Tx } from "./database.ts";
import type { Engine, Settings } from "./engine.ts";
import type { StepOp } from "./ops.ts";
import { applyOp, isStep, isTooLarge, maxOutputBytes, memoOf, planSteps } from "./ops.ts";
import type { LockedRun } from "./runs.ts";
import { endRun, finishRun, lockCall, memoize, queueDiscovery } from "./runs.ts";

/** A call that this server has claimed. */
export type Claim = {
  id: string;
  runId: string;
  fnId: string;
  step: string | null;
  gen: number;
  maxAttempts: number;
};

type HeldCall = LockedRun & { attempt: number; again: boolean; step: string | null };

/**
 * Takes in the reply to a call: memoizes what ran, queues what comes next, retries, or ends the run; one transaction.
 * A reply to a call that was taken over meanwhile, or whose run ended, changes nothing.
 */
export async function settle(engine: Engine, claim: Claim, reply: Reply | CallError): Promise<void> {
  await engine.db.tx(async (tx) => {
    const run = await lockCall(tx, claim.runId, { id: claim.id, gen: claim.gen, worker: engine.workerId });
    if (!run) return;
    if (reply instanceof Error) return retryUnreached(engine, tx, claim, run, errorOf(reply.message));
    const { status, headers, body } = reply;
    if (status === 206) return settleOps(engine, tx, claim, run, reply);
    if (status === 200) return complete(engine, tx, run, body === "" ? "null" : body);
    const error = failureOf(status, body);
    if (headers["x-inngest-no-retry"] === "true") return finishRun(engine, tx, run, "Failed", error);
    await retryOrFail(engine, tx, claim, run, error, headers["retry-after"]);
  });
}

/** Ends the run of a call whose outcome cannot be stored as it should. */
export async function abandon(engine: Engine, claim: Claim): Promise<void> {
  await engine.db.tx(async (tx) => {
    const run = await lockCall(tx, claim.runId, { id: claim.id, gen: claim.gen, worker: engine.workerId });
    if (run) await endRun(tx, run, "Failed", errorOf("neither its outcome nor that it failed could be stored"));
  });
}

async function noteVersion(tx: Tx, run: HeldCall, { headers }: Reply): Promise<void> {
  const version = Number(headers["x-inngest-req-version"]);
  if (run.ver !== -1 || !(version >= 1)) return;
  run.ver = version;
  await tx.query("update run set ver = $2 where id = $1", [run.id, version]);
}

async function settleOps(engine: Engine, tx: Tx, claim: Claim, run: HeldCall, reply: Reply): Promise<void> {
  const ops = parseOps(reply.body);
  if (!ops) return retryOrFail(engine, tx, claim, run, errorOf("the app sent a reply that is not JSON"), undefined);
  const last = ops.find(({ op }) => op === "RunComplete");
  if (last && ops.every((op) => op === last || isStep(op))) {
    return complete(engine, tx, run, JSON.stringify(last.data ?? null));
  }
  await noteVersion(tx, run, reply);
  let retry: StepOp | undefined;
  let progressed = false;
  let queued = false;
  const planned = ops.filter(({ op }) => op === "StepPlanned");
  if (planned.length > 0) queued = (await planSteps(tx, run, planned, ops.length > 1)) === "queued";
  for (const op of ops) {
    if (op.op === "StepPlanned") continue;
    if (op.op === "StepError" && run.attempt + 1 < claim.maxAttempts) {
      retry = op;
      continue;
    }
    const result = await applyOp(engine, tx, run, op);
    if (result === "unsupported") {
      return finishRun(engine, tx, run, "Failed", errorOf(`${op.op} is not supported here`, "UnsupportedStep"));
    }
    if (result === "too_large") return finishRun(engine, tx, run, "Failed", tooLarge(`step ${op.name ?? op.id}`));
    progressed ||= result === "memoized" || result === "discover";
    queued ||= result === "queued";
  }
  if (retry)
    return requeue(tx, claim, retryAt(engine.settings, run.attempt, reply.headers["retry-after"]), run.attempt + 1);
  if (claim.step !== null) return leaveStep(tx, claim, run, ops);
  if (progressed || run.again) return requeue(tx, claim, new Date(0), 0);
  if (!queued && !(await isOutstanding(tx, claim, run))) {
    return retryOrFail(engine, tx, claim, run, errorOf("the function reported nothing to do"), undefined);
  }
  await tx.query("delete from queue where id = $1", [claim.id]);
  tx.wake.add("calls");
}

/** Ends a targeted call. The run goes on at once unless other planned steps are still to finish. */
async function leaveStep(tx: Tx, claim: Claim, run: HeldCall, ops: StepOp[]): Promise<void> {
  await tx.query("delete from queue where id = $1", [claim.id]);
  tx.wake.add("calls");
  const racing = ops.some((op) => op.opts?.parallelMode === "race");
  if (run.pending.length === 0 || racing || !ops.some(isStep)) await queueDiscovery(tx, run);
}

async function isOutstanding(tx: Tx, claim: Claim, run: HeldCall): Promise<boolean> {
  const rows = await tx.query("select 1 from queue where run_id = $1 and id <> $2 and kind <> 'timeout' limit 1", [
    run.id,
    claim.id,
  ]);
  return rows.length > 0;
}

async function requeue(tx: Tx, claim: Claim, at: Date, attempt: number): Promise<void> {
  await tx.query(
    `update queue set worker = null, again = false, t0 = null, attempt = $2, run_at = greatest($3, now()),
       parked_on = case when $3 > now() then '@' end where id = $1`,
    [claim.id, attempt, at],
  );
  tx.wake.add(at.getTime() > Date.now() ? "timers" : "calls").add("calls");
}

async function retryOrFail(
  engine: Engine,
  tx: Tx,
  claim: Claim,
  run: HeldCall,
  error: string,
  retryAfter: string | undefined,
): Promise<void> {
  if (run.attempt + 1 >= claim.maxAttempts) return finishRun(engine, tx, run, "Failed", error);
  await requeue(tx, claim, retryAt(engine.settings, run.attempt, retryAfter), run.attempt + 1);
}

/** Like `retryOrFail`, but the time that the app has been away goes on: its pause is allowed once, not per attempt. */
async function retryUnreached(engine: Engine, tx: Tx, claim: Claim, run: HeldCall, error: string): Promise<void> {
  if (run.attempt + 1 >= claim.maxAttempts) return finishRun(engine, tx, run, "Failed", error);
  const at = retryAt(engine.settings, run.attempt, undefined);
  await tx.query("update queue set worker = null, attempt = $2, run_at = $3, parked_on = '@' where id = $1", [
    claim.id,
    run.attempt + 1,
    at,
  ]);
  tx.wake.add("timers").add("calls");
}

const secondMs = 1_000;
const minuteMs = 60_000;
const backoffMs = [
  15 * secondMs,
  30 * secondMs,
  ...[1, 2, 5, 10, 20, 40, 60, 120].map((minutes) => minutes * minuteMs),
];

/** When to try again: as the app asks (1 s to 24 h from now), else as a hosted Inngest does. */
export function retryAt({ retryMs }: Pick<Settings, "retryMs">, attempt: number, retryAfter: string | undefined): Date {
  const now = Date.now();
  if (retryAfter) {
    const askedMs = /^\d+(\.\d+)?$/.test(retryAfter) ? Number(retryAfter) * secondMs : Date.parse(retryAfter) - now;
    if (!Number.isNaN(askedMs)) return new Date(now + Math.min(Math.max(askedMs, secondMs), 24 * 60 * minuteMs));
  }
  if (retryMs !== undefined) return new Date(now + retryMs);
  const waitMs = backoffMs[Math.min(attempt, backoffMs.length - 1)] ?? 0;
  return new Date(now + waitMs + Math.random() * 30 * secondMs);
}

async function complete(engine: Engine, tx: Tx, run: LockedRun, output: string): Promise<void> {
  if (isTooLarge(output)) return finishRun(engine, tx, run, "Failed", tooLarge("the function"));
  await finishRun(engine, tx, run, "Completed", output);
}

function tooLarge(what: string): string {
  return errorOf(`the output of ${what} is larger than ${maxOutputBytes} bytes`);
}

export function parseOps(body: string): StepOp[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return ([parsed].flat() as StepOp[]).filter((op) => typeof op?.op === "string");
  } catch {
    return undefined;
  }
}

function errorOf(message: string, name = "Error"): string {
  return JSON.stringify({ name, message, stack: "" });
}

/** The error that a failing function reports, as the SDK serializes it. */
function failureOf(status: number, body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (parsed && typeof parsed === "object") {
      if ("message" in parsed) return JSON.stringify(parsed);
      if ("error" in parsed) return errorOf(String(parsed.error));
    }
  } catch {}
  return errorOf(`the app answered ${status}: ${body.slice(0, 500)}`);
}

/** Stores steps that a call reports while it goes on. @returns false when the call was superseded: it must stop */
export async function checkpoint(
  engine: Engine,
  runId: string,
  call: { id: string; gen: number },
  ops: StepOp[],
): Promise<boolean> {
  return engine.db.tx(async (tx) => {
    const run = await lockCall(tx, runId, call);
    if (!run) return false;
    for (const op of ops) await memoize(tx, run, op.id, memoOf(op));
    if (run.attempt > 0) await tx.query("update queue set attempt = 0 where id = $1", [call.id]);
    return true;
  });
}
