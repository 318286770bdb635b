import "server-only";
import type { PoolClient } from "pg";
import { Audience, type Trigger, Trigger as TriggerShape } from "#lib/campaigns/schema.ts";
import { isDatabaseAway } from "#lib/database-away.ts";
import { query, transaction } from "#lib/db.ts";
import { namesPerson } from "#lib/delivery/audience.ts";
import { nudge } from "#lib/events.ts";
import { newId } from "#lib/ids.ts";
import { log } from "#lib/log.ts";
import { conditionHolds } from "#lib/segments/rules.ts";
import { variablesOf } from "./event-variables.ts";
import { stopByGoal } from "./stop.ts";

/**
 * What events do: end walks whose goal they are, and fire triggered campaigns. An event's row in the inbox goes in the
 * transaction of its effects, so each has them once, whoever looks how often.
 */
const batch = 200;
/** An event that is told later than this does no more: nobody wants yesterday's alarm. */
const maxLateMs = 86_400_000;
const maxAttempts = 5;

interface HeardRow {
  id: string;
  workspace_id: string;
  site_id: string | null;
  subscriber_id: string;
  name: string;
  properties: Record<string, string | number | boolean | null>;
  at: Date;
  created_at: Date;
}

type TriggeredTrigger = Extract<Trigger, { type: "triggered" }>;
interface Listener {
  id: string;
  trigger: TriggeredTrigger;
  audience: Audience;
  steps_version: number;
  delay: number;
  key: number;
}

/** Looks at what waits in the inbox, oldest first, for at most `maxMs`. @returns how many events had their effects */
export async function fireEvents(maxMs = 5_000): Promise<number> {
  const deadline = Date.now() + maxMs;
  let done = 0;
  for (;;) {
    const waiting = await query<{ event_id: string; attempts: number }>(
      `SELECT event_id, attempts FROM event_inbox WHERE next_at <= now() ORDER BY event_id LIMIT ${batch}`,
    );
    for (const { event_id, attempts } of waiting) {
      if (Date.now() >= deadline) return done;
      try {
        const runs = await transaction((client) => fireEvent(client, event_id, attempts >= maxAttempts));
        for (const run of runs) nudge({ kind: "due", ...run });
        done++;
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
        log.error({ err: error, event_id }, "an event could not have its effects; it is tried again");
        await query(
          "UPDATE event_inbox SET attempts = attempts + 1, next_at = now() + make_interval(secs => 2 ^ least(attempts, 6)) WHERE event_id = $1",
          [event_id],
        );
      }
    }
    if (waiting.length < batch) return done;
  }
}

