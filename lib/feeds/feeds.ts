import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import type { Feed as FeedRow } from "#prisma/generated/client.ts";
import { type FetchedFeed, findFeed } from "./fetch.ts";
import { FeedFault } from "./parse.ts";
import { storeItems } from "./poll.ts";
import type { Feed, FeedChanges, FeedFilter, FeedItem, FeedPreview, NewFeed } from "./schema.ts";

/** Feeds of the workspace, newest first. */
export async function listFeeds(ctx: Context, filter: FeedFilter): Promise<Page<Feed>> {
  authorize(ctx, "campaigns:read");
  return list(ctx, filter);
}

/** Feeds of a site, newest first. @throws not_found the site */
export async function listSiteFeeds(ctx: Context, siteId: string, filter: FeedFilter): Promise<Page<Feed>> {
  authorize(ctx, "campaigns:read");
  await findSite(ctx, siteId);
  return list(ctx, filter, siteId);
}

async function list(ctx: Context, filter: FeedFilter, siteId?: string): Promise<Page<Feed>> {
  const where = {
    workspaceId: ctx.workspaceId,
    isDeleted: false,
    ...(siteId === undefined ? {} : { siteId }),
    ...(filter.search ? { name: { contains: filter.search, mode: "insensitive" as const } } : {}),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.feed.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.feed.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, filter, total, (row) => row);
}

type FeedSample = Pick<FeedItem, "title" | "description" | "url" | "imageUrl" | "author">;

/** The workspace's feeds, newest first, at most 100, each with its newest item: to write a campaign with. */
export async function feedsWithSamples(
  ctx: Context,
): Promise<{ id: string; siteId: string; name: string; sample: FeedSample | null }[]> {
  authorize(ctx, "campaigns:read");
  const rows = await db.feed.findMany({
    where: { workspaceId: ctx.workspaceId, isDeleted: false },
    select: {
      id: true,
      siteId: true,
      name: true,
      items: {
        select: { title: true, description: true, url: true, imageUrl: true, author: true },
        orderBy: { id: "desc" },
        take: 1,
      },
    },
    orderBy: { id: "desc" },
    take: 100,
  });
  return rows.map(({ items, ...feed }) => ({ ...feed, sample: items[0] ?? null }));
}

