import "server-only";
import type { PoolClient } from "pg";
import type { Counts } from "#lib/campaigns/schema.ts";
import { query } from "#lib/db.ts";

/** The counter's columns: the ledger's states, then the instants that are counted beside them. */
const states = ["queued", "sending", "sent", "failed", "expired", "skipped", "cancelled", "unknown"] as const;
const marks = ["delivered", "clicked", "dismissed"] as const;
const columns = [...states, ...marks];
export type CounterColumn = (typeof columns)[number];

export function noCounts(): Counts {
  return Object.fromEntries(["recipients", ...columns].map((name) => [name, 0])) as Counts;
}

/** Sums of all counter columns and `recipients`, as a select list over an alias `c`. */
const sums = [
  ...columns.map((name) => `coalesce(sum(c.${name}), 0)::int AS ${name}`),
  `coalesce(sum(${states.map((name) => `c.${name}`).join(" + ")}), 0)::int AS recipients`,
].join(", ");

/** Figures of several campaigns. */
export async function countsByCampaign(workspaceId: string, campaignIds: string[]): Promise<Map<string, Counts>> {
  const rows = await query<Counts & { campaign_id: string }>(
    `SELECT c.campaign_id, ${sums} FROM counter c WHERE c.workspace_id = $1 AND c.campaign_id = ANY ($2::uuid[]) GROUP BY c.campaign_id`,
    [workspaceId, campaignIds],
  );
  return new Map(rows.map(({ campaign_id, ...counts }) => [campaign_id, counts]));
}

/** Figures of several runs. */
export async function countsByRun(workspaceId: string, runIds: string[]): Promise<Map<string, Counts>> {
  const rows = await query<Counts & { run_id: string }>(
    `SELECT c.run_id, ${sums} FROM counter c WHERE c.workspace_id = $1 AND c.run_id = ANY ($2::uuid[]) GROUP BY c.run_id`,
    [workspaceId, runIds],
  );
  return new Map(rows.map(({ run_id, ...counts }) => [run_id, counts]));
}

/** Figures grouped by one column of the counter, within a campaign, a site or the whole workspace. */
export async function countsBy<Key extends "step_index" | "variant" | "day" | "campaign_id" | "site_id">(
  key: Key,
  scope: { workspaceId: string; campaignId?: string; siteId?: string; from?: string; to?: string },
): Promise<(Counts & { key: string })[]> {
  return query<Counts & { key: string }>(
    `SELECT c.${key}::text AS key, ${sums} FROM counter c
      WHERE c.workspace_id = $1 AND ($2::uuid IS NULL OR c.campaign_id = $2) AND ($3::uuid IS NULL OR c.site_id = $3)
        AND ($4::date IS NULL OR c.day >= $4) AND ($5::date IS NULL OR c.day <= $5)
      GROUP BY c.${key} ORDER BY c.${key}`,
    [scope.workspaceId, scope.campaignId ?? null, scope.siteId ?? null, scope.from ?? null, scope.to ?? null],
  );
}

/** Figures of a campaign by step and variant. */
export async function countsByVariant(
  workspaceId: string,
  campaignId: string,
): Promise<(Counts & { step_index: number; variant: number })[]> {
  return query<Counts & { step_index: number; variant: number }>(
    `SELECT c.step_index, c.variant, ${sums} FROM counter c WHERE c.workspace_id = $1 AND c.campaign_id = $2
      GROUP BY c.step_index, c.variant ORDER BY c.step_index, c.variant`,
    [workspaceId, campaignId],
  );
}

/** Which counter row a message belongs to. */
export interface CounterPlace {
  workspaceId: string;
  siteId: string | null;
  campaignId: string;
  runId: string;
  stepIndex: number;
  variant: number;
}

/**
 * SQL that counts messages which one statement has moved from one state into others, as part of that statement: the
 * counter's row, which every worker of a run wants, is then locked only until the commit, without a round trip between.
 *
 * @param moved a CTE or table with the place's columns, `is_test` and the new `status`; rows that stayed do not count
 */
export function countMoved(moved: string, from: (typeof states)[number], to: (typeof states)[number][]): string {
  const changed = [from, ...to];
  const place = "workspace_id, site_id, campaign_id, run_id, step_index, variant";
  return `INSERT INTO counter (${place}, day, ${changed.join(", ")})
     SELECT ${place}, (now() AT TIME ZONE 'UTC')::date, -count(*), ${to.map((state) => `count(*) FILTER (WHERE status = '${state}')`).join(", ")}
       FROM ${moved} WHERE NOT is_test AND campaign_id IS NOT NULL AND status <> '${from}'
      GROUP BY ${place} ORDER BY run_id, step_index, variant
     ON CONFLICT (run_id, step_index, variant, day) DO UPDATE SET ${changed.map((state) => `${state} = counter.${state} + excluded.${state}`).join(", ")}`;
}

/**
 * Collects moves of messages and writes them as one statement a counter row, in one order, so that two transactions
 * that touch the same rows cannot wait for each other in a circle.
 */
export class CounterMoves {
  readonly #moves = new Map<string, { place: CounterPlace; deltas: Map<CounterColumn, number> }>();

  add(place: CounterPlace, column: CounterColumn, delta: number): void {
    const key = `${place.runId}:${place.stepIndex}:${place.variant}`;
    const move = this.#moves.get(key) ?? { place, deltas: new Map<CounterColumn, number>() };
    this.#moves.set(key, move);
    move.deltas.set(column, (move.deltas.get(column) ?? 0) + delta);
  }

  /** Writes the sums, under today's date (UTC), in the transaction that moved the messages. */
  async write(client: PoolClient): Promise<void> {
    for (const [, { place, deltas }] of [...this.#moves].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const changed = [...deltas].filter(([, delta]) => delta !== 0);
      if (changed.length === 0) continue;
      const names = changed.map(([name]) => name);
      await client.query(
        `INSERT INTO counter (workspace_id, site_id, campaign_id, run_id, step_index, variant, day, ${names.join(", ")})
         VALUES ($1, $2, $3, $4, $5, $6, (now() AT TIME ZONE 'UTC')::date, ${names.map((_, index) => `$${index + 7}`).join(", ")})
         ON CONFLICT (run_id, step_index, variant, day) DO UPDATE SET
           ${names.map((name) => `${name} = counter.${name} + excluded.${name}`).join(", ")}`,
        [
          place.workspaceId,
          place.siteId,
          place.campaignId,
          place.runId,
          place.stepIndex,
          place.variant,
          ...changed.map(([, delta]) => delta),
        ],
      );
    }
  }
}