/** All effects of one event. @param isLast what of it still fails is given up, and said in the history */
async function fireEvent(
  client: PoolClient,
  eventId: string,
  isLast: boolean,
): Promise<{ workspaceId: string; runId: string }[]> {
  const { rows: taken } = await client.query(
    `DELETE FROM event_inbox WHERE event_id = (SELECT event_id FROM event_inbox WHERE event_id = $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
    [eventId],
  );
  if (taken.length === 0) return [];
  const { rows } = await client.query<HeardRow>(
    "SELECT id, workspace_id, site_id, subscriber_id, name, properties, at, created_at FROM event WHERE id = $1",
    [eventId],
  );
  const [event] = rows;
  if (!event) return [];
  await stopByGoal(client, event);
  const runs: { workspaceId: string; runId: string }[] = [];
  for (const listener of await listenersOf(client, event)) {
    if (isLast) await client.query("SAVEPOINT one");
    try {
      const runId = await fire(client, event, listener);
      if (runId) runs.push({ workspaceId: event.workspace_id, runId });
    } catch (error) {
      if (!isLast || isDatabaseAway(error)) throw error;
      await client.query("ROLLBACK TO SAVEPOINT one");
      await record(client, event, listener, { outcome: "failed" });
    }
  }
  return runs;
}

async function listenersOf(client: PoolClient, event: HeardRow): Promise<Listener[]> {
  const { rows } = await client.query<Listener>(
    `SELECT c.id, c.trigger, c.audience, c.steps_version, v.delays[1] AS delay, v.keys[1] AS key
       FROM campaign c JOIN steps_version v ON v.campaign_id = c.id AND v.version = c.steps_version
      WHERE c.workspace_id = $1 AND c.type = 'triggered' AND c.status = 'running' AND NOT c.is_deleted
        AND c.trigger ->> 'event' = $2 AND ($3::uuid IS NULL OR c.site_id = $3)
      ORDER BY c.id`,
    [event.workspace_id, event.name, event.site_id],
  );
  return rows.flatMap((row) => {
    const trigger = TriggerShape.parse(row.trigger);
    return trigger.type === "triggered" ? [{ ...row, trigger, audience: Audience.parse(row.audience) }] : [];
  });
}

/** @returns the run to tell the queue of, when it fires for more than the event's subject */
async function fire(client: PoolClient, event: HeardRow, listener: Listener): Promise<string | undefined> {
  const { trigger, audience } = listener;
  const refused = await refusal(client, event, listener);
  if (refused) return void (await record(client, event, listener, { outcome: refused }));
  if (audience.type === "event_subject") {
    const enrollmentId = await enrol(client, event, listener);
    await record(client, event, listener, { outcome: "fired", enrollmentId });
    return undefined;
  }
  const runId = await planRun(client, event, listener, trigger.delayMinutes ?? 0);
  await record(client, event, listener, { outcome: "fired", runId });
  return runId;
}

async function refusal(
  client: PoolClient,
  event: HeardRow,
  { id, trigger, audience }: Listener,
): Promise<"too_old" | "condition" | "cooldown" | undefined> {
  if (event.created_at.getTime() - event.at.getTime() > maxLateMs) return "too_old";
  if (
    trigger.condition &&
    !(await conditionHolds(event.workspace_id, event.subscriber_id, trigger.condition, event.properties))
  )
    return "condition";
  if (audience.type === "event_subject" && audience.exclude) {
    const everybodyElse: Audience = { type: "all", exclude: audience.exclude };
    if (!(await namesPerson(event.workspace_id, everybodyElse, event.subscriber_id))) return "condition";
  }
  if (trigger.cooldownMinutes === undefined) return undefined;
  const subject = audience.type === "event_subject" ? event.subscriber_id : id;
  // The row's lock decides between events at once: one finds it free, the others find what that one wrote.
  const { rowCount } = await client.query(
    `INSERT INTO cooldown (workspace_id, campaign_id, subject_id, fired_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (campaign_id, subject_id) DO UPDATE SET fired_at = excluded.fired_at
      WHERE cooldown.fired_at + make_interval(mins => $5) <= excluded.fired_at`,
    [event.workspace_id, id, subject, event.at, trigger.cooldownMinutes],
  );
  return rowCount === 0 ? "cooldown" : undefined;
}

async function enrol(client: PoolClient, event: HeardRow, listener: Listener): Promise<string> {
  const id = newId();
  await client.query(
    `WITH enrolled AS (
       INSERT INTO enrollment (id, workspace_id, campaign_id, subscriber_id, event_id, variables, version, started_at, next_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8::timestamptz + make_interval(mins => $9)))
     INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting) VALUES ($2, $3, $10, 1)
     ON CONFLICT (campaign_id, step_key) DO UPDATE SET waiting = enrollment_count.waiting + 1`,
    [
      id,
      event.workspace_id,
      listener.id,
      event.subscriber_id,
      event.id,
      JSON.stringify(variablesOf(event.properties)),
      listener.steps_version,
      event.at,
      listener.delay,
      listener.key,
    ],
  );
  return id;
}

/** A run for the campaign's audience, with the event's properties as its variables. Runs of a campaign differ in time. */
async function planRun(client: PoolClient, event: HeardRow, { id }: Listener, delayMinutes: number): Promise<string> {
  const runId = newId();
  for (let shiftMs = 0; ; shiftMs++) {
    const { rowCount } = await client.query(
      `INSERT INTO run (id, workspace_id, campaign_id, due_at, variables, updated_at)
       VALUES ($1, $2, $3, greatest(now(), $4::timestamptz + make_interval(mins => $5)) + make_interval(secs => $6::float8 / 1000), $7, now())
       ON CONFLICT (campaign_id, due_at) DO NOTHING`,
      [runId, event.workspace_id, id, event.at, delayMinutes, shiftMs, JSON.stringify(variablesOf(event.properties))],
    );
    if (rowCount === 1) return runId;
  }
}

async function record(
  client: PoolClient,
  event: HeardRow,
  { id, trigger }: Listener,
  what: { outcome: string; enrollmentId?: string; runId?: string },
): Promise<void> {
  await client.query(
    `INSERT INTO firing (workspace_id, campaign_id, event_id, subscriber_id, outcome, severity, enrollment_id, run_id, properties)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (campaign_id, event_id) DO NOTHING`,
    [
      event.workspace_id,
      id,
      event.id,
      event.subscriber_id,
      what.outcome,
      trigger.severity ?? null,
      what.enrollmentId ?? null,
      what.runId ?? null,
      JSON.stringify(event.properties),
    ],
  );
}
