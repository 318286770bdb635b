import "server-only";
import { query, transaction } from "#lib/db.ts";
import { CounterMoves, type CounterPlace } from "#lib/delivery/counters.ts";
import { nudgeAll } from "#lib/events.ts";
import { outageReason, probeSeconds } from "./breaker.ts";
import { readWalks, type Walk } from "./walks.ts";
import { livingWorkers } from "./worker.ts";

/** A message in hand: what the ledger, its subscription and its subscriber say, read in the statement that claimed it. */
export interface ClaimedMessage {
  id: string;
  workspace_id: string;
  site_id: string | null;
  campaign_id: string | null;
  run_id: string;
  step_index: number;
  variant: number;
  is_test: boolean;
  content: unknown;
  attempts: number;
  created_at: Date;
  /** When it was meant to go out, where that was later than it was written. */
  due_at: Date | null;
  enrollment_id: string | null;
  subscriber_id: string;
  subscription_id: string;
  address_encrypted: Buffer | null;
  p256dh: string | null;
  origin: string | null;
  vapid_key_id: string | null;
  /** Let through to find out whether a push service that was down is back. */
  is_probe: boolean;
  external_id: string | null;
  name: string | null;
  locale: string | null;
  timezone: string | null;
  country: string | null;
  attributes: Record<string, string | number | boolean | null>;
  /** The person's own, as stored. */
  quiet_hours: unknown;
  /** Counted against the site's frequency cap when it was taken in hand. */
  is_capped?: boolean;
  /** Of a drip's message. */
  walk?: Walk;
}

/**
 * Claims up to `limit` queued messages of a run for this worker, oldest due first. Those who may no longer be told –
 * unsubscribed, opted out, deleted – are settled as `skipped` in the same statement. Messages behind a breaker that a
 * person must close stay queued; those for a push service that is down wait for the next try of it, but one, the probe.
 *
 * @returns the messages in hand, and how many rows were moved: 0 when there is nothing to do now
 */
export async function claimMessages(
  workspaceId: string,
  runId: string,
  worker: number,
  limit: number,
): Promise<{ messages: ClaimedMessage[]; moved: number }> {
  return transaction(async (client) => {
    const { rows } = await client.query<ClaimedMessage & { status: "sending" | "skipped" | "queued" }>(
      `WITH picked AS MATERIALIZED (
         SELECT m.id, s.address_encrypted, s.p256dh, s.origin, s.vapid_key_id,
                u.external_id, u.name, u.locale, u.timezone, u.country, u.attributes, u.quiet_hours,
                CASE WHEN s.id IS NULL OR u.id IS NULL OR u.is_deleted THEN 'deleted'
                     WHEN s.status <> 'active' THEN coalesce(s.status_reason, s.status::text)
                     WHEN NOT u.is_active THEN 'opted_out' END AS skip,
                b.open_until,
                least(greatest(now() - b.created_at, interval '${probeSeconds.least} seconds'), interval '${probeSeconds.most} seconds') AS pause
           FROM message m
           LEFT JOIN subscription s ON s.workspace_id = m.workspace_id AND s.id = m.subscription_id
           LEFT JOIN subscriber u ON u.workspace_id = m.workspace_id AND u.id = m.subscriber_id
           LEFT JOIN push_breaker b ON b.workspace_id = $1 AND b.vapid_key_id = s.vapid_key_id AND b.origin = s.origin
          WHERE m.workspace_id = $1 AND m.run_id = $2 AND m.status = 'queued' AND m.next_at <= now()
            AND (b.origin IS NULL OR b.open_until IS NOT NULL)
          ORDER BY m.next_at, m.id LIMIT $4 FOR UPDATE OF m SKIP LOCKED),
       judged AS MATERIALIZED (
         SELECT picked.*, open_until <= now() AND fate = 'wait' AND row_number() OVER (PARTITION BY vapid_key_id, origin, fate) = 1 AS is_probe
           FROM (SELECT *, CASE WHEN skip IS NOT NULL THEN 'skip' WHEN open_until IS NULL THEN 'send' ELSE 'wait' END AS fate FROM picked) AS picked),
       probed AS (
         UPDATE push_breaker b SET open_until = now() + j.pause FROM judged j
          WHERE j.is_probe AND b.workspace_id = $1 AND b.vapid_key_id = j.vapid_key_id AND b.origin = j.origin)
       UPDATE message m SET
              status = CASE WHEN picked.fate = 'skip' THEN 'skipped' WHEN picked.fate = 'send' OR is_probe THEN 'sending' ELSE 'queued' END::message_status,
              reason = CASE WHEN picked.fate = 'wait' AND NOT is_probe THEN '${outageReason}' ELSE picked.skip END,
              next_at = CASE WHEN picked.fate = 'wait' AND NOT is_probe
                             THEN CASE WHEN open_until <= now() THEN now() + pause ELSE open_until END + random() * interval '1 second' ELSE m.next_at END,
              claimed_by = CASE WHEN picked.fate = 'send' OR is_probe THEN $3::int END,
              claimed_at = CASE WHEN picked.fate = 'send' OR is_probe THEN now() END
         FROM judged AS picked WHERE m.id = picked.id
       RETURNING m.id, m.workspace_id, m.site_id, m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test, m.content, m.attempts,
                 m.created_at, m.due_at, m.enrollment_id, m.subscriber_id, m.subscription_id, m.status, picked.address_encrypted, picked.p256dh, picked.origin, picked.vapid_key_id,
                 coalesce(picked.is_probe, false) AS is_probe, picked.external_id, picked.name, picked.locale, picked.timezone, picked.country, picked.attributes,
                 picked.quiet_hours`,
      [workspaceId, runId, worker, limit],
    );
    const moves = new CounterMoves();
    for (const row of rows) {
      const place = placeOf(row);
      if (!place || row.status === "queued") continue;
      moves.add(place, "queued", -1);
      moves.add(place, row.status, 1);
    }
    await moves.write(client);
    const messages = rows.filter((row) => row.status === "sending");
    await readWalks(client, messages);
    return { messages, moved: rows.length };
  });
}

