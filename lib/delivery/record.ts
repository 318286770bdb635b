import "server-only";
import type { PoolClient } from "pg";
import type { Outcome } from "#lib/channels/channel.ts";
import { queryPrepared, transaction } from "#lib/db.ts";
import { CounterMoves, countMoved } from "#lib/delivery/counters.ts";
import { countLosses, type HealthColumns, HealthFacts, healthColumns, healthPlaceOf } from "#lib/sites/health-facts.ts";
import { outageReason } from "./breaker.ts";
import { type ClaimedMessage, placeOf } from "./claim.ts";
import { takeBackTouches } from "./frequency.ts";
import { enqueue, queueColumns } from "./queue.ts";

/**
 * What became of a claimed message; `released` puts it back untried, `deferred` until its push service is back, `postponed`
 * until quiet hours are over.
 */
export type Settlement = {
  message: ClaimedMessage;
  outcome:
    | Outcome
    | { kind: "released" }
    | { kind: "deferred" | "postponed"; until: Date }
    | { kind: "skipped"; reason: string };
};

interface LedgerChange {
  status: "sent" | "failed" | "expired" | "skipped" | "unknown" | "queued";
  reason: string | null;
  /** Whether the attempt counts. */
  counts: boolean;
  nextAt: Date | null;
}

function changeOf(outcome: Settlement["outcome"]): LedgerChange {
  switch (outcome.kind) {
    case "sent":
      return { status: "sent", reason: null, counts: true, nextAt: null };
    case "gone":
      return { status: "expired", reason: outcome.reason, counts: true, nextAt: null };
    case "rejected":
      return {
        status: outcome.reason === "ttl" ? "expired" : "failed",
        reason: outcome.reason,
        counts: true,
        nextAt: null,
      };
    case "unknown":
      return { status: "unknown", reason: outcome.reason, counts: true, nextAt: null };
    case "retryAt":
      return { status: "queued", reason: outcome.reason, counts: outcome.counts, nextAt: outcome.at };
    case "pauseAll":
      return { status: "queued", reason: outcome.reason, counts: false, nextAt: null };
    case "skipped":
      return { status: "skipped", reason: outcome.reason, counts: false, nextAt: null };
    case "deferred":
      return { status: "queued", reason: outageReason, counts: false, nextAt: outcome.until };
    case "postponed":
      return { status: "queued", reason: quietReason, counts: false, nextAt: outcome.until };
    case "released":
      return { status: "queued", reason: null, counts: false, nextAt: null };
  }
}

const quietReason = "quiet_hours";

/** Failures in a row, with no success ever, after which a subscription that always gets a 400 is retired. */
const maxBadRequests = 5;

/**
 * Writes outcomes of one workspace in bulk: ledger, subscriptions, counters, all or nothing. Only messages that this worker still
 * holds are touched, so an outcome that comes after its claim was freed changes nothing.
 */
export async function recordOutcomes(worker: number, settlements: Settlement[]): Promise<void> {
  const [first] = settlements;
  if (!first) return;
  const workspaceId = first.message.workspace_id;
  const changes = new Map(
    settlements.map((settlement) => [settlement.message.id, { ...settlement, change: changeOf(settlement.outcome) }]),
  );
  const list = [...changes.values()];
  // By id: `=` would let the planner read all messages of a workspace that it has not heard of, and believes to have none.
  const statement = `UPDATE message m SET status = o.status::message_status, reason = o.reason, attempts = m.attempts + o.counts::int,
          next_at = coalesce(o.next_at, m.next_at), due_at = CASE WHEN o.reason = '${quietReason}' THEN o.next_at ELSE m.due_at END,
          claimed_by = NULL, claimed_at = NULL, sent_at = CASE WHEN o.status = 'sent' THEN now() ELSE m.sent_at END
     FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bool[], $7::timestamptz[]) AS o (id, status, reason, counts, next_at)
    WHERE m.workspace_id IS NOT DISTINCT FROM $1 AND m.id = o.id AND m.status = 'sending' AND m.claimed_by = $2`;
  const values = [
    workspaceId,
    worker,
    list.map(({ message }) => message.id),
    list.map(({ change }) => change.status),
    list.map(({ change }) => change.reason),
    list.map(({ change }) => change.counts),
    list.map(({ change }) => change.nextAt),
  ];
  // All went well, as nearly always: one statement and one round trip.
  if (list.every(({ change, message }) => change.status === "sent" && message.failure_count === 0)) {
    await queryPrepared(
      "record sent",
      `WITH moved AS (
         ${statement} RETURNING m.id, m.workspace_id, m.site_id, m.campaign_id, m.run_id, m.step_index, m.variant, m.is_test, m.status),
       healthy AS (${countAccepted})
       ${countMoved("moved", "sending", ["sent"])}`,
      [
        ...values,
        list.map(({ message }) => message.vapid_key_id),
        list.map(({ message }) => message.origin ?? ""),
        list.map(({ message }) => message.browser ?? ""),
      ],
    );
    return;
  }
  await transaction(async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `WITH moved AS (${statement} RETURNING ${queueColumns}), queued AS (${enqueue("moved")}) SELECT id FROM moved`,
      values,
    );
    const written = rows.flatMap(({ id }) => changes.get(id) ?? []);
    const moves = new CounterMoves();
    for (const { message, change } of written) {
      const place = placeOf(message);
      if (!place) continue;
      moves.add(place, "sending", -1);
      moves.add(place, change.status, 1);
    }
    const unsent = written.filter(({ message, change }) => message.is_capped && !keepsTouch.has(change.status));
    await takeBackTouches(
      client,
      unsent.map(({ message }) => message),
    );
    const facts = new HealthFacts();
    await touchSubscriptions(client, workspaceId, written, facts);
    await moves.write(client);
    for (const { message, change } of written) {
      const fact = healthOf[change.status];
      const place = fact && healthPlaceOf(workspaceId, message);
      if (place) facts.add(place, fact, change.reason ?? "");
    }
    await facts.write(client);
  });
}

