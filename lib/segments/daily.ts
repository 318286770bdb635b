import "server-only";
import { query } from "#lib/db.ts";
import { countPeople } from "./estimate.ts";
import { SegmentRules } from "./schema.ts";

/** One sweep counts so many segments at most, and for so long: the rest has its turn 15 s later. */
const segmentsASweep = 10;
const maxMs = 5_000;

/**
 * Counts the segments that have no figure for today (UTC) yet: how a segment grew is kept, not computed. Does a bounded
 * piece of work; two at once write the same row.
 *
 * @returns how many were counted
 */
export async function countSegmentsOfToday(): Promise<number> {
  const deadline = Date.now() + maxMs;
  const due = await query<{ id: string; workspace_id: string; rules: unknown; site_id: string | null }>(
    `SELECT s.id, s.workspace_id, s.rules, s.site_id FROM segment s
      WHERE NOT s.is_deleted AND NOT EXISTS (
        SELECT 1 FROM segment_day d WHERE d.segment_id = s.id AND d.day = (now() AT TIME ZONE 'UTC')::date)
      LIMIT ${segmentsASweep}`,
  );
  let counted = 0;
  for (const { id, workspace_id: workspaceId, rules, site_id: siteId } of due) {
    if (Date.now() > deadline) break;
    const { count, estimatedAt } = await countPeople(workspaceId, { rules: SegmentRules.parse(rules), siteId });
    await query(
      `WITH day AS (
         INSERT INTO segment_day (workspace_id, segment_id, day, count) VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, $3)
         ON CONFLICT (segment_id, day) DO UPDATE SET count = excluded.count)
       UPDATE segment SET estimated_count = $3, estimated_at = $4 WHERE workspace_id = $1 AND id = $2`,
      [workspaceId, id, count, estimatedAt],
    );
    counted++;
  }
  return counted;
}
