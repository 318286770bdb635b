import "server-only";
import type { Outcome } from "#lib/channels/channel.ts";
import { query } from "#lib/db.ts";
import { log } from "#lib/log.ts";

/**
 * Two breakers, both rows of `push_breaker`, so that every worker sees them.
 *
 * The first stops a key pair's sends to a push service that refuses it, before every subscriber has paid for it: 20 refusals in
 * a row, or half of the last 100. One wrong row stops nobody. It stays open until a person closes it (`resumeSite`).
 *
 * The second spares a push service that is down (no connection, no answer, 5xx), and the messages for it: after 20
 * failures in a row, or 40 of the last 50, they wait without losing attempts, and one at a time tries whether it is back.
 */
const inARow = 20;
const window = 100;

interface Tally {
  row: number;
  recent: boolean[];
}

const tallies = new Map<string, Tally>();

/**
 * Counts an outcome of a key pair at a push service.
 *
 * @returns why the breaker must open now, or undefined
 */
export function tally(vapidKeyId: string, origin: string, outcome: Outcome): string | undefined {
  if (outcome.kind === "pauseAll") return outcome.reason;
  const isRefusal = outcome.kind === "rejected" && outcome.reason === "vapid_rejected";
  if (!isRefusal && outcome.kind !== "sent" && outcome.kind !== "gone") return undefined;
  const key = `${vapidKeyId} ${origin}`;
  const count = tallies.get(key) ?? { row: 0, recent: [] };
  tallies.set(key, count);
  count.row = isRefusal ? count.row + 1 : 0;
  count.recent.push(isRefusal);
  if (count.recent.length > window) count.recent.shift();
  const refused = count.recent.filter(Boolean).length;
  if (count.row < inARow && !(count.recent.length === window && refused >= window / 2)) return undefined;
  tallies.delete(key);
  return "vapid_rejected";
}

/** Opens the breaker until a person resumes the site, and says so on the site. */
export async function openBreaker(
  workspaceId: string,
  vapidKeyId: string,
  origin: string,
  reason: string,
): Promise<void> {
  log.error(
    { workspace_id: workspaceId, vapid_key_id: vapidKeyId, origin, reason },
    "a push service refuses a site's key; its sends there are paused",
  );
  await query(
    `INSERT INTO push_breaker (workspace_id, vapid_key_id, origin, reason) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vapid_key_id, origin) DO UPDATE SET reason = excluded.reason, open_until = NULL`,
    [workspaceId, vapidKeyId, origin, reason],
  );
}

export const outageReason = "push_service_down";

/** Between two tries of a push service that is down: as long as it has been down, within these bounds. */
export const probeSeconds = { least: 10, most: 120 };
const failuresInARow = 20;
const recentOutcomes = 50;
const recentFailures = 40;

interface Health {
  row: number;
  /** The last outcomes: whether each was a failure. */
  recent: boolean[];
  /** Epoch milliseconds; undefined while it is well. */
  downSince: number | undefined;
  downUntil: number;
}

const services = new Map<string, Health>();

/** Until when nothing but a probe is to be sent to a push service, as this process has seen; undefined: it is well. */
export function downUntil(origin: string): Date | undefined {
  const health = services.get(origin);
  return health?.downSince === undefined ? undefined : new Date(health.downUntil);
}

/** Whether an outcome says that the push service itself is in trouble (true), or works (false), or neither. */
function isFailure(outcome: Outcome): boolean | undefined {
  if (outcome.kind === "retryAt") return outcome.counts ? true : undefined;
  if (outcome.kind !== "rejected") return outcome.kind === "sent" || outcome.kind === "gone" ? false : undefined;
  if (outcome.reason === "retries_exhausted") return true;
  return outcome.reason === "vapid_rejected" || outcome.reason === "bad_request" ? false : undefined;
}

/**
 * Counts an outcome at a push service.
 *
 * @param isProbe the message was let through although the service is held to be down
 * @returns `down` when the outcome is the outage's and no attempt is to be lost by it, `recovered` when it ended one
 */
export function tallyService(origin: string, outcome: Outcome, isProbe: boolean): "down" | "recovered" | undefined {
  const isBad = isFailure(outcome);
  if (isBad === undefined) return undefined;
  const health = services.get(origin) ?? { row: 0, recent: [], downSince: undefined, downUntil: 0 };
  services.set(origin, health);
  if (!isBad && (isProbe || health.downSince !== undefined)) {
    services.delete(origin);
    return "recovered";
  }
  health.row = isBad ? health.row + 1 : 0;
  health.recent.push(isBad);
  if (health.recent.length > recentOutcomes) health.recent.shift();
  const isDown =
    health.downSince !== undefined ||
    health.row >= failuresInARow ||
    health.recent.filter(Boolean).length >= recentFailures;
  if (!isBad || !(isDown || isProbe)) return undefined;
  const now = Date.now();
  const isNew = health.downSince === undefined;
  health.downSince ??= now;
  if (isNew || isProbe) {
    const seconds = Math.min(probeSeconds.most, Math.max(probeSeconds.least, (now - health.downSince) / 1000));
    health.downUntil = now + seconds * 1000;
  }
  return "down";
}

/** Lets the messages of a key pair wait for a push service that is down. */
export async function openOutage(workspaceId: string, vapidKeyId: string, origin: string, until: Date): Promise<void> {
  const opened = await query<{ is_new: boolean }>(
    `INSERT INTO push_breaker (workspace_id, vapid_key_id, origin, reason, open_until) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (vapid_key_id, origin) DO UPDATE SET open_until = greatest(push_breaker.open_until, excluded.open_until)
       WHERE push_breaker.open_until IS NOT NULL
     RETURNING xmax = 0 AS is_new`,
    [workspaceId, vapidKeyId, origin, outageReason, until],
  );
  if (opened[0]?.is_new)
    log.warn({ workspace_id: workspaceId, origin, until }, "a push service is down; its messages wait for it");
}

/** Sends to a push service again that was down. */
export async function closeOutage(workspaceId: string, vapidKeyId: string, origin: string): Promise<void> {
  log.info({ workspace_id: workspaceId, origin }, "a push service is back");
  await query(
    `DELETE FROM push_breaker WHERE workspace_id = $1 AND vapid_key_id = $2 AND origin = $3 AND open_until IS NOT NULL`,
    [workspaceId, vapidKeyId, origin],
  );
}
