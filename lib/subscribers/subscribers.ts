import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db, query, type Transaction } from "#lib/db.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { Parameters, segmentCondition } from "#lib/segments/rules.ts";
import { findSegment } from "#lib/segments/segments.ts";
import { countPersonLost } from "#lib/sites/health-facts.ts";
import { QuietHours } from "#lib/sites/schema.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { SubscriberSort } from "./columns.ts";
import { stopEnrollments } from "./enrollments.ts";
import { phoneOf, setPhone } from "./phones.ts";
import {
  Attributes,
  maxPreferences,
  NewSubscriber,
  Preferences,
  type Subscriber,
  SubscriberChanges,
  type SubscriberFilter,
  type SubscriberWithPhone,
} from "./schema.ts";
import { searchCondition } from "./search.ts";
import { refuseErased } from "./tombstones.ts";

const include = { subscriptions: { orderBy: { id: "desc" }, take: 50 } } as const;
type SubscriberRow = Prisma.SubscriberGetPayload<{ include: typeof include }>;

/** A name as the index `subscriber_by_name` has it; who has none comes last. */
const nameKey = `coalesce(left(lower(u.name), 100), U&'\\+10FFFF') COLLATE "C"`;

const sorts: Record<SubscriberSort, { by: string; order: string; after: (by: string, id: string) => string }> = {
  "-createdAt": { by: "NULL::text", order: "u.id DESC", after: (_, id) => `u.id < ${id}` },
  createdAt: { by: "NULL::text", order: "u.id", after: (_, id) => `u.id > ${id}` },
  name: { by: nameKey, order: `${nameKey}, u.id`, after: (by, id) => `(${nameKey}, u.id) > (${by}, ${id})` },
};

/**
 * Subscribers of the workspace, newest first unless the filter says another order; people whose only device is a test
 * one are not among them.
 *
 * @throws not_found the segment of the filter · validation_error (field `cursor`) it is one of another order
 */
