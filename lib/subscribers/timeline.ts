import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { query } from "#lib/db.ts";
import type { Timeline, TimelineQuery } from "./schema.ts";
import { getSubscriber } from "./subscribers.ts";

type Entry = Timeline["data"][number];

/**
 * What happened to a person, newest first: consents, messages with their outcome, and custom events. Read by time:
 * `nextBefore` is the `before` of the page after.
 *
 * @throws not_found
 */
export async function subscriberTimeline(
  ctx: Context,
  id: string,
  { before, pageSize }: TimelineQuery,
): Promise<Timeline> {
  authorize(ctx, "subscribers:read");
  await getSubscriber(ctx, id);
  const values = [ctx.workspaceId, id, before ?? null, pageSize + 1];
  const isEarlier = (column: string) => `($3::timestamptz IS NULL OR ${column} < $3)`;
  const [consents, messages, events] = await Promise.all([
    query<Entry>(
      `SELECT 'consent' AS kind, created_at AS at, kind AS name, NULL AS "campaignId", NULL AS status, NULL AS reason,
              jsonb_strip_nulls(jsonb_build_object('source', source, 'page', page, 'promptVersion', prompt_version)) AS properties
         FROM consent WHERE workspace_id = $1 AND subscriber_id = $2 AND ${isEarlier("created_at")} ORDER BY created_at DESC LIMIT $4`,
      values,
    ),
    query<Entry>(
      `SELECT 'message' AS kind, created_at AS at, NULL AS name, campaign_id AS "campaignId", reason, '{}'::jsonb AS properties,
              CASE WHEN clicked_at IS NOT NULL THEN 'clicked' WHEN dismissed_at IS NOT NULL THEN 'dismissed' WHEN delivered_at IS NOT NULL THEN 'delivered' ELSE status::text END AS status
         FROM message WHERE workspace_id = $1 AND subscriber_id = $2 AND ${isEarlier("created_at")} ORDER BY id DESC LIMIT $4`,
      values,
    ),
    query<Entry>(
      `SELECT 'event' AS kind, at, name, NULL AS "campaignId", NULL AS status, NULL AS reason, properties
         FROM event WHERE workspace_id = $1 AND subscriber_id = $2 AND type = 'custom' AND ${isEarlier("at")} ORDER BY at DESC LIMIT $4`,
      values,
    ),
  ]);
  const all = [...consents, ...messages, ...events].sort((a, b) => b.at.getTime() - a.at.getTime());
  // What happened in one moment stays on one page: the next begins before it.
  const last = all[pageSize - 1]?.at.getTime();
  const isHere = (entry: Entry, index: number) => index < pageSize || entry.at.getTime() === last;
  const data = all.filter(isHere);
  return { data, nextBefore: all.length > data.length ? (data.at(-1)?.at ?? null) : null };
}
