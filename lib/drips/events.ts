import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query, transaction } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { maxEventAgeDays } from "#lib/subscribers/schema.ts";
import { variablesOf } from "./event-variables.ts";
import type { EventFilter, EventNames, EventRow, NewEvent } from "./schema.ts";
import { storeEvents } from "./store-events.ts";

/**
 * Takes an event that the workspace's server tells. Stored when this returns; what it fires follows within seconds.
 *
 * @throws not_found the subscriber · event_too_old more than 30 days ago
 */
export async function acceptEvent(ctx: Context, input: NewEvent): Promise<{ id: string }> {
  authorize(ctx, "events:write");
  const now = new Date();
  const at = input.at && input.at < now ? input.at : now;
  if (now.getTime() - at.getTime() > maxEventAgeDays * 86_400_000)
    throw new AppError("event_too_old", `Events are taken for ${maxEventAgeDays} days.`);
  const subscriber =
    input.subscriberId !== undefined && !isId(input.subscriberId)
      ? null
      : await db.subscriber.findFirst({
          where: {
            workspaceId: ctx.workspaceId,
            isDeleted: false,
            ...(input.subscriberId === undefined ? { externalId: input.externalId ?? "" } : { id: input.subscriberId }),
          },
          select: { id: true },
        });
  if (!subscriber) throw notFound("Subscriber");
  const whose = { workspaceId: ctx.workspaceId, siteId: null, subscriberId: subscriber.id };
  const [id = ""] = await transaction((client) =>
    storeEvents(client, whose, [{ name: input.name, properties: input.properties ?? {}, at }]),
  );
  return { id };
}

interface StoredRow {
  id: string;
  name: string;
  subscriber_id: string;
  subscriber_name: string | null;
  external_id: string | null;
  site_id: string | null;
  properties: Record<string, unknown>;
  at: Date;
  created_at: Date;
  is_waiting: boolean;
}

/** The workspace's own events, newest first, each with what came of it. */
export async function listEvents(ctx: Context, filter: EventFilter): Promise<Page<EventRow>> {
  authorize(ctx, "events:read");
  const after = filter.cursor === undefined ? null : decodeCursor(filter.cursor).id;
  const subscriberId = filter.subscriberId === undefined || isId(filter.subscriberId) ? filter.subscriberId : undefined;
  if (filter.subscriberId !== undefined && subscriberId === undefined) return toPage([], filter, 0, toRow([]));
  const rows = await query<StoredRow>(
    `SELECT e.id, e.name, e.subscriber_id, u.name AS subscriber_name, u.external_id, e.site_id, e.properties, e.at, e.created_at,
            EXISTS (SELECT 1 FROM event_inbox i WHERE i.event_id = e.id) AS is_waiting
       FROM event e LEFT JOIN subscriber u ON u.workspace_id = e.workspace_id AND u.id = e.subscriber_id
      WHERE e.workspace_id = $1 AND e.type = 'custom' AND ($2::text IS NULL OR e.name = $2) AND ($3::uuid IS NULL OR e.subscriber_id = $3)
        AND ($4::uuid IS NULL OR e.id < $4)
      ORDER BY e.id DESC LIMIT $5 OFFSET $6`,
    [ctx.workspaceId, filter.name ?? null, subscriberId ?? null, after, filter.pageSize + 1, pageOffset(filter)],
  );
  const firings = await query<{ event_id: string; campaign_id: string; name: string; outcome: string }>(
    `SELECT f.event_id, f.campaign_id, c.name, f.outcome FROM firing f
       JOIN campaign c ON c.workspace_id = f.workspace_id AND c.id = f.campaign_id
      WHERE f.workspace_id = $1 AND f.event_id = ANY ($2::uuid[]) AND NOT f.is_test`,
    [ctx.workspaceId, rows.map(({ id }) => id)],
  );
  return toPage(rows, filter, undefined, toRow(firings));
}

function toRow(firings: { event_id: string; campaign_id: string; name: string; outcome: string }[]) {
  return (row: StoredRow): EventRow => ({
    id: row.id,
    name: row.name,
    subscriber: { id: row.subscriber_id, name: row.subscriber_name, externalId: row.external_id },
    siteId: row.site_id,
    properties: row.properties,
    at: row.at,
    receivedAt: row.created_at,
    isWaiting: row.is_waiting,
    firings: firings
      .filter((firing) => firing.event_id === row.id)
      .map(({ campaign_id, name, outcome }) => ({
        campaignId: campaign_id,
        campaignName: name,
        outcome: outcome as EventRow["firings"][number]["outcome"],
      })),
  });
}

const maxNames = 100;

/** The names of the workspace's events, in alphabetical order, with the properties of the newest: one look at an index each. */
export async function listEventNames(ctx: Context): Promise<EventNames> {
  authorize(ctx, "events:read");
  const rows = await query<{ name: string; at: Date; properties: Parameters<typeof variablesOf>[0] }>(
    `WITH RECURSIVE names AS (
       (SELECT name, 1 AS n FROM event WHERE workspace_id = $1 AND type = 'custom' ORDER BY name LIMIT 1)
       UNION ALL
       SELECT (SELECT e.name FROM event e WHERE e.workspace_id = $1 AND e.type = 'custom' AND e.name > names.name ORDER BY e.name LIMIT 1), n + 1
         FROM names WHERE names.name IS NOT NULL AND n < ${maxNames})
     SELECT names.name, newest.at, newest.properties FROM names
      CROSS JOIN LATERAL (SELECT at, properties FROM event e
        WHERE e.workspace_id = $1 AND e.type = 'custom' AND e.name = names.name ORDER BY e.id DESC LIMIT 1) AS newest`,
    [ctx.workspaceId],
  );
  return {
    data: rows.map(({ name, at, properties }) => ({
      name,
      lastAt: at,
      properties: Object.keys(properties),
      variables: variablesOf(properties),
    })),
  };
}
