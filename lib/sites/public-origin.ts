import "server-only";
import { query } from "#lib/db.ts";

/** Unscoped finders for browsers, which name no workspace: each answers a yes or an id, never a row. */

/** Whether any site allows pages of `origin`: all that a preflight, which carries no body, can be asked. */
export async function isKnownOrigin(origin: string): Promise<boolean> {
  const rows = await query(
    "SELECT 1 FROM site WHERE NOT is_deleted AND settings -> 'allowedOrigins' @> to_jsonb($1::text) LIMIT 1",
    [origin],
  );
  return rows.length > 0;
}

/** The site that a subscription belongs to, for calls that carry a subscription's token and nothing else. */
export async function findSiteIdOfSubscription(subscriptionId: string): Promise<string | undefined> {
  const [row] = await query<{ site_id: string | null }>("SELECT site_id FROM subscription WHERE id = $1", [
    subscriptionId,
  ]);
  return row?.site_id ?? undefined;
}
