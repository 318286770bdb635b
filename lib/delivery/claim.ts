import "server-only";
import type { PoolClient } from "pg";
import { keysInOrder, query, queryPrepared, transaction } from "#lib/db.ts";
import { CounterMoves, type CounterPlace, countMoved } from "#lib/delivery/counters.ts";
import { nudgeAll } from "#lib/events.ts";
import { outageReason, probeSeconds } from "./breaker.ts";
import {
  campaignSlots,
  type Slots,
  type SlowWay,
  slowReason,
  slowWays,
  takeCampaignSlots,
  takeWaySlots,
} from "./pace.ts";
import { dequeue, enqueue, queueColumns } from "./queue.ts";
import type { Walk } from "./walks.ts";
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
  browser: string | null;
  /** How often in a row the push service called its address broken. */
  failure_count: number;
  /** Its slot, where there is a rate: not to be begun before. Epoch milliseconds; absent: at once. */
  start_at?: number;
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

/** What a claim keeps to besides its limit. */
export interface ClaimTerms {
  limit: number;
  /** The slice of work that takes them in hand. */
  sliceId: string;
  /** The rate of the run's campaign, if it has one. */
  rate?: { campaignId: string; perMinute: number } | undefined;
  /** A small or urgent send: behind a push service that is slow it does not stand in the line of bulk. */
  isFirst?: boolean;
}

export interface Claim {
  messages: ClaimedMessage[];
  /** Rows that were moved: 0 when there is nothing to do now. */
  moved: number;
  /** Nothing else was claimable at that moment. */
  isAll?: boolean;
  /** When there may be something to do again, epoch milliseconds; only where nothing was moved. */
  nextAt?: number | undefined;
}

/**
 * Claims queued messages of a run for this worker, oldest due first. Those who may no longer be told –
 * unsubscribed, opted out, deleted – are settled as `skipped` in the same statement. Messages behind a breaker that a
 * person must close stay queued; those for a push service that is down wait for the next try of it, but one, the probe.
 * Where there is a rate, of the campaign or of a push service, no more are taken than it has slots for.
 */
export async function claimMessages(
  workspaceId: string,
  runId: string,
  worker: number,
  terms: ClaimTerms,
): Promise<Claim> {
  if (!terms.rate) {
    const limit = terms.limit < limitStep ? terms.limit : terms.limit - (terms.limit % limitStep);
    const rows = await claimUnpaced(workspaceId, runId, worker, { ...terms, limit });
    const messages = rows.filter((row) => row.status === "sending");
    if (rows.length > 0) return { messages, moved: rows.length, isAll: rows.length < limit };
  }
  return claimPaced(workspaceId, runId, worker, terms);
}

/** Claims come in multiples of it, so that a connection prepares few statements. */
const limitStep = 25;

/** Where there is no rate: one statement and one round trip, counters and all. Takes nothing where there is one. */
async function claimUnpaced(workspaceId: string, runId: string, worker: number, terms: ClaimTerms): Promise<Claimed[]> {
  const { limit } = terms;
  const condition = "AND NOT EXISTS (SELECT 1 FROM push_pace WHERE workspace_id = $1 AND slow_until > now())";
  return queryPrepared<Claimed>(
    `claim ${limit}`,
    `${claiming(limit, condition)}, counted AS (${countMoved("moved", "queued", ["sending", "skipped"])}) SELECT * FROM moved`,
    [workspaceId, runId, worker, terms.isFirst ?? false, [], [], [], [], [], [], [], terms.sliceId],
  );
}

/**
 * The statement that claims, up to its CTE `moved`.
 *
 * It begins at the queue and goes to the ledger by id alone: by anything more the planner might look for the message otherwise.
 *
 * @param limit part of the text: planned for an unknown limit, it would read all subscriptions
 */