/** The counter row of a message; none for tests and for messages outside campaigns. */
export function placeOf(
  row: Pick<
    ClaimedMessage,
    "workspace_id" | "site_id" | "campaign_id" | "run_id" | "step_index" | "variant" | "is_test"
  >,
): CounterPlace | undefined {
  if (row.is_test || row.campaign_id === null) return undefined;
  return {
    workspaceId: row.workspace_id,
    siteId: row.site_id,
    campaignId: row.campaign_id,
    runId: row.run_id,
    stepIndex: row.step_index,
    variant: row.variant,
  };
}

/**
 * Of messages that this worker has claimed and not yet begun, those that must not be begun any more: their person
 * unsubscribed or opted out since.
 */
export async function withdrawnSince(workspaceId: string, subscriptionIds: string[]): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    `SELECT s.id FROM subscription s LEFT JOIN subscriber u ON u.workspace_id = s.workspace_id AND u.id = s.subscriber_id
      WHERE s.workspace_id = $1 AND s.id = ANY ($2::uuid[]) AND (s.status <> 'active' OR u.id IS NULL OR NOT u.is_active OR u.is_deleted)`,
    [workspaceId, subscriptionIds],
  );
  return new Set(rows.map((row) => row.id));
}

/**
 * Puts messages of dead workers back into the queue: claims whose worker holds no advisory lock any more. What a dead
 * worker had accepted but not recorded is sent again and replaces itself on the device (Topic and tag). The queue is told
 * of their runs, because who delivered them died with its turn.
 *
 * @returns how many were freed
 */
export async function freeDeadClaims(): Promise<number> {
  const freed = await transaction(async (client) => {
    const { rows } = await client.query<Omit<ClaimedMessage, "content"> & { count: number }>(
      `WITH dead AS (
         SELECT id FROM message WHERE status = 'sending' AND claimed_by NOT IN (${livingWorkers})
          LIMIT 5000 FOR UPDATE SKIP LOCKED),
       freed AS (
         UPDATE message m SET status = 'queued', claimed_by = NULL, claimed_at = NULL FROM dead WHERE m.id = dead.id
         RETURNING m.workspace_id, m.site_id, m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test)
       SELECT *, count(*)::int AS count FROM freed GROUP BY workspace_id, site_id, campaign_id, run_id, step_index, variant, is_test`,
    );
    const moves = new CounterMoves();
    for (const row of rows) {
      const place = placeOf(row);
      if (!place) continue;
      moves.add(place, "sending", -row.count);
      moves.add(place, "queued", row.count);
    }
    await moves.write(client);
    return rows;
  });
  void nudgeAll(freed.map((row) => ({ kind: "deliver", workspaceId: row.workspace_id, runId: row.run_id })));
  return freed.reduce((sum, row) => sum + row.count, 0);
}
