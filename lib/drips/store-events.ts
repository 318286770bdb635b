import "server-only";
import type { PoolClient } from "pg";
import { newId } from "#lib/ids.ts";
import type { Properties } from "./schema.ts";

export interface HeardEvent {
  name: string;
  properties: Properties;
  at: Date;
}

/**
 * Stores events of a subscriber. Those that a campaign listens to also go into the inbox, in the same statement: the answer
 * "accepted" means that nothing can lose them. The worker does the rest (lib/drips/fire.ts).
 *
 * @param siteId of the browser that tells it; null when the workspace's server does
 * @returns the events' ids, in order
 */
export async function storeEvents(
  client: PoolClient,
  { workspaceId, siteId, subscriberId }: { workspaceId: string; siteId: string | null; subscriberId: string },
  events: HeardEvent[],
): Promise<string[]> {
  const ids = events.map(() => newId());
  if (events.length === 0) return ids;
  await client.query(
    `WITH heard AS (
       INSERT INTO event (id, workspace_id, site_id, subscriber_id, type, name, properties, at)
       SELECT id, $1, $2, $3, 'custom', name, properties, at
         FROM unnest($4::uuid[], $5::text[], $6::jsonb[], $7::timestamptz[]) AS e (id, name, properties, at)
       RETURNING id, name)
     INSERT INTO event_inbox (event_id, workspace_id) SELECT id, $1 FROM heard
      WHERE EXISTS (SELECT 1 FROM campaign c WHERE c.workspace_id = $1 AND c.type = 'triggered' AND c.status = 'running'
                       AND c.trigger ->> 'event' = heard.name)
         OR EXISTS (SELECT 1 FROM campaign c WHERE c.workspace_id = $1 AND c.status IN ('running', 'paused')
                       AND c.trigger ->> 'stopEvent' IS NOT NULL AND c.trigger ->> 'stopEvent' = heard.name)`,
    [
      workspaceId,
      siteId,
      subscriberId,
      ids,
      events.map(({ name }) => name),
      events.map(({ properties }) => JSON.stringify(properties)),
      events.map(({ at }) => at),
    ],
  );
  await client.query("UPDATE subscriber SET last_seen_at = now() WHERE workspace_id = $1 AND id = $2", [
    workspaceId,
    subscriberId,
  ]);
  return ids;
}