export async function listSubscribers(ctx: Context, filter: SubscriberFilter): Promise<Page<Subscriber>> {
  authorize(ctx, "subscribers:read");
  const { where, values } = await subscriberConditions(ctx, filter);
  const sort = sorts[filter.sort ?? "-createdAt"];
  const after = filter.cursor === undefined ? null : decodeCursor(filter.cursor);
  if (after && (after.by !== undefined) !== (filter.sort === "name"))
    throw invalid("cursor", "This is no cursor of this list. Begin without one.");
  const parameters = new Parameters(values.length);
  const beyond = after
    ? ` AND ${sort.after(`${after.by === undefined ? "NULL" : parameters.add(after.by)}::text`, `${parameters.add(after.id)}::uuid`)}`
    : "";
  const look = {
    where,
    values: [...values, ...parameters.values],
    beyond,
    sort,
    limit: filter.pageSize + 1,
    offset: pageOffset(filter),
  };
  const [found, total] =
    after === null ? await findAndCount(look, isNarrow(filter)) : [await findOrdered(look), undefined];
  const rows = await db.subscriber.findMany({
    where: { workspaceId: ctx.workspaceId, id: { in: found.map(({ id }) => id) } },
    include,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  // Who was erased between the two looks is left out.
  const ordered = found.flatMap(({ id, by }) => {
    const row = byId.get(id);
    return row ? [{ id, by, row }] : [];
  });
  return toPage(
    ordered,
    filter,
    total,
    ({ row }) => toSubscriber(row),
    ({ id, by }) => (by === null ? { id } : { id, by }),
  );
}

interface Look {
  where: string;
  values: unknown[];
  /** What keeps a later page behind the former one. */
  beyond: string;
  sort: (typeof sorts)[SubscriberSort];
  limit: number;
  offset: number;
}

interface Found {
  id: string;
  by: string | null;
}

/** Whether an index finds the matches themselves, often so few that all of them can be counted and put in order. */
function isNarrow({ search, tag, groupId }: SubscriberFilter): boolean {
  return Boolean(search?.trim() || tag || groupId);
}

/** How long a filter that matched more people than are counted is believed to; the page itself is always read anew. */
const wideMs = 30_000;
const wideKept = 1_000;
const wideUntil = new Map<string, number>();

function isWide({ where, values }: Look): boolean {
  return (wideUntil.get(JSON.stringify([where, values])) ?? 0) > Date.now();
}

function noteWide({ where, values }: Look): void {
  if (wideUntil.size >= wideKept) wideUntil.clear();
  wideUntil.set(JSON.stringify([where, values]), Date.now() + wideMs);
}

/** A page and how many match, counted to `countLimit`: most of what a search costs, and not asked again where there are more. */
async function findAndCount(look: Look, isNarrow: boolean): Promise<[Found[], number | undefined]> {
  const few = isNarrow && !isWide(look) ? await findFew(look) : undefined;
  if (few) return few;
  if (isWide(look)) return [await findOrdered(look), countLimit];
  const [found, total] = await Promise.all([findOrdered(look), countUpTo(look)]);
  if (total === countLimit) noteWide(look);
  return [found, total];
}

/** Both by one look at everybody who matches; undefined when they are too many for that. */
async function findFew(look: Look): Promise<[Found[], number] | undefined> {
  const { where, values, sort, limit, offset } = look;
  const rows = await query<Found & { total: number }>(
    `WITH match AS MATERIALIZED (SELECT u.id, u.name FROM subscriber u WHERE ${where} LIMIT ${countLimit})
     SELECT u.id, ${sort.by} AS by, (SELECT count(*)::int FROM match) AS total FROM match u
      ORDER BY ${sort.order} LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
    [...values, limit, offset],
  );
  const [first] = rows;
  if (!first) return offset === 0 ? [[], 0] : undefined;
  if (first.total < countLimit) return [rows, first.total];
  noteWide(look);
  return undefined;
}

function findOrdered({ where, values, beyond, sort, limit, offset }: Look): Promise<Found[]> {
  return query<Found>(
    `SELECT u.id, ${sort.by} AS by FROM subscriber u WHERE ${where}${beyond}
      ORDER BY ${sort.order} LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
    [...values, limit, offset],
  );
}

async function countUpTo({ where, values }: Look): Promise<number | undefined> {
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM subscriber u WHERE ${where} LIMIT ${countLimit}) AS limited`,
    values,
  );
  return row?.count;
}

/**
 * A filter as SQL over `subscriber u`; every value is a parameter, the first the workspace.
 *
 * @throws not_found the segment of the filter
 */
export async function subscriberConditions(
  ctx: Context,
  filter: Omit<SubscriberFilter, "page" | "pageSize">,
): Promise<{ where: string; values: unknown[] }> {
  const parameters = new Parameters(1);
  const value = (given: unknown) => parameters.add(given);
  const uuid = (given: string) => (isId(given) ? `${value(given)}::uuid` : "NULL");
  const parts = [
    "u.workspace_id = $1",
    filter.deleted === true ? "u.is_deleted AND u.merged_into_id IS NULL" : "NOT u.is_deleted",
    "NOT u.is_test",
  ];
  if (filter.search?.trim()) parts.push(searchCondition(filter.search, parameters));
  if (filter.tag) parts.push(`u.tags @> ${value([filter.tag])}::text[]`);
  const device: string[] = [];
  if (filter.status) device.push(`s.status = ${value(filter.status)}::subscription_status`);
  if (filter.browser) device.push(`s.browser = ${value(filter.browser)}`);
  if (filter.siteId !== undefined) device.push(`s.site_id = ${uuid(filter.siteId)}`);
  if (device.length > 0)
    parts.push(
      `EXISTS (SELECT 1 FROM subscription s WHERE s.workspace_id = u.workspace_id AND s.subscriber_id = u.id AND ${device.join(" AND ")})`,
    );
  if (filter.groupId !== undefined)
    parts.push(
      `EXISTS (SELECT 1 FROM group_member g WHERE g.workspace_id = u.workspace_id AND g.subscriber_id = u.id AND g.group_id = ${uuid(filter.groupId)})`,
    );
  if (filter.segmentId !== undefined)
    parts.push(segmentCondition(await findSegment(ctx, filter.segmentId), parameters, now()));
  return { where: parts.join(" AND "), values: [ctx.workspaceId, ...parameters.values] };
}

/**
 * One subscriber with their subscriptions, newest first.
 *
 * @throws not_found none such in ctx's workspace, or deleted
 */
export async function getSubscriber(ctx: Context, id: string): Promise<SubscriberWithPhone> {
  authorize(ctx, "subscribers:read");
  const row = await findSubscriber(ctx, id);
  const groups = await query<{ id: string; name: string }>(
    `SELECT g.id, g.name FROM group_member m JOIN subscriber_group g ON g.workspace_id = m.workspace_id AND g.id = m.group_id
      WHERE m.workspace_id = $1 AND m.subscriber_id = $2 AND NOT g.is_deleted ORDER BY lower(g.name), g.id LIMIT 100`,
    [ctx.workspaceId, row.id],
  );
  return { ...toSubscriber(row), phone: phoneOf(row.subscriptions), groups };
}

/**
 * Adds a known person who has no browser subscribed yet; with `phone`, which the caller vouches that they agreed to.
 *
 * @throws validation_error (field `phone`) · conflict the external id or the number is taken
 * @throws erased the person asked to be forgotten
 */
export async function createSubscriber(ctx: Context, input: NewSubscriber): Promise<SubscriberWithPhone> {
  authorize(ctx, "subscribers:write");
  const { phone, ...given } = NewSubscriber.parse(input);
  const id = newId();
  await db.$transaction(async (tx) => {
    await refuseTaken(tx, ctx, given.externalId, id);
    await refuseErased(tx, ctx.workspaceId, given.externalId);
    await tx.subscriber.create({
      data: {
        id,
        workspaceId: ctx.workspaceId,
        ...given,
        tags: [...new Set(given.tags ?? [])],
        attributes: given.attributes ?? {},
      },
    });
    if (phone !== undefined) await setPhone(tx, ctx, id, phone);
    await audit(tx, ctx, { action: "subscriber.create", entityType: "subscriber", entityId: id });
  });
  return getSubscriber(ctx, id);
}

/**
 * Changes facts about a person. `isActive: false` opts the person out of everything; attributes are merged, null
 * removes one; tags replace, and so does `phone`.
 *
 * @throws not_found · validation_error (field `phone`) · conflict the external id or the number is taken
 * @throws erased the new external id or number belonged to somebody who asked to be forgotten
 */
export async function updateSubscriber(
  ctx: Context,
  id: string,
  input: SubscriberChanges,
): Promise<SubscriberWithPhone> {
  authorize(ctx, "subscribers:write");
  const changes = SubscriberChanges.parse(input);
  await db.$transaction(async (tx) => {
    const before = await findSubscriber(ctx, id, tx);
    await refuseTaken(tx, ctx, changes.externalId ?? undefined, id);
    await refuseErased(tx, ctx.workspaceId, changes.externalId);
    const { attributes, preferences, quietHours, tags, phone, ...plain } = changes;
    const wishes = preferences && { ...Preferences.parse(before.preferences), ...preferences };
    if (Object.keys(wishes ?? {}).length > maxPreferences)
      throw invalid("preferences", `At most ${maxPreferences} categories.`);
    const merged = Object.entries({ ...Attributes.parse(before.attributes), ...attributes }).filter(
      ([, value]) => value !== null,
    );
    await tx.subscriber.update({
      where: { id, workspaceId: ctx.workspaceId },
      data: {
        ...plain,
        ...(attributes ? { attributes: Object.fromEntries(merged) } : {}),
        ...(wishes ? { preferences: wishes } : {}),
        ...(quietHours === undefined ? {} : { quietHours: quietHours ?? Prisma.DbNull }),
        ...(tags ? { tags: [...new Set(tags)] } : {}),
      },
    });
    if (phone !== undefined) await setPhone(tx, ctx, id, phone);
    await audit(tx, ctx, {
      action: "subscriber.update",
      entityType: "subscriber",
      entityId: id,
      details: { fields: Object.keys(changes) },
    });
  });
  return getSubscriber(ctx, id);
}

/**
 * Unsubscribes every device of the person, erases the devices' keys and hides the person. `restoreSubscriber` brings
 * the person back, not the devices: those must agree again.
 *
 * @throws not_found
 */
export async function deleteSubscriber(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "subscribers:write");
  await db.$transaction(async (tx) => {
    await findSubscriber(ctx, id, tx);
    await tx.$executeRawUnsafe(countPersonLost, ctx.workspaceId, id, "deleted");
    await tx.$executeRaw`
      WITH gone AS (
        UPDATE subscription SET status = 'unsubscribed', status_reason = 'deleted', status_changed_at = now(), updated_at = now(),
               address_encrypted = NULL, p256dh = NULL
         WHERE workspace_id = ${ctx.workspaceId}::uuid AND subscriber_id = ${id}::uuid AND status = 'active'
         RETURNING site_id, is_test)
      INSERT INTO site_day (workspace_id, site_id, day, unsubscribed)
      SELECT ${ctx.workspaceId}::uuid, site_id, (now() AT TIME ZONE 'UTC')::date, count(*) FROM gone
       WHERE NOT is_test AND site_id IS NOT NULL GROUP BY site_id
      ON CONFLICT (site_id, day) DO UPDATE SET unsubscribed = site_day.unsubscribed + excluded.unsubscribed`;
    await stopEnrollments((text, values) => tx.$queryRawUnsafe<{ id: string }[]>(text, ...values), {
      workspaceId: ctx.workspaceId,
      subscriberId: id,
      reason: "unsubscribed",
    });
    await tx.subscriber.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isDeleted: true } });
    await audit(tx, ctx, { action: "subscriber.delete", entityType: "subscriber", entityId: id });
  });
}

/**
 * Shows a deleted person again.
 *
 * @throws not_found there is no deleted subscriber with this id
 */
export async function restoreSubscriber(ctx: Context, id: string): Promise<SubscriberWithPhone> {
  authorize(ctx, "subscribers:write");
  await db.$transaction(async (tx) => {
    const { count } = isId(id)
      ? await tx.subscriber.updateMany({
          where: { id, workspaceId: ctx.workspaceId, isDeleted: true, mergedIntoId: null },
          data: { isDeleted: false },
        })
      : { count: 0 };
    if (count === 0) throw notFound("Deleted subscriber");
    await audit(tx, ctx, { action: "subscriber.restore", entityType: "subscriber", entityId: id });
  });
  return getSubscriber(ctx, id);
}

async function findSubscriber(ctx: Context, id: string, tx: Transaction = db): Promise<SubscriberRow> {
  const row = isId(id)
    ? await tx.subscriber.findFirst({ where: { id, workspaceId: ctx.workspaceId, isDeleted: false }, include })
    : null;
  if (!row) throw notFound("Subscriber");
  return row;
}

async function refuseTaken(tx: Transaction, ctx: Context, externalId: string | undefined, id: string): Promise<void> {
  if (externalId === undefined) return;
  const taken = await tx.subscriber.findFirst({
    where: { workspaceId: ctx.workspaceId, externalId, id: { not: id } },
    select: { id: true },
  });
  if (taken)
    throw new AppError("conflict", "Another subscriber already has this external id.", {
      fields: { externalId: ["Already taken."] },
    });
}

function toSubscriber(row: SubscriberRow): Subscriber {
  return {
    ...row,
    attributes: Attributes.parse(row.attributes),
    preferences: Preferences.parse(row.preferences),
    quietHours: QuietHours.nullable().parse(row.quietHours),
  };
}