export function claiming(limit: number, condition = ""): string {
  return `WITH picked AS MATERIALIZED (
     SELECT m.id, s.address_encrypted, s.p256dh, s.origin, s.vapid_key_id, s.failure_count,
            u.external_id, u.name, u.locale, u.timezone, u.country, u.attributes, u.quiet_hours, s.browser, m.reason AS waited,
            CASE WHEN s.id IS NULL OR u.id IS NULL OR u.is_deleted THEN 'deleted'
                 WHEN s.status <> 'active' THEN coalesce(s.status_reason, s.status::text)
                 WHEN NOT u.is_active THEN 'opted_out'
                 WHEN u.paused_until > now() AND NOT m.is_test THEN 'person_paused'
                 WHEN u.preferences ->> (c.options ->> 'category') = 'false' AND NOT m.is_test THEN 'unwanted' END AS skip,
            b.open_until,
            least(greatest(now() - b.created_at, interval '${probeSeconds.least} seconds'), interval '${probeSeconds.most} seconds') AS pause
       FROM message_queue q JOIN message m ON m.id = q.message_id
       LEFT JOIN subscription s ON s.workspace_id = m.workspace_id AND s.id = m.subscription_id
       LEFT JOIN subscriber u ON u.workspace_id = m.workspace_id AND u.id = m.subscriber_id
       LEFT JOIN campaign c ON c.workspace_id = m.workspace_id AND c.id = m.campaign_id
       LEFT JOIN push_breaker b ON b.workspace_id = $1 AND b.vapid_key_id = s.vapid_key_id AND b.origin = s.origin
      WHERE q.workspace_id = $1 AND q.run_id = $2 AND q.next_at <= now() AND m.status = 'queued' AND m.next_at <= now()
        AND (b.origin IS NULL OR b.open_until IS NOT NULL) ${condition}
      ORDER BY q.next_at LIMIT ${limit} FOR UPDATE OF m SKIP LOCKED),
   judged AS MATERIALIZED (
     SELECT picked.*, open_until <= now() AND fate = 'wait' AND row_number() OVER (PARTITION BY vapid_key_id, origin, fate) = 1 AS is_probe,
            row_number() OVER (PARTITION BY vapid_key_id, origin, fate) AS place
       FROM (SELECT *, CASE WHEN skip IS NOT NULL THEN 'skip' WHEN open_until IS NULL THEN 'send' ELSE 'wait' END AS fate FROM picked) AS picked),
   probed AS (
     UPDATE push_breaker b SET open_until = now() + j.pause FROM judged j
      WHERE j.is_probe AND b.workspace_id = $1 AND b.vapid_key_id = j.vapid_key_id AND b.origin = j.origin),
   paced AS MATERIALIZED (
     SELECT judged.*, CASE WHEN judged.fate = 'wait' AND NOT is_probe THEN 'down' WHEN judged.fate = 'send' AND place > way.free THEN 'slow'
                           WHEN judged.fate = 'skip' THEN 'skip' ELSE 'go' END AS verdict,
            CASE WHEN $4 THEN way.from_in + 1 + random() * 3
                 WHEN waited = '${slowReason}' THEN way.from_in + 1 + random() * greatest(3, way.line_in - way.from_in)
                 ELSE least(way.line_in + (place - way.free) * way.slot, way.slow_in + random() * 30) END AS slow_seconds
       FROM judged LEFT JOIN unnest($5::uuid[], $6::text[], $7::int[], $8::float8[], $9::float8[], $10::float8[], $11::float8[])
            AS way (key_id, way_origin, free, slot, from_in, line_in, slow_in) ON way.key_id = judged.vapid_key_id AND way.way_origin = judged.origin),
   taken AS (${dequeue("paced")} RETURNING paced.*),
   moved AS (
   UPDATE message m SET
          status = CASE verdict WHEN 'skip' THEN 'skipped' WHEN 'go' THEN 'sending' ELSE 'queued' END::message_status,
          reason = CASE verdict WHEN 'down' THEN '${outageReason}' WHEN 'slow' THEN '${slowReason}' ELSE picked.skip END,
          next_at = CASE verdict WHEN 'down' THEN CASE WHEN open_until <= now() THEN now() + pause ELSE open_until END + random() * interval '1 second'
                                 WHEN 'slow' THEN now() + make_interval(secs => slow_seconds) ELSE m.next_at END,
          claimed_by = CASE verdict WHEN 'go' THEN $3::int END,
          claimed_at = CASE verdict WHEN 'go' THEN now() END
     FROM taken AS picked WHERE m.id = picked.id
   RETURNING m.id, m.workspace_id, m.site_id, m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test, m.content, m.attempts,
             m.created_at, m.due_at, m.enrollment_id, m.subscriber_id, m.subscription_id, m.status, m.next_at, m.content IS NOT NULL AS is_direct, picked.address_encrypted, picked.p256dh, picked.origin, picked.vapid_key_id, picked.failure_count,
             coalesce(picked.is_probe, false) AS is_probe, picked.external_id, picked.name, picked.locale, picked.timezone, picked.country, picked.attributes,
             picked.quiet_hours, picked.browser, picked.verdict, picked.waited),
   queued AS (${enqueue("moved")}),
   noted AS (
     INSERT INTO claim (workspace_id, run_id, slice_id, worker, message_ids)
     SELECT $1, $2, $12::uuid, $3::int, array_agg(id) FROM moved WHERE status = 'sending' HAVING count(*) > 0)`;
}

