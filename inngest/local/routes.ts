import type { IncomingHttpHeaders } from "node:http";
import type { Memo } from "./call.ts";
import { memosJson } from "./call.ts";
import type { Engine } from "./engine.ts";
import type { FunctionConfig } from "./function-config.ts";
import { RefusedError } from "./function-config.ts";
import { type Intake, parseEvents } from "./intake.ts";
import type { StepOp } from "./ops.ts";
import { insertInvokedEvent } from "./ops.ts";
import { register } from "./registry.ts";
import { cancelRun, resume } from "./runs.ts";
import type { Settler } from "./settler.ts";
import { startRun } from "./start.ts";
import { ulid } from "./time.ts";

export type Request = { params: string[]; headers: IncomingHttpHeaders; body: unknown };
/** A body that is a text is sent as it is. */
export type Answer = { status: number; body?: unknown };

type Auth = "none" | "event_key" | "signing_key";
export type Routes = { method: string; path: RegExp; auth: Auth; run: (request: Request) => Promise<Answer> }[];

/** The parts of Inngest's API that are served here: what the SDK calls, and what reads or ends runs. */
export function routesOf(engine: Engine, intake: Intake, settler: Settler): Routes {
  const get = (path: RegExp, run: (request: Request) => Promise<Answer>) =>
    ({ method: "GET", path, auth: "signing_key", run }) as const;
  const post = (path: RegExp, run: (request: Request) => Promise<Answer>) =>
    ({ method: "POST", path, auth: "signing_key", run }) as const;
  const absent = async () => ({ status: 501, body: { error: "not part of the local Inngest server", status: 501 } });
  return [
    { method: "GET", path: /^\/health$/, auth: "none", run: async () => ({ status: 200, body: { status: 200 } }) },
    { method: "POST", path: /^\/e\/([^/]+)$/, auth: "event_key", run: (request) => sendEvents(intake, request) },
    post(/^\/fn\/register$/, (request) => registerApp(engine, request)),
    post(/^\/v1\/checkpoint\/([^/]+)\/async$/, (request) => takeCheckpoint(settler, request)),
    get(/^\/v0\/runs\/([^/]+)\/actions$/, (request) => runSteps(engine, request)),
    get(/^\/v0\/runs\/([^/]+)\/batch$/, (request) => runEvents(engine, request)),
    get(/^\/v1\/events\/([^/]+)\/runs$/, (request) => runsOfEvent(engine, request)),
    get(/^\/v1\/runs\/([^/]+)$/, (request) => getRun(engine, request)),
    { method: "DELETE", path: /^\/v1\/runs\/([^/]+)$/, auth: "signing_key", run: (r) => deleteRun(engine, r) },
    post(/^\/v1\/signals$/, (request) => sendSignal(engine, request)),
    post(/^\/invoke\/(.+)$/, (request) => invoke(engine, request)),
    // Not Inngest's: for the product's own System page.
    post(/^\/local\/runs\/([^/]+)\/again$/, (request) => startAgain(engine, request)),
    post(/^\/local\/events\/([^/]+)\/again$/, (request) => fanOutAgain(engine, request)),
    ...["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => ({
      method,
      path: /^\/(v1\/(realtime|http|checkpoint)|v2|v0\/gql|v0\/connect|api\/v2)(\/|$)/,
      auth: "signing_key" as const,
      run: absent,
    })),
  ];
}

async function sendEvents(intake: Intake, { headers, body }: Request): Promise<Answer> {
  const seed = headers["x-inngest-event-id-seed"];
  const requestBytes = Number(headers["content-length"] ?? Number.NaN);
  const events = parseEvents(body, typeof seed === "string" ? seed : undefined, requestBytes);
  await intake.store(events);
  return { status: 200, body: { ids: events.map(({ id }) => id), status: 200 } };
}

async function registerApp(engine: Engine, { headers, body }: Request): Promise<Answer> {
  const kind = engine.settings.dev ? "dev" : "cloud";
  const expected = headers["x-inngest-expected-server-kind"];
  if (expected && expected !== kind) throw new RefusedError(`this is a ${kind} server, not ${expected}`);
  const sent = (body ?? {}) as {
    url: string;
    appName: string;
    sdk: string;
    framework: string;
    functions: FunctionConfig[];
  };
  const { url, appName: appId, sdk, framework, functions } = sent;
  const modified = await register(engine, { appId, url, sdk, framework, functions });
  return { status: 200, body: { ok: true, modified, app_id: appId, sync_id: appId, status: 200 } };
}

