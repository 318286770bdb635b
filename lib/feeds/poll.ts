import "server-only";
import { db, query, type Transaction } from "#lib/db.ts";
import { feedDue, inngest, nudgeAll } from "#lib/events.ts";
import { log } from "#lib/log.ts";
import type { Feed } from "#prisma/generated/client.ts";
import { fetchFeed } from "./fetch.ts";
import { FeedFault, type ParsedItem } from "./parse.ts";

/** A failing feed is asked less and less often, but at least once a day. */
const maxBackoffMinutes = 24 * 60;
/** An item that the hourly limit kept back this long is no news any more. */
const freshHours = 24;
/** Items that a feed has not had for so long are dropped: they will not come again. */
const keepDays = 90;
/** A due feed that nobody has fetched is told again after this long. */
const forgottenSeconds = 60;

/**
 * Fetches a feed that is due, keeps what is new in it, and makes a run of each new item for every campaign that sends
 * this feed. Safe to repeat: the items' and the runs' unique keys let each be once.
 */
export async function pollFeed(workspaceId: string, feedId: string): Promise<"fetched" | "failed" | "not due"> {
  const feed = await db.feed.findFirst({
    where: { id: feedId, workspaceId, isActive: true, isDeleted: false, nextFetchAt: { lte: new Date() } },
  });
  if (!feed) return "not due";
  let found: Awaited<ReturnType<typeof fetchFeed>>;
  try {
    found = await fetchFeed(feed.url, feed);
  } catch (error) {
    if (!(error instanceof FeedFault)) throw error;
    await noteFailure(feed, error.message);
    return "failed";
  }
  await db.$transaction(async (tx) => {
    if (found) {
      await storeItems(tx, feed, found.items, feed.readSince === null);
      const seenAt = { lt: new Date(Date.now() - keepDays * 86_400_000) };
      await tx.feedItem.deleteMany({ where: { workspaceId, feedId, seenAt } });
    }
    await tx.feed.update({
      where: { id: feedId, workspaceId },
      data: {
        lastFetchedAt: new Date(),
        nextFetchAt: new Date(Date.now() + feed.pollMinutes * 60_000),
        failures: 0,
        lastError: null,
        ...(found && { etag: found.etag, lastModified: found.lastModified, readSince: feed.readSince ?? new Date() }),
      },
    });
  });
  await releaseItems(feed);
  return "fetched";
}

async function noteFailure(feed: Feed, reason: string): Promise<void> {
  const failures = feed.failures + 1;
  const minutes = Math.min(feed.pollMinutes * 2 ** Math.min(failures, 10), maxBackoffMinutes);
  await db.feed.update({
    where: { id: feed.id, workspaceId: feed.workspaceId },
    data: {
      failures,
      lastError: reason,
      lastFetchedAt: new Date(),
      nextFetchAt: new Date(Date.now() + minutes * 60_000),
    },
  });
  log.info({ workspace_id: feed.workspaceId, feed_id: feed.id, failures, reason }, "a feed could not be read");
}

/** Keeps items that are not known yet, the feed's last first: so that ids follow the order in which they came. */
export async function storeItems(tx: Transaction, feed: Feed, items: ParsedItem[], isOld: boolean): Promise<void> {
  const once = [...new Map(items.toReversed().map((item) => [item.guidHash.toString("base64"), item])).values()];
  await tx.$executeRawUnsafe(
    `INSERT INTO feed_item (id, workspace_id, feed_id, guid_hash, title, description, url, image_url, author, published_at, is_old)
     SELECT uuidv7(), $1::uuid, $2::uuid, i.guid_hash, i.title, i.description, i.url, i.image_url, i.author, i.published_at, $3::boolean
       FROM unnest($4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
         WITH ORDINALITY AS i (guid_hash, title, description, url, image_url, author, published_at, place)
      ORDER BY i.place
     ON CONFLICT (feed_id, guid_hash) DO UPDATE SET seen_at = now()`,
    feed.workspaceId,
    feed.id,
    isOld,
    once.map((item) => item.guidHash),
    once.map((item) => item.title),
    once.map((item) => item.description),
    once.map((item) => item.url),
    once.map((item) => item.imageUrl),
    once.map((item) => item.author),
    once.map((item) => item.publishedAt),
  );
}

/**
 * Makes runs of a feed's new items for the campaigns that send it and are on, oldest first and no more than the hourly
 * limit allows; the others wait for the next fetch.
 */
async function releaseItems(feed: Feed): Promise<void> {
  const runs = await query<{ id: string }>(
    `INSERT INTO run (id, workspace_id, campaign_id, due_at, feed_item_id, variables, updated_at)
     SELECT uuidv7(), $1, c.id, now() + i.place * interval '1 millisecond', i.id, i.variables, now()
       FROM campaign c
      CROSS JOIN LATERAL (
        SELECT f.id, row_number() OVER (ORDER BY f.id) AS place,
               jsonb_strip_nulls(jsonb_build_object('item.title', f.title, 'item.description', f.description, 'item.url', f.url,
                 'item.image', f.image_url, 'item.author', f.author)) AS variables
          FROM feed_item f
         WHERE f.workspace_id = $1 AND f.feed_id = $2 AND NOT f.is_old AND f.created_at >= c.started_at
           AND f.created_at > now() - interval '${freshHours} hours'
           AND NOT EXISTS (SELECT 1 FROM run r WHERE r.campaign_id = c.id AND r.feed_item_id = f.id)
         ORDER BY f.id
         LIMIT greatest(0, $3::int - (SELECT count(*) FROM run r WHERE r.workspace_id = $1 AND r.campaign_id = c.id
                                         AND r.feed_item_id IS NOT NULL AND r.created_at > now() - interval '1 hour'))) AS i
      WHERE c.workspace_id = $1 AND c.type = 'rss' AND c.status = 'running' AND NOT c.is_deleted
        AND c.trigger ->> 'feedId' = $2::uuid::text
     ON CONFLICT DO NOTHING RETURNING id`,
    [feed.workspaceId, feed.id, feed.maxItemsPerHour],
  );
  // Not waited for: while the queue is away, sending to it takes seconds, and the sweep finds these runs all the same.
  void nudgeAll(runs.map(({ id }) => ({ kind: "due", workspaceId: feed.workspaceId, runId: id })));
}

/**
 * Tells the queue of feeds that are due: the clock of all feeds, called by the sweep.
 *
 * @returns how many were told
 */
export async function tellDueFeeds(): Promise<number> {
  const due = await query<{ workspace_id: string; id: string; nudges: number }>(
    `UPDATE feed SET nudges = nudges + 1, nudged_at = now() WHERE id IN (
       SELECT f.id FROM feed f JOIN site s ON s.id = f.site_id AND s.workspace_id = f.workspace_id
        WHERE f.is_active AND NOT f.is_deleted AND f.next_fetch_at <= now() AND NOT s.is_deleted
          AND (f.nudged_at IS NULL OR f.nudged_at < greatest(now() - interval '${forgottenSeconds} seconds', f.next_fetch_at))
        ORDER BY f.next_fetch_at LIMIT 500 FOR UPDATE OF f SKIP LOCKED)
     RETURNING workspace_id, id, nudges`,
  );
  if (due.length === 0) return 0;
  await inngest.send(
    due.map(({ workspace_id: workspaceId, id: feedId, nudges }) =>
      feedDue.create({ workspaceId, feedId }, { id: `${feedId}:${nudges}` }),
    ),
  );
  return due.length;
}