async function claimPaced(workspaceId: string, runId: string, worker: number, terms: ClaimTerms): Promise<Claim> {
  return transaction(async (client) => {
    const { rate } = terms;
    const slots = rate && (await campaignSlots(client, workspaceId, rate.campaignId, rate.perMinute));
    if (slots?.count === 0) return { messages: [], moved: 0, nextAt: slots.lookAt };
    const ways = await slowWays(client, workspaceId);
    await client.query(keysInOrder(true));
    const inSeconds = (at: number) => (at - Date.now()) / 1000;
    const limit = slots ? Math.min(terms.limit, slots.count) : terms.limit;
    const { rows } = await client.query<Claimed>(`${claiming(limit)} SELECT * FROM moved`, [
      workspaceId,
      runId,
      worker,
      terms.isFirst ?? false,
      ways.map((way) => way.vapid_key_id),
      ways.map((way) => way.origin),
      ways.map((way) => way.slots.count),
      ways.map((way) => way.slots.slotMs / 1000),
      ways.map((way) => Math.max(0, inSeconds(way.slots.from))),
      ways.map((way) => Math.max(0, inSeconds(way.lineEndsAt))),
      ways.map((way) => inSeconds(way.slowUntil)),
      terms.sliceId,
    ]);
    const moves = new CounterMoves();
    for (const row of rows) {
      const place = placeOf(row);
      if (!place || row.status === "queued") continue;
      moves.add(place, "queued", -1);
      moves.add(place, row.status, 1);
    }
    await moves.write(client);
    const messages = rows.filter((row) => row.status === "sending");
    if (rate && slots) {
      giveSlots(messages, slots);
      await takeCampaignSlots(client, rate.campaignId, slots, messages.length);
    }
    for (const way of ways) await takeFrom(client, way, rows, terms.isFirst ?? false);
    if (rows.length > 0) return { messages, moved: rows.length };
    const { rows: next } = await client.query<{ in_ms: number }>(
      `SELECT extract(epoch FROM next_at - now())::float8 * 1000 AS in_ms FROM message_queue
        WHERE workspace_id = $1 AND run_id = $2 AND next_at > now() ORDER BY next_at LIMIT 1`,
      [workspaceId, runId],
    );
    return { messages, moved: 0, nextAt: next[0] && Date.now() + next[0].in_ms };
  });
}

type Claimed = ClaimedMessage & {
  status: "sending" | "skipped" | "queued";
  verdict: "go" | "skip" | "slow" | "down";
  /** Why it waited until now, if it did. */
  waited: string | null;
};

/** One slot each, in order; whoever has one already goes by the later. */
function giveSlots(messages: ClaimedMessage[], slots: Slots): void {
  for (const [index, message] of messages.entries())
    message.start_at = Math.max(message.start_at ?? 0, slots.from + index * slots.slotMs);
}

async function takeFrom(client: PoolClient, way: SlowWay, rows: Claimed[], isFirst: boolean): Promise<void> {
  const mine = rows.filter((row) => row.vapid_key_id === way.vapid_key_id && row.origin === way.origin);
  const going = mine.filter((row) => row.verdict === "go");
  giveSlots(going, way.slots);
  const joining = isFirst ? 0 : mine.filter((row) => row.verdict === "slow" && row.waited !== slowReason).length;
  await takeWaySlots(client, way, going.length, joining);
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

/** Of a slice that is over, with nothing left in hand: nobody has to look through them any more. */
export async function forgetClaims(workspaceId: string, runId: string, sliceId: string): Promise<void> {
  await query("DELETE FROM claim WHERE workspace_id = $1 AND run_id = $2 AND slice_id = $3", [
    workspaceId,
    runId,
    sliceId,
  ]);
}

/** A worker has a few dozen a slice, nearly all of whose messages are settled. */
const claimsAtOnce = 200;

/**
 * Puts messages of dead workers back into the queue: claims whose worker holds no advisory lock any more. What a dead
 * worker had accepted but not recorded is sent again and replaces itself on the device (Topic and tag). The queue is told
 * of their runs, because who delivered them died with its turn.
 *
 * @returns how many were freed
 */
export async function freeDeadClaims(): Promise<number> {
  // Asked before every slice, and hardly ever so: one round trip instead of three.
  const dead = await query(`SELECT 1 FROM claim WHERE worker NOT IN (${livingWorkers}) LIMIT 1`);
  if (dead.length === 0) return 0;
  const freed = await transaction(async (client) => {
    const { rows } = await client.query<Omit<ClaimedMessage, "content"> & { count: number }>(
      `WITH dead AS (
         DELETE FROM claim WHERE id IN (SELECT id FROM claim WHERE worker NOT IN (${livingWorkers}) LIMIT ${claimsAtOnce} FOR UPDATE SKIP LOCKED)
         RETURNING workspace_id, worker, message_ids),
       freed AS (
         UPDATE message m SET status = 'queued', claimed_by = NULL, claimed_at = NULL
           FROM (SELECT workspace_id, worker, unnest(message_ids) AS id FROM dead) AS held
          WHERE m.workspace_id IS NOT DISTINCT FROM held.workspace_id AND m.id = held.id AND m.status = 'sending' AND m.claimed_by = held.worker
         RETURNING m.site_id, m.campaign_id, m.step_index, m.variant, m.is_test, ${queueColumns}),
       queued AS (${enqueue("freed")})
       SELECT workspace_id, site_id, campaign_id, run_id, step_index, variant, is_test, count(*)::int AS count
         FROM freed GROUP BY workspace_id, site_id, campaign_id, run_id, step_index, variant, is_test`,
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
