import "server-only";
import type { Outcome } from "#lib/channels/channel.ts";
import { query } from "#lib/db.ts";
import { log } from "#lib/log.ts";

/**
 * Stops a key pair's sends to a push service that refuses it, before every subscriber has paid for it: 20 refusals in
 * a row, or half of the last 100. One wrong row stops nobody. The breaker is a row, so that every worker sees it and a
 * person can close it (`resumeSite`).
 */
const inARow = 20;
const window = 100;

/** How many messages of a key pair may be open at a push service that has not yet taken one, or that refused the last. */
const cautious = 20;

interface Tally {
  row: number;
  recent: boolean[];
}

const tallies = new Map<string, Tally>();

/**
 * How many messages of a key pair may be open at a push service at once: few until one was taken, so that a key which
 * is refused altogether costs few messages.
 */
export function maxOpen(vapidKeyId: string, origin: string): number {
  const count = tallies.get(`${vapidKeyId} ${origin}`);
  return count && count.row === 0 ? Number.POSITIVE_INFINITY : cautious;
}

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
    `INSERT INTO push_breaker (workspace_id, vapid_key_id, origin, reason) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [workspaceId, vapidKeyId, origin, reason],
  );
}
