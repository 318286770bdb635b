import "server-only";
import type { Audience } from "#lib/campaigns/schema.ts";
import { query } from "#lib/db.ts";

/**
 * Whom a campaign reaches, as SQL over `subscription s` and `subscriber u`: active devices of active people, no test
 * devices. The audience is never read into this process: the ledger is written by INSERT … SELECT over this.
 *
 * @returns the condition and its parameters, numbered after `offset`; $1 is the workspace, $2 the site
 */
export function audienceCondition(audience: Audience, offset: number): { where: string; values: unknown[] } {
  const base = `s.workspace_id = $1 AND s.site_id = $2 AND s.status = 'active' AND NOT s.is_test
    AND u.workspace_id = s.workspace_id AND u.id = s.subscriber_id AND u.is_active AND NOT u.is_deleted`;
  switch (audience.type) {
    case "all":
      return { where: base, values: [] };
    case "event_subject":
      // Reached one by one as events come, by enrollments: never by a run.
      return { where: `${base} AND false`, values: [] };
    case "subscribers":
      return {
        where: `${base} AND (u.id = ANY ($${offset + 1}::uuid[]) OR u.external_id = ANY ($${offset + 2}::text[]))`,
        values: [audience.ids ?? [], audience.externalIds ?? []],
      };
  }
}

/** How many subscriptions the audience has now, counted up to `limit`. */
export async function countAudience(
  workspaceId: string,
  siteId: string | null,
  audience: Audience,
  limit: number,
): Promise<number> {
  const { where, values } = audienceCondition(audience, 3);
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM subscription s, subscriber u WHERE ${where} LIMIT $3) AS limited`,
    [workspaceId, siteId, limit, ...values],
  );
  return row?.count ?? 0;
}