/** The names of feeds by id, of deleted ones too; ids of another workspace are not among them. */
export async function feedNames(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  authorize(ctx, "campaigns:read");
  const known = [...new Set(ids)].filter(isId);
  if (known.length === 0) return new Map();
  const rows = await db.feed.findMany({
    where: { workspaceId: ctx.workspaceId, id: { in: known } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** @throws not_found no such feed in ctx's workspace */
export async function getFeed(ctx: Context, id: string): Promise<Feed> {
  authorize(ctx, "campaigns:read");
  return findFeedRow(ctx, id);
}

/** What a feed has shown us, newest first. @throws not_found the feed */
export async function listFeedItems(ctx: Context, feedId: string, filter: PageQuery): Promise<Page<FeedItem>> {
  authorize(ctx, "campaigns:read");
  await findFeedRow(ctx, feedId);
  const where = { workspaceId: ctx.workspaceId, feedId };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.feedItem.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.feedItem.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, filter, total, (row) => row);
}

/** The campaigns that send a feed, newest first; at most 50. @throws not_found the feed */
export async function listFeedCampaigns(ctx: Context, feedId: string): Promise<{ id: string; name: string }[]> {
  authorize(ctx, "campaigns:read");
  await findFeedRow(ctx, feedId);
  return db.campaign.findMany({
    where: {
      workspaceId: ctx.workspaceId,
      type: "rss",
      isDeleted: false,
      trigger: { path: ["feedId"], equals: feedId },
    },
    select: { id: true, name: true },
    orderBy: { id: "desc" },
    take: 50,
  });
}

/**
 * Reads a feed, or the feed that a page names, without keeping it.
 *
 * @throws validation_error (field `url`) why it cannot be read
 */
export async function previewFeed(ctx: Context, { url }: { url: string }): Promise<FeedPreview> {
  authorize(ctx, "campaigns:write");
  const found = await readFeed(url);
  return { url: found.url, title: found.title, itemCount: found.items.length, items: found.items.slice(0, 10) };
}

/**
 * Adds a feed to a site. What it holds now is old and is never sent.
 *
 * @param input.url the feed, or a page that names its feed
 * @throws not_found the site · validation_error (field `url`) why it cannot be read · conflict the site has this feed
 */
export async function createFeed(ctx: Context, siteId: string, input: NewFeed): Promise<Feed> {
  authorize(ctx, "campaigns:write");
  await findSite(ctx, siteId);
  const found = await readFeed(input.url);
  return db.$transaction(async (tx) => {
    await refuseDouble(tx, ctx, siteId, found.url);
    const { pollMinutes, maxItemsPerHour } = input;
    const row = await tx.feed.create({
      data: {
        id: newId(),
        workspaceId: ctx.workspaceId,
        siteId,
        name: (input.name ?? found.title).trim(),
        url: found.url,
        pollMinutes,
        maxItemsPerHour,
        nextFetchAt: new Date(Date.now() + pollMinutes * 60_000),
        lastFetchedAt: new Date(),
        etag: found.etag,
        lastModified: found.lastModified,
        readSince: new Date(),
      },
    });
    await storeItems(tx, row, found.items, true);
    await audit(tx, ctx, {
      action: "feed.create",
      entityType: "feed",
      entityId: row.id,
      details: { name: row.name, url: row.url },
    });
    return row;
  });
}

/**
 * Changes a feed; with another `url` everything that stands there now counts as old.
 *
 * @throws not_found · validation_error (field `url`) · conflict the site has a feed of that address
 */
export async function updateFeed(ctx: Context, id: string, changes: FeedChanges): Promise<Feed> {
  authorize(ctx, "campaigns:write");
  const before = await findFeedRow(ctx, id);
  const found = changes.url === undefined || changes.url === before.url ? undefined : await readFeed(changes.url);
  const isWoken = changes.isActive === true && !before.isActive;
  return db.$transaction(async (tx) => {
    if (found) await refuseDouble(tx, ctx, before.siteId, found.url, id);
    const row = await tx.feed.update({
      where: { id, workspaceId: ctx.workspaceId, isDeleted: false },
      data: {
        ...(changes.name !== undefined && { name: changes.name.trim() }),
        ...(changes.maxItemsPerHour !== undefined && { maxItemsPerHour: changes.maxItemsPerHour }),
        ...(changes.isActive !== undefined && { isActive: changes.isActive }),
        ...(changes.pollMinutes !== undefined && {
          pollMinutes: changes.pollMinutes,
          nextFetchAt: new Date(Date.now() + changes.pollMinutes * 60_000),
        }),
        ...(found && { url: found.url, etag: found.etag, lastModified: found.lastModified, readSince: new Date() }),
        ...((found || isWoken) && { failures: 0, lastError: null, nextFetchAt: new Date() }),
        // What came while it was switched off is old.
        ...(isWoken && !found && { etag: null, lastModified: null, readSince: null }),
      },
    });
    if (found) await storeItems(tx, row, found.items, true);
    await audit(tx, ctx, {
      action: "feed.update",
      entityType: "feed",
      entityId: id,
      details: { fields: Object.keys(changes) },
    });
    return row;
  });
}

/**
 * Removes a feed; what was sent of it stays in the campaigns' figures.
 *
 * @throws not_found · conflict a campaign that is on sends it
 */
export async function deleteFeed(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "campaigns:write");
  await db.$transaction(async (tx) => {
    const before = await findFeedRow(ctx, id, tx);
    const user = await tx.campaign.findFirst({
      where: {
        workspaceId: ctx.workspaceId,
        type: "rss",
        isDeleted: false,
        status: { in: ["scheduled", "running", "paused"] },
        trigger: { path: ["feedId"], equals: id },
      },
    });
    if (user)
      throw new AppError(
        "conflict",
        `The campaign “${user.name}” is ${user.status} and sends this feed. Stop it first.`,
      );
    await tx.feed.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isDeleted: true, isActive: false } });
    await audit(tx, ctx, { action: "feed.delete", entityType: "feed", entityId: id, details: { name: before.name } });
  });
}

/**
 * Asks for a feed to be fetched now instead of at its time; the queue does it within seconds.
 *
 * @throws not_found · conflict it is switched off
 */
export async function checkFeedNow(ctx: Context, id: string): Promise<Feed> {
  authorize(ctx, "campaigns:write");
  return db.$transaction(async (tx) => {
    const before = await findFeedRow(ctx, id, tx);
    if (!before.isActive) throw new AppError("conflict", "The feed is switched off. Switch it on first.");
    const data = { nextFetchAt: new Date(), nudgedAt: null };
    const row = await tx.feed.update({ where: { id, workspaceId: ctx.workspaceId }, data });
    await audit(tx, ctx, { action: "feed.check", entityType: "feed", entityId: id });
    return row;
  });
}

/** The row of a feed of ctx's workspace. @throws not_found */
export async function findFeedRow(ctx: Context, id: string, tx: Transaction = db): Promise<FeedRow> {
  const row = isId(id)
    ? await tx.feed.findFirst({ where: { id, workspaceId: ctx.workspaceId, isDeleted: false } })
    : null;
  if (!row) throw notFound("Feed");
  return row;
}

async function readFeed(url: string): Promise<FetchedFeed> {
  try {
    return await findFeed(url);
  } catch (error) {
    if (error instanceof FeedFault) throw invalid("url", error.message);
    throw error;
  }
}

async function refuseDouble(tx: Transaction, ctx: Context, siteId: string, url: string, but?: string): Promise<void> {
  const where = { workspaceId: ctx.workspaceId, siteId, url, isDeleted: false };
  const double = await tx.feed.findFirst({ where: but === undefined ? where : { ...where, id: { not: but } } });
  if (double) {
    const message = `The site has this feed already: “${double.name}”.`;
    throw new AppError("conflict", message, { fields: { url: [message] } });
  }
}
