import type { Tx } from "./database.ts";
import type { Engine, EventBody } from "./engine.ts";
import { compile } from "./expr.ts";
import type { LockedRun } from "./runs.ts";
import { memoize, queueSteps, queueTimer, resume } from "./runs.ts";
import { startRun } from "./start.ts";
import { parseInstant, ulid } from "./time.ts";

/** One operation that the SDK reports. */
export type StepOp = {
  id: string;
  op: string;
  name?: string;
  opts?: Record<string, unknown>;
  data?: unknown;
  error?: unknown;
};

/**
 * memoized: the step ended · queued: it will · known: it was reported before · discover: ask again · too_large: what the
 * step reports is not kept
 */
export type OpResult = "memoized" | "queued" | "known" | "discover" | "unsupported" | "too_large";

/** Of a step or a function, as a hosted Inngest. */
export const maxOutputBytes = 4 * 1024 * 1024;

const yearMs = 365 * 86_400_000;

/** True for an operation that reports how a step of the app ended. */
export function isStep(op: StepOp): boolean {
  return op.op === "StepRun" || op.op === "StepError" || op.op === "StepFailed" || op.op === "Step";
}

/**
 * Acts on one operation, other than a planned step. All of them may be reported again by a call that began before they
 * ended, so each is ignored when its step is memoized or queued.
 */
export async function applyOp(engine: Engine, tx: Tx, run: LockedRun, op: StepOp): Promise<OpResult> {
  switch (op.op) {
    case "StepRun":
    case "Step":
    case "StepError":
    case "StepFailed": {
      const memo = memoOf(op);
      if (isTooLarge(memo)) return "too_large";
      await memoize(tx, run, op.id, memo);
      return "memoized";
    }
    case "Sleep":
      return sleep(tx, run, op);
    case "WaitForEvent":
      return waitForEvent(tx, run, op);
    case "WaitForSignal":
      return waitForSignal(tx, run, op);
    case "InvokeFunction":
      return invoke(engine, tx, run, op);
    case "DiscoveryRequest":
      return "discover";
    default:
      return "unsupported";
  }
}

/**
 * Steps planned together are run apart, and the function is asked again after the last: `pending` holds the rest. In a
 * race it is asked after each.
 */
export async function planSteps(tx: Tx, run: LockedRun, planned: StepOp[], parallel: boolean): Promise<OpResult> {
  const awaited = planned.filter(({ opts }) => parallel && run.ver >= 2 && opts?.parallelMode !== "race");
  const ids = (ops: StepOp[]) => ops.map(({ id }) => id);
  return (await queueSteps(tx, run, ids(planned), ids(awaited))) > 0 ? "queued" : "known";
}

async function sleep(tx: Tx, run: LockedRun, op: StepOp): Promise<OpResult> {
  const text = op.name ?? "";
  const until = parseInstant(text || String(op.opts?.duration ?? ""));
  if (!until) return fail(tx, run, op, `"${text}" is neither a duration nor a date`);
  return (await queueTimer(tx, run, "sleep", op.id, until)) ? "queued" : "known";
}

async function waitForEvent(tx: Tx, run: LockedRun, op: StepOp): Promise<OpResult> {
  const { if: expression, event, timeout } = op.opts ?? {};
  const until = parseInstant(String(timeout ?? ""));
  if (!until) return fail(tx, run, op, `"${timeout}" is neither a duration nor a date`);
  if (typeof expression === "string") {
    try {
      compile(expression);
    } catch (error) {
      return fail(tx, run, op, (error as Error).message);
    }
  }
  if (!(await queueTimer(tx, run, "waitto", op.id, until))) return "known";
  await insertWait(tx, run, op, "event", op.name || String(event), typeof expression === "string" ? expression : null);
  return "queued";
}

