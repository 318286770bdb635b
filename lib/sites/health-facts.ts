import "server-only";
import type { PoolClient } from "pg";

/** What is counted of devices (granted, subscribed, lost) and of messages to them (accepted, failed, shown, clicked). */
export const healthFacts = ["granted", "subscribed", "lost", "accepted", "failed", "shown", "clicked"] as const;
export type HealthFact = (typeof healthFacts)[number];

/** Which sums a fact belongs to. */
export interface HealthPlace {
  workspaceId: string;
  siteId: string;
  vapidKeyId: string;
  /** the push service; "" where none is known */
  origin: string;
  /** "" when the browser did not say */
  browser: string;
}

interface Sum {
  place: HealthPlace;
  fact: HealthFact;
  reason: string;
  count: number;
}

/**
 * Collects facts of one transaction and adds them to the kept sums of today (UTC) in one statement, in one order, as the
 * last thing the transaction does: two that touch the same sums cannot wait for each other in a circle.
 */
export class HealthFacts {
  readonly #sums = new Map<string, Sum>();

  add(place: HealthPlace, fact: HealthFact, reason = "", count = 1): void {
    const key = [place.siteId, fact, reason, place.vapidKeyId, place.origin, place.browser].join("\n");
    const sum = this.#sums.get(key);
    if (sum) sum.count += count;
    else this.#sums.set(key, { place, fact, reason, count });
  }

  async write(client: PoolClient): Promise<void> {
    if (this.#sums.size === 0) return;
    const sums = [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
    await client.query(
      `INSERT INTO health_day (workspace_id, site_id, day, vapid_key_id, origin, browser, fact, reason, count)
       SELECT f.workspace_id, f.site_id, (now() AT TIME ZONE 'UTC')::date, f.vapid_key_id, f.origin, f.browser, f.fact, f.reason, f.count
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])
              WITH ORDINALITY AS f (workspace_id, site_id, vapid_key_id, origin, browser, fact, reason, count, place)
        ORDER BY f.place
       ON CONFLICT (site_id, day, fact, reason, vapid_key_id, origin, browser)
       DO UPDATE SET count = health_day.count + excluded.count, last_at = now()`,
      [
        sums.map(({ place }) => place.workspaceId),
        sums.map(({ place }) => place.siteId),
        sums.map(({ place }) => place.vapidKeyId),
        sums.map(({ place }) => place.origin),
        sums.map(({ place }) => place.browser),
        sums.map(({ fact }) => fact),
        sums.map(({ reason }) => reason),
        sums.map(({ count }) => count),
      ],
    );
  }
}

/**
 * Counts devices that were just ended: the site's day now, the facts with whatever else the transaction has to say.
 *
 * @param rows as an UPDATE returned them, `healthColumns`
 */
export async function countLosses(
  client: PoolClient,
  loss: { workspaceId: string; rows: HealthColumns[]; reason: string; column: "expired" | "unsubscribed" },
  facts: HealthFacts,
): Promise<void> {
  const bySite = new Map<string, number>();
  for (const row of loss.rows) {
    if (row.is_test || row.site_id === null) continue;
    bySite.set(row.site_id, (bySite.get(row.site_id) ?? 0) + 1);
    const place = healthPlaceOf(loss.workspaceId, row);
    if (place) facts.add(place, "lost", loss.reason);
  }
  for (const [siteId, count] of [...bySite].sort(([a], [b]) => (a < b ? -1 : 1)))
    await client.query(
      `INSERT INTO site_day (workspace_id, site_id, day, ${loss.column}) VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, $3)
       ON CONFLICT (site_id, day) DO UPDATE SET ${loss.column} = site_day.${loss.column} + excluded.${loss.column}`,
      [loss.workspaceId, siteId, count],
    );
}

/** Counts the active devices of one person as lost, before they are ended: $1 workspace, $2 subscriber, $3 reason. */
export const countPersonLost = `
  INSERT INTO health_day (workspace_id, site_id, day, vapid_key_id, origin, browser, fact, reason, count)
  SELECT workspace_id, site_id, (now() AT TIME ZONE 'UTC')::date, vapid_key_id, coalesce(origin, ''), coalesce(browser, ''), 'lost', $3, count(*)
    FROM subscription WHERE workspace_id = $1::uuid AND subscriber_id = $2::uuid AND status = 'active' AND NOT is_test
     AND site_id IS NOT NULL AND vapid_key_id IS NOT NULL GROUP BY 1, 2, 4, 5, 6 ORDER BY 2, 4, 5, 6
  ON CONFLICT (site_id, day, fact, reason, vapid_key_id, origin, browser)
  DO UPDATE SET count = health_day.count + excluded.count, last_at = now()`;

/** Columns of a subscription that say where its facts belong; for statements that end or make subscriptions. */
export const healthColumns = "site_id, vapid_key_id, origin, browser, is_test";

export interface HealthColumns {
  site_id: string | null;
  vapid_key_id: string | null;
  origin: string | null;
  browser: string | null;
  is_test: boolean;
}

/** Where a subscription's facts belong; undefined for test devices and those of no key pair, which count nowhere. */
export function healthPlaceOf(workspaceId: string, row: HealthColumns): HealthPlace | undefined {
  if (row.is_test || row.site_id === null || row.vapid_key_id === null) return undefined;
  return {
    workspaceId,
    siteId: row.site_id,
    vapidKeyId: row.vapid_key_id,
    origin: row.origin ?? "",
    browser: row.browser ?? "",
  };
}