async function takeCheckpoint(settler: Settler, { params: [runId = ""], body }: Request): Promise<Answer> {
  const { qi_id, generation_id, steps } = (body ?? {}) as {
    qi_id: string;
    generation_id: number;
    steps: StepOp[];
  };
  if (!/^\d{1,18}$/.test(qi_id) || !Number.isInteger(generation_id) || !Array.isArray(steps)) {
    return { status: 400, body: { error: "qi_id, generation_id and steps are needed", status: 400 } };
  }
  const outcome = await settler.checkpoint(runId, { id: qi_id, gen: generation_id }, steps);
  if (outcome === "stored") return { status: 200 };
  if (outcome === "too_large")
    return { status: 413, body: { error: "the output of a step is too large", status: 413 } };
  return { status: 409, body: { error: "this call was superseded", status: 409 } };
}

async function runSteps(engine: Engine, { params: [runId] }: Request): Promise<Answer> {
  const memos = await engine.db.query<Memo>("select id, data from step where run_id = $1 order by seq", [runId]);
  return { status: 200, body: memosJson(memos) };
}

async function runEvents(engine: Engine, { params: [runId] }: Request): Promise<Answer> {
  const [run] = await engine.db.query<{ events: string[] }>("select events from run where id = $1", [runId]);
  return run ? { status: 200, body: `[${run.events.join()}]` } : missing("run");
}

const runView = `
  select id as run_id, fn_id as function_id, event_id, status, output, created_at as run_started_at, ended_at from run`;

type RunView = { output: string | null };

async function runsOfEvent(engine: Engine, { params: [eventId] }: Request): Promise<Answer> {
  const runs = await engine.db.query<RunView>(`${runView} where event_id = $1 order by id`, [eventId]);
  return { status: 200, body: { data: runs.map(viewOf) } };
}

async function getRun(engine: Engine, { params: [runId] }: Request): Promise<Answer> {
  const [run] = await engine.db.query<RunView>(`${runView} where id = $1`, [runId]);
  return run ? { status: 200, body: { data: viewOf(run) } } : missing("run");
}

function viewOf(run: RunView): Record<string, unknown> {
  return { ...run, output: run.output === null ? null : JSON.parse(run.output) };
}

async function deleteRun(engine: Engine, { params: [runId = ""] }: Request): Promise<Answer> {
  const cancelled = await engine.db.tx((tx) => cancelRun(engine, tx, runId));
  return cancelled ? { status: 204 } : missing("running run");
}

async function sendSignal(engine: Engine, { body }: Request): Promise<Answer> {
  const { signal, data } = (body ?? {}) as { signal: unknown; data: unknown };
  if (typeof signal !== "string" || signal.includes("\0")) return missing("signal");
  const memo = JSON.stringify({ data: { signal, data: data ?? null } });
  const runId = await engine.db.tx(async (tx) => {
    const [wait] = await tx.query<{ run_id: string; step: string }>(
      "select run_id, step from wait where kind = 'signal' and name = $1 order by run_id limit 1",
      [signal],
    );
    return wait && (await resume(tx, wait.run_id, wait.step, memo)) ? wait.run_id : undefined;
  });
  return runId ? { status: 200, body: { data: { run_id: runId } } } : missing("run that waits for this signal");
}

async function invoke(engine: Engine, { params: [fnId = ""], body }: Request): Promise<Answer> {
  const fn = engine.registry.get(fnId);
  if (!fn) return missing("function");
  const runId = await engine.db.tx(async (tx) => {
    const { eventId, text } = await insertInvokedEvent(tx, fn.id, body, "");
    return startRun(engine, tx, fn, { idem: eventId, eventId, events: [text] });
  });
  return { status: 200, body: { status: 200, data: { id: runId ?? null } } };
}

/** Starts the function of an ended run once more, with the same events. */
async function startAgain(engine: Engine, { params: [runId] }: Request): Promise<Answer> {
  const [run] = await engine.db.query<{ fn_id: string; event_id: string; events: string[]; status: string }>(
    "select fn_id, event_id, events, status from run where id = $1",
    [runId],
  );
  if (!run || run.status === "Running") return missing("ended run");
  const fn = engine.registry.get(run.fn_id);
  if (!fn) return missing("function any more");
  const start = { idem: `again:${ulid()}`, eventId: run.event_id, events: run.events };
  const id = await engine.db.tx((tx) => startRun(engine, tx, fn, start));
  if (id) return { status: 200, body: { data: { run_id: id } } };
  return { status: 409, body: { error: "the function admits one run at a time, and one is running", status: 409 } };
}

/** Takes an event that was set aside to its functions again. */
async function fanOutAgain(engine: Engine, { params: [eventId] }: Request): Promise<Answer> {
  const found = await engine.db.tx(async (tx) => {
    tx.wake.add("events");
    return tx.query(
      `update event set done = false, tries = 0, error = null where id = $1 and done and error is not null
       returning id`,
      [eventId],
    );
  });
  return found.length > 0 ? { status: 204 } : missing("event that was set aside");
}

function missing(what: string): Answer {
  return { status: 404, body: { error: `there is no such ${what}`, status: 404 } };
}
