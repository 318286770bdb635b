import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query, type Transaction } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import type { Segment as SegmentRow } from "#prisma/generated/client.ts";
import { parseField, type Rules, rulesOf } from "./grammar.ts";
import { NewSegment, type Segment, SegmentChanges, type SegmentFilter, SegmentRules } from "./schema.ts";

/** Segments of the workspace, newest first. */
export async function listSegments(ctx: Context, filter: SegmentFilter): Promise<Page<Segment>> {
  authorize(ctx, "segments:read");
  const where = {
    workspaceId: ctx.workspaceId,
    isDeleted: false,
    ...(filter.search ? { name: { contains: filter.search, mode: "insensitive" as const } } : {}),
    ...(filter.siteId === undefined ? {} : { siteId: isId(filter.siteId) ? filter.siteId : { in: [] } }),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.segment.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.segment.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, filter, total, toSegment);
}

/** @throws not_found no such segment in ctx's workspace */
export async function getSegment(ctx: Context, id: string): Promise<Segment> {
  authorize(ctx, "segments:read");
  return findSegment(ctx, id);
}

/**
 * Saves rules under a name.
 *
 * @throws validation_error with the rule named · not_found a site, group or campaign that it names
 */
export async function createSegment(ctx: Context, input: NewSegment): Promise<Segment> {
  authorize(ctx, "segments:write");
  const { name, description = "", siteId = null, rules } = NewSegment.parse(input);
  const id = newId();
  return db.$transaction(async (tx) => {
    await checkReferences(ctx, { rules, siteId }, tx);
    const row = await tx.segment.create({
      data: { id, workspaceId: ctx.workspaceId, siteId, name: name.trim(), description, rules: json(rules) },
    });
    await audit(tx, ctx, { action: "segment.create", entityType: "segment", entityId: id, details: { name } });
    return toSegment(row);
  });
}

/**
 * Changes name, description or rules. Runs that have begun keep the rules that they began with.
 *
 * @throws validation_error · not_found
 */
export async function updateSegment(ctx: Context, id: string, input: SegmentChanges): Promise<Segment> {
  authorize(ctx, "segments:write");
  const { rules, ...plain } = SegmentChanges.parse(input);
  return db.$transaction(async (tx) => {
    const before = await findSegment(ctx, id, tx);
    if (rules) await checkReferences(ctx, { rules, siteId: before.siteId }, tx);
    const row = await tx.segment.update({
      where: { id, workspaceId: ctx.workspaceId },
      // A figure of other rules would mislead.
      data: { ...plain, ...(rules && { rules: json(rules), estimatedCount: null, estimatedAt: null }) },
    });
    const fields = Object.keys(input);
    await audit(tx, ctx, { action: "segment.update", entityType: "segment", entityId: id, details: { fields } });
    return toSegment(row);
  });
}

/**
 * Hides a segment.
 *
 * @throws not_found · conflict a campaign that is not over uses it
 */
export async function deleteSegment(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "segments:write");
  await db.$transaction(async (tx) => {
    const { name } = await findSegment(ctx, id, tx);
    await refuseInUse(ctx, "segment", id);
    await tx.segment.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isDeleted: true } });
    await audit(tx, ctx, { action: "segment.delete", entityType: "segment", entityId: id, details: { name } });
  });
}

/** Campaigns that are not over and name a segment or group, among whom they reach or leave out; at most five. */
async function campaignsUsing(ctx: Context, what: "segment" | "group", id: string): Promise<{ name: string }[]> {
  return query<{ name: string }>(
    `SELECT name FROM campaign
      WHERE workspace_id = $1 AND NOT is_deleted AND status IN ('draft', 'scheduled', 'running', 'paused')
        AND (audience ->> $3 = $2 OR audience -> 'exclude' -> $4 ? $2)
      ORDER BY id DESC LIMIT 5`,
    [ctx.workspaceId, id, `${what}Id`, `${what}Ids`],
  );
}

/** @throws conflict a campaign that is not over names it */
export async function refuseInUse(ctx: Context, what: "segment" | "group", id: string): Promise<void> {
  const campaigns = await campaignsUsing(ctx, what, id);
  if (campaigns.length === 0) return;
  const names = campaigns.map(({ name }) => `“${name}”`).join(", ");
  throw new AppError("conflict", `This ${what} is used by ${names}. Change or finish those campaigns first.`);
}

/** What rules and segment point to is of the workspace. @throws not_found */
export async function checkReferences(
  ctx: Context,
  { rules, siteId }: { rules: Rules; siteId: string | null },
  tx: Transaction,
): Promise<void> {
  const { workspaceId } = ctx;
  if (siteId !== null) await findSite(ctx, siteId, tx);
  const groups = new Set<string>();
  const campaigns = new Set<string>();
  for (const rule of rulesOf(rules)) {
    const field = parseField(rule.field);
    if (field?.kind === "campaign") campaigns.add(field.id);
    if (field?.kind === "group")
      for (const id of Array.isArray(rule.value) ? rule.value : [rule.value]) groups.add(String(id).toLowerCase());
  }
  if (groups.size > 0) {
    const found = await tx.group.count({ where: { workspaceId, isDeleted: false, id: { in: [...groups] } } });
    if (found < groups.size) throw notFound("Group");
  }
  if (campaigns.size > 0) {
    const found = await tx.campaign.count({ where: { workspaceId, id: { in: [...campaigns] } } });
    if (found < campaigns.size) throw notFound("Campaign");
  }
}

/** @throws not_found */
export async function findSegment(ctx: Context, id: string, tx: Transaction = db): Promise<Segment> {
  const row = isId(id)
    ? await tx.segment.findFirst({ where: { id, workspaceId: ctx.workspaceId, isDeleted: false } })
    : null;
  if (!row) throw notFound("Segment");
  return toSegment(row);
}

/** The names of segments by id, of deleted ones too; ids of another workspace are not among them. */
export async function segmentNames(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  authorize(ctx, "segments:read");
  if (ids.length === 0) return new Map();
  const rows = await db.segment.findMany({
    where: { workspaceId: ctx.workspaceId, id: { in: ids.filter(isId) } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function toSegment(row: SegmentRow): Segment {
  return { ...row, rules: SegmentRules.parse(row.rules) };
}

/** Rules are plain JSON; a copy has the type that the database's client asks for. */
function json(rules: Rules): object {
  return structuredClone(rules);
}
