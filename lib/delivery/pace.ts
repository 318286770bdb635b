import "server-only";
import type { PoolClient } from "pg";
import type { Outcome } from "#lib/channels/channel.ts";
import { query } from "#lib/db.ts";
import { log } from "#lib/log.ts";

/**
 * Rates. A rate is a row in the database with the instant of its next free slot; whoever claims messages takes slots in
 * that same transaction, so that all workers together keep it to the message.
 *
 * A campaign has one when its options say so. A key pair has one at a push service for an hour after that service
 * answered 429 to it; when it does so again and again, nothing is sent there before the time it named.
 */

/** Slots are taken this far ahead, so that messages leave evenly although claims come in batches. */
const aheadMs = 1_000;
/** Slots that nobody took are made up for this long at most. */
const catchUpMs = 500;
/** What a push service that answered 429 gets. */
export const slowRatePerMinute = 1_000;
export const slowReason = "rate_limited";
const slowForSeconds = 3_600;
/** So many 429 in a row, with nothing accepted between, are about the key and not about one device. */
const holdAfter = 3;

/** Between two messages, ms. With what is made up for, no 60 seconds ever see more than the rate. */
export function slotMs(ratePerMinute: number): number {
  return (60_000 + catchUpMs) / ratePerMinute;
}

/** Slots that may be taken now: `count` of them, from `from` on. Epoch milliseconds of this process. */
export interface Slots {
  count: number;
  from: number;
  slotMs: number;
  /** When it is worth asking again where there are none now. */
  lookAt: number;
}

function slotsOf(nextSlotAt: Date, databaseNow: Date, ratePerMinute: number): Slots {
  const each = slotMs(ratePerMinute);
  const skewMs = Date.now() - databaseNow.getTime();
  const from = Math.max(nextSlotAt.getTime(), databaseNow.getTime() - catchUpMs) + skewMs;
  const count = Math.max(0, Math.floor((Date.now() + aheadMs - from) / each) + 1);
  return { count, from, slotMs: each, lookAt: from - aheadMs / 2 };
}

interface PaceRow {
  next_slot_at: Date;
  database_now: Date;
}

/** The slots of a campaign with a rate of its own; locks its row until the transaction ends. */
export async function campaignSlots(
  client: PoolClient,
  workspaceId: string,
  campaignId: string,
  ratePerMinute: number,
): Promise<Slots> {
  const { rows } = await client.query<PaceRow>(
    `INSERT INTO campaign_pace (workspace_id, campaign_id, next_slot_at) VALUES ($1, $2, now())
     ON CONFLICT (campaign_id) DO UPDATE SET campaign_id = excluded.campaign_id
     RETURNING next_slot_at, clock_timestamp() AS database_now`,
    [workspaceId, campaignId],
  );
  const [row] = rows;
  if (!row) throw new Error("a campaign's pace could not be read");
  return slotsOf(row.next_slot_at, row.database_now, ratePerMinute);
}

export async function takeCampaignSlots(
  client: PoolClient,
  campaignId: string,
  slots: Slots,
  taken: number,
): Promise<void> {
  if (taken === 0) return;
  await client.query(
    `UPDATE campaign_pace SET next_slot_at = clock_timestamp() + make_interval(secs => $2) WHERE campaign_id = $1`,
    [campaignId, (slots.from + taken * slots.slotMs - Date.now()) / 1000],
  );
}

/** A push service that takes messages of a key pair slowly for now. */
export interface SlowWay {
  vapid_key_id: string;
  origin: string;
  slots: Slots;
  /** About when a message that joins the line has its turn; epoch milliseconds of this process. */
  lineEndsAt: number;
  slowUntil: number;
}

/** The ways of a workspace that are slow now; locks their rows until the transaction ends. Mostly there are none. */
export async function slowWays(client: PoolClient, workspaceId: string): Promise<SlowWay[]> {
  const { rows } = await client.query<
    PaceRow & {
      vapid_key_id: string;
      origin: string;
      rate_per_minute: number;
      hold_until: Date;
      line_ends_at: Date;
      slow_until: Date;
    }
  >(
    `SELECT vapid_key_id, origin, rate_per_minute, greatest(next_slot_at, hold_until) AS next_slot_at, hold_until, line_ends_at, slow_until,
            clock_timestamp() AS database_now
       FROM push_pace WHERE workspace_id = $1 AND slow_until > now() ORDER BY vapid_key_id, origin FOR UPDATE`,
    [workspaceId],
  );
  return rows.map((row) => {
    const skewMs = Date.now() - row.database_now.getTime();
    const slots = slotsOf(row.next_slot_at, row.database_now, row.rate_per_minute);
    return {
      vapid_key_id: row.vapid_key_id,
      origin: row.origin,
      slots,
      lineEndsAt: Math.max(row.line_ends_at.getTime() + skewMs, slots.from + slots.count * slots.slotMs),
      slowUntil: row.slow_until.getTime() + skewMs,
    };
  });
}