async function waitForSignal(tx: Tx, run: LockedRun, op: StepOp): Promise<OpResult> {
  const signal = String(op.opts?.signal ?? op.name);
  const until = parseInstant(String(op.opts?.timeout ?? ""));
  if (!until) return fail(tx, run, op, `"${op.opts?.timeout}" is neither a duration nor a date`);
  if (!(await queueTimer(tx, run, "waitto", op.id, until))) return "known";
  // One run waits for a signal. A new wait that replaces another leaves that one to its timeout.
  const others = op.opts?.conflict === "replace" ? "delete from wait" : "select 1 from wait";
  const taken = await tx.query(`${others} where kind = 'signal' and name = $1`, [signal]);
  if (taken.length > 0) {
    await resume(tx, run.id, op.id, failed({ message: `another run waits for the signal ${signal}` }));
    return "memoized";
  }
  await insertWait(tx, run, op, "signal", signal, null);
  return "queued";
}

async function insertWait(
  tx: Tx,
  run: LockedRun,
  op: StepOp,
  kind: "event" | "signal" | "invoke",
  name: string,
  expr: string | null,
): Promise<void> {
  await tx.query(
    "insert into wait (run_id, step, kind, name, expr) values ($1, $2, $3, $4, $5) on conflict do nothing",
    [run.id, op.id, kind, name.replaceAll("\0", ""), expr],
  );
}

async function invoke(engine: Engine, tx: Tx, run: LockedRun, op: StepOp): Promise<OpResult> {
  const { function_id: fnId, payload, timeout } = op.opts ?? {};
  const fn = engine.registry.get(String(fnId));
  if (!fn) return fail(tx, run, op, `there is no function ${fnId}`);
  const until = timeout ? parseInstant(String(timeout)) : new Date(Date.now() + yearMs);
  if (!until) return fail(tx, run, op, `"${timeout}" is neither a duration nor a date`);
  if (!(await queueTimer(tx, run, "waitto", op.id, until))) return "known";
  const { eventId, text } = await insertInvokedEvent(tx, fn.id, payload, `${run.id}.${op.id}`);
  const child = await startRun(engine, tx, fn, {
    idem: `${run.id}.${op.id}`,
    eventId,
    events: [text],
    parent: { run: run.id, step: op.id },
  });
  if (!child) {
    await resume(tx, run.id, op.id, failed({ message: `${fn.id} is a singleton and is running` }));
    return "memoized";
  }
  await insertWait(tx, run, op, "invoke", child, null);
  return "queued";
}

/** The event that an invoked function sees. It starts nothing else, so it is stored as fanned out. */
export async function insertInvokedEvent(
  tx: Tx,
  fnId: string,
  payload: unknown,
  correlationId: string,
): Promise<{ eventId: string; text: string }> {
  const eventId = ulid();
  const { data, user, v } = (payload ?? {}) as Partial<EventBody>;
  const body: EventBody = {
    id: eventId,
    name: "inngest/function.invoked",
    data: { ...data, _inngest: { fn_id: fnId, correlation_id: correlationId } },
    ts: Date.now(),
    ...(user ? { user } : {}),
    ...(v ? { v } : {}),
  };
  const text = JSON.stringify(body);
  await tx.query("insert into event (id, name, body, done) values ($1, $2, $3, true)", [eventId, body.name, text]);
  return { eventId, text };
}

async function fail(tx: Tx, run: LockedRun, op: StepOp, message: string): Promise<OpResult> {
  await memoize(tx, run, op.id, failed({ message }));
  return "memoized";
}

/** The memo of a step that ended: its result, or its error when it failed for good. */
export function memoOf(op: StepOp): string {
  if (op.op === "StepError" || op.op === "StepFailed") return failed(op.error ?? op.data);
  return JSON.stringify({ data: op.data ?? null });
}

/** True for what a step or function may not report. */
export function isTooLarge(output: string): boolean {
  return output.length > maxOutputBytes / 3 && Buffer.byteLength(output) > maxOutputBytes;
}

/** The memo of a failed step. */
export function failed(error: unknown): string {
  const fields = (error ?? {}) as { name?: unknown; message?: unknown; stack?: unknown; cause?: unknown };
  return JSON.stringify({
    error: {
      ...fields,
      name: String(fields.name ?? "Error"),
      message: String(fields.message ?? ""),
      stack: String(fields.stack ?? ""),
    },
  });
}
