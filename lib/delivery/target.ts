import "server-only";
import { query } from "#lib/db.ts";

/** What a slice delivers: a run, or messages outside a run. */
export interface Target {
  state: string;
  campaignId: string | null;
  siteId: string | null;
}

/** The run, or for messages outside a run the site of the first of them. Marks the run as looked after. */
export async function findTarget(workspaceId: string, runId: string): Promise<Target | undefined> {
  const [run] = await query<{ status: string; campaign_id: string; site_id: string | null }>(
    `UPDATE run r SET delivering_at = now() FROM campaign c
      WHERE r.workspace_id = $1 AND r.id = $2 AND c.workspace_id = r.workspace_id AND c.id = r.campaign_id
      RETURNING r.status, r.campaign_id, c.site_id`,
    [workspaceId, runId],
  );
  if (run) return { state: run.status, campaignId: run.campaign_id, siteId: run.site_id };
  const [direct] = await query<{ site_id: string | null }>(
    "SELECT site_id FROM message WHERE workspace_id = $1 AND run_id = $2 AND content IS NOT NULL LIMIT 1",
    [workspaceId, runId],
  );
  return direct && { state: "running", campaignId: null, siteId: direct.site_id };
}