/** Notes what a claim took of a slow way: slots for those that go now, places in the line for those that wait. */
export async function takeWaySlots(client: PoolClient, way: SlowWay, going: number, joining: number): Promise<void> {
  if (going === 0 && joining === 0) return;
  const fromNow = (at: number) => (at - Date.now()) / 1000;
  await client.query(
    `UPDATE push_pace SET next_slot_at = clock_timestamp() + make_interval(secs => $3),
            line_ends_at = clock_timestamp() + make_interval(secs => $4) WHERE vapid_key_id = $1 AND origin = $2`,
    [
      way.vapid_key_id,
      way.origin,
      fromNow(way.slots.from + going * way.slots.slotMs),
      fromNow(way.lineEndsAt + joining * way.slots.slotMs),
    ],
  );
}

/** 429 in a row by way, as this process has seen them. */
const limited = new Map<string, number>();
/** Until when nothing is to be begun, by way, as this process has seen or read it; epoch milliseconds. */
const held = new Map<string, number>();

const wayOf = (vapidKeyId: string | null, origin: string | null) => `${vapidKeyId} ${origin}`;

/** Whether a push service is not to be asked now with a key pair. */
export function isHeld(vapidKeyId: string | null, origin: string | null): boolean {
  // Mostly nothing is held, and every message in hand asks.
  const until = held.size === 0 ? undefined : held.get(wayOf(vapidKeyId, origin));
  return until !== undefined && until > Date.now();
}

/**
 * Counts an outcome of a key pair at a push service, and slows it there after a 429.
 *
 * @returns whether it was slowed by this: what is in hand must take slots before it goes
 */
export async function tallyPace(
  workspaceId: string,
  vapidKeyId: string,
  origin: string,
  outcome: Outcome,
): Promise<boolean> {
  const way = wayOf(vapidKeyId, origin);
  if (outcome.kind === "sent") limited.delete(way);
  if (outcome.kind !== "retryAt" || outcome.reason !== slowReason) return false;
  const row = (limited.get(way) ?? 0) + 1;
  limited.set(way, row);
  const holdUntil = row >= holdAfter ? outcome.at : new Date(0);
  if (row >= holdAfter) held.set(way, Math.max(held.get(way) ?? 0, outcome.at.getTime()));
  const opened = await query<{ is_new: boolean }>(
    `INSERT INTO push_pace (workspace_id, vapid_key_id, origin, rate_per_minute, hold_until, next_slot_at, line_ends_at, slow_until, limited_at)
     VALUES ($1, $2, $3, ${slowRatePerMinute}, $4, now(), now(), greatest($4, now()) + interval '${slowForSeconds} seconds', now())
     ON CONFLICT (vapid_key_id, origin) DO UPDATE SET hold_until = greatest(push_pace.hold_until, excluded.hold_until),
       slow_until = greatest(push_pace.slow_until, excluded.slow_until), limited_at = now(), rate_per_minute = excluded.rate_per_minute,
       line_ends_at = CASE WHEN push_pace.slow_until < now() THEN now() ELSE push_pace.line_ends_at END
         + greatest(excluded.hold_until - greatest(push_pace.hold_until, now()), interval '0')
     RETURNING xmax = 0 AS is_new`,
    [workspaceId, vapidKeyId, origin, holdUntil],
  );
  if (opened[0]?.is_new)
    log.warn(
      { workspace_id: workspaceId, vapid_key_id: vapidKeyId, origin },
      "a push service answered 429; it is slowed",
    );
  return true;
}

/**
 * Reads what other workers have found out: which ways of a workspace are slow now.
 *
 * @returns a test for a key pair and a push service
 */
export async function readSlowWays(
  workspaceId: string,
): Promise<(vapidKeyId: string | null, origin: string | null) => boolean> {
  const rows = await query<{ vapid_key_id: string; origin: string; hold_ms: number }>(
    `SELECT vapid_key_id, origin, extract(epoch FROM hold_until - now())::float8 * 1000 AS hold_ms FROM push_pace
      WHERE workspace_id = $1 AND slow_until > now()`,
    [workspaceId],
  );
  for (const row of rows)
    if (row.hold_ms > 0) {
      const way = wayOf(row.vapid_key_id, row.origin);
      held.set(way, Math.max(held.get(way) ?? 0, Date.now() + row.hold_ms));
    }
  const slow = new Set(rows.map((row) => wayOf(row.vapid_key_id, row.origin)));
  return (vapidKeyId, origin) => slow.has(wayOf(vapidKeyId, origin));
}