/** `HealthFacts` for messages that were all accepted, of the rows `moved`; PostgreSQL runs it after the counters, in the same order. */
const countAccepted = `
  INSERT INTO health_day (workspace_id, site_id, day, vapid_key_id, origin, browser, fact, count)
  SELECT m.workspace_id, m.site_id, (now() AT TIME ZONE 'UTC')::date, a.key_id, a.origin, a.browser, 'accepted', count(*)
    FROM moved m JOIN unnest($3::uuid[], $8::uuid[], $9::text[], $10::text[]) AS a (id, key_id, origin, browser) ON a.id = m.id
   WHERE NOT m.is_test AND m.site_id IS NOT NULL AND a.key_id IS NOT NULL
   GROUP BY m.workspace_id, m.site_id, a.key_id, a.origin, a.browser ORDER BY 2, 4, 5, 6
  ON CONFLICT (site_id, day, fact, reason, vapid_key_id, origin, browser)
  DO UPDATE SET count = health_day.count + excluded.count, last_at = now()`;

/** What states say of a push service's health; what we did not even try says nothing. */
const healthOf: Partial<Record<LedgerChange["status"], "accepted" | "failed">> = {
  sent: "accepted",
  failed: "failed",
  expired: "failed",
  unknown: "failed",
};

/** After these the person got it, or will. */
const keepsTouch = new Set<LedgerChange["status"]>(["sent", "queued", "unknown"]);

/** What the outcomes say about the devices: alive, gone, or broken. */
async function touchSubscriptions(
  client: PoolClient,
  workspaceId: string,
  settlements: Settlement[],
  facts: HealthFacts,
): Promise<void> {
  const retire = (end: Ending) => retireDevices(client, workspaceId, end, facts);
  const ids = (test: (outcome: Settlement["outcome"]) => boolean) =>
    settlements.filter(({ outcome }) => test(outcome)).map(({ message }) => message.subscription_id);
  const recovered = settlements.filter(({ message, outcome }) => outcome.kind === "sent" && message.failure_count > 0);
  if (recovered.length > 0)
    await client.query(
      "UPDATE subscription SET has_succeeded = true, failure_count = 0 WHERE workspace_id = $1 AND id = ANY ($2::uuid[])",
      [workspaceId, recovered.map(({ message }) => message.subscription_id)],
    );
  const bad = ids((outcome) => outcome.kind === "rejected" && outcome.reason === "bad_request");
  const broken =
    bad.length === 0
      ? []
      : (
          await client.query<{ id: string }>(
            // Whether it ever worked is in the ledger: noting it at every success would write every subscription once.
            `UPDATE subscription s SET failure_count = failure_count + 1,
                    has_succeeded = has_succeeded OR EXISTS (SELECT 1 FROM message m WHERE m.workspace_id = $1 AND m.subscriber_id = s.subscriber_id
                                                                AND m.subscription_id = s.id AND m.status = 'sent')
              WHERE workspace_id = $1 AND id = ANY ($2::uuid[])
             RETURNING CASE WHEN failure_count >= ${maxBadRequests} AND NOT has_succeeded THEN id END AS id`,
            [workspaceId, bad],
          )
        ).rows.flatMap(({ id }) => id ?? []);
  await retire({ ids: ids((outcome) => outcome.kind === "gone"), status: "expired", reason: "gone" });
  await retire({ ids: broken, status: "invalid", reason: "bad_request" });
  for (const { message, outcome } of settlements)
    if (outcome.kind === "rejected" && outcome.retire)
      await retire({ ids: [message.subscription_id], status: "invalid", reason: outcome.reason });
}

interface Ending {
  ids: string[];
  status: "expired" | "invalid";
  reason: string;
}

/** Ends subscriptions, erases their keys and counts the loss. */
async function retireDevices(client: PoolClient, workspaceId: string, end: Ending, facts: HealthFacts): Promise<void> {
  if (end.ids.length === 0) return;
  const { rows } = await client.query<HealthColumns>(
    `UPDATE subscription SET status = $3::subscription_status, status_reason = $4, status_changed_at = now(), updated_at = now(),
            address_encrypted = NULL, p256dh = NULL
      WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) AND status = 'active' RETURNING ${healthColumns}`,
    [workspaceId, end.ids, end.status, end.reason],
  );
  await countLosses(client, { workspaceId, rows, reason: end.reason, column: "expired" }, facts);
}
