import "server-only";
import { query } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import type { Page } from "#lib/schema.ts";
import { inngestServer, isLocalInngest, tellLocalInngest } from "./inngest-server.ts";
import { audited } from "./instance-audit.ts";
import { type Operator, requireInstanceAdministrator } from "./operator.ts";
import { queueFigures } from "./queue-figures.ts";
import type { SystemFaults, SystemOverview, WorkFunction, WorkRun, WorkRunFilter, WorkState } from "./schema.ts";

/**
 * The durable work of the whole installation, over all workspaces: for its administrators only.
 *
 * @throws forbidden
 */
export async function getSystem(userId: string): Promise<SystemOverview> {
  await requireInstanceAdministrator(userId);
  const queue = await queueFigures();
  return { server: inngestServer(), queue: queue ?? null, functions: queue ? await listFunctions() : [] };
}

async function listFunctions(): Promise<WorkFunction[]> {
  const rows = await query<{
    id: string;
    app_id: string;
    active: boolean;
    config: { name?: string; triggers: { event?: string; cron?: string }[] };
    running: string;
    failed: string;
    last_run_at: Date | null;
  }>(
    `SELECT id, app_id, active, config,
            (SELECT count(*) FROM inngest_local.run WHERE fn_id = fn.id AND status = 'Running') AS running,
            (SELECT count(*) FROM inngest_local.run WHERE fn_id = fn.id AND status = 'Failed') AS failed,
            (SELECT created_at FROM inngest_local.run WHERE fn_id = fn.id ORDER BY id DESC LIMIT 1) AS last_run_at
       FROM inngest_local.fn ORDER BY active DESC, app_id, id`,
  );
  return rows.map(({ id, app_id, active, config, running, failed, last_run_at }) => ({
    id,
    name: config.name ?? id,
    appId: app_id,
    triggers: config.triggers.map(({ event, cron }) => event ?? cron ?? ""),
    isActive: active,
    running: Number(running),
    failed: Number(failed),
    lastRunAt: last_run_at,
  }));
}

interface RunRow {
  id: string;
  fn_id: string;
  fn_name: string | null;
  event_name: string | null;
  status: string;
  output: string | null;
  created_at: Date;
  ended_at: Date | null;
  kind: string | null;
  is_called: boolean | null;
  attempt: number | null;
  run_at: Date | null;
}

/**
 * Runs of functions, the latest first.
 *
 * @throws forbidden · conflict another server does the work, and only it knows them
 */
export async function listWork(userId: string, filter: WorkRunFilter): Promise<Page<WorkRun>> {
  await requireLocal(userId);
  const { status, functionId, pageSize, cursor } = filter;
  const state = (name: WorkState | undefined) => (name ? name.charAt(0).toUpperCase() + name.slice(1) : null);
  const rows = await query<RunRow>(
    `SELECT r.id, r.fn_id, fn.config->>'name' AS fn_name, e.name AS event_name, r.status, r.created_at, r.ended_at,
            CASE WHEN r.status = 'Failed' THEN left(r.output, 20000) END AS output,
            q.kind, q.worker IS NOT NULL AS is_called, q.attempt, q.run_at
       FROM inngest_local.run r
       LEFT JOIN inngest_local.fn ON fn.id = r.fn_id
       LEFT JOIN inngest_local.event e ON e.id = r.event_id
       LEFT JOIN LATERAL (
         SELECT kind, worker, attempt, run_at FROM inngest_local.queue
          WHERE run_id = r.id AND kind <> 'timeout' ORDER BY worker IS NULL, run_at LIMIT 1
       ) q ON true
      WHERE ($1::text IS NULL OR r.id < $1) AND ($2::text IS NULL OR r.status = $2) AND ($3::text IS NULL OR r.fn_id = $3)
      ORDER BY r.id DESC LIMIT $4`,
    [cursor ?? null, state(status), functionId ?? null, pageSize + 1],
  );
  const shown = rows.slice(0, pageSize);
  return {
    data: shown.map(toRun),
    pageSize,
    nextCursor: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}

function toRun(row: RunRow): WorkRun {
  const isRunning = row.status === "Running";
  return {
    id: row.id,
    functionId: row.fn_id,
    functionName: row.fn_name ?? row.fn_id,
    eventName: row.event_name,
    status: row.status.toLowerCase() as WorkState,
    doing: isRunning ? doingOf(row) : null,
    nextAt: isRunning && row.run_at && row.run_at.getTime() > Date.now() ? row.run_at : null,
    attempt: row.attempt ?? 0,
    error: row.output === null ? null : messageOf(row.output),
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

function doingOf({ kind, is_called, attempt, run_at }: RunRow): WorkRun["doing"] {
  if (kind === "sleep") return "sleeping";
  if (kind === "waitto") return "waiting";
  if (is_called) return "calling";
  return run_at && run_at.getTime() > Date.now() && attempt ? "retrying" : "queued";
}

function messageOf(output: string): string {
  try {
    const { name, message } = JSON.parse(output) as { name?: string; message?: string };
    const text = message || name || output;
    // A build shortens the names of classes that give themselves none; such a letter tells nobody anything.
    return name && name.length > 2 && message && name !== "Error" ? `${name}: ${message}` : text;
  } catch {
    return output.slice(0, 500);
  }
}

/**
 * What failed outside runs: events set aside, registrations refused.
 *
 * @throws forbidden · conflict another server does the work
 */
export async function listFaults(userId: string): Promise<SystemFaults> {
  await requireLocal(userId);
  const [events, registrations] = await Promise.all([
    query<SystemFaults["events"][number]>(
      `SELECT id, name, error, at FROM inngest_local.event WHERE done AND error IS NOT NULL ORDER BY id DESC LIMIT 50`,
    ),
    query<SystemFaults["registrations"][number]>(
      `SELECT url, app_id AS "appId", error, at FROM inngest_local.refusal ORDER BY at DESC LIMIT 50`,
    ),
  ]);
  return { events, registrations };
}

/**
 * Starts the function of an ended run once more, with the same event.
 *
 * @throws forbidden · not_found no such run, it has not ended, or its function is gone · conflict · unavailable
 */
export async function retryWork(operator: Operator, runId: string): Promise<{ runId: string }> {
  await requireLocal(operator.userId);
  return audited(operator, { action: "work.retry", entityId: runId }, async () => {
    const data = await tellLocalInngest("POST", `/local/runs/${runId}/again`, "An ended run");
    return { runId: (data as { run_id: string }).run_id };
  });
}

/**
 * Ends a run that has not ended.
 *
 * @throws forbidden · not_found no such run, or it has ended · conflict · unavailable
 */
export async function cancelWork(operator: Operator, runId: string): Promise<void> {
  await requireLocal(operator.userId);
  await audited(operator, { action: "work.cancel", entityId: runId }, async () => {
    await tellLocalInngest("DELETE", `/v1/runs/${runId}`, "A running run");
    return {};
  });
}

/**
 * Hands an event that was set aside to its functions again.
 *
 * @throws forbidden · not_found · conflict · unavailable
 */
export async function retryEvent(operator: Operator, eventId: string): Promise<void> {
  await requireLocal(operator.userId);
  await audited(operator, { action: "event.retry", entityId: eventId }, async () => {
    await tellLocalInngest("POST", `/local/events/${eventId}/again`, "An event that was set aside");
    return {};
  });
}

async function requireLocal(userId: string): Promise<void> {
  await requireInstanceAdministrator(userId);
  if (isLocalInngest()) return;
  throw new AppError("conflict", `The work is done by the Inngest server at ${inngestServer().url}. Look there.`);
}
