import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize, can, type Permission } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { Prisma, type SavedView as ViewRow } from "#prisma/generated/client.ts";
import { NewView, type View, ViewArea, ViewChanges, type ViewFilter, ViewState } from "./schema.ts";

/** Far more than anybody picks from, and few enough to be shown at once. */
const maxViews = 100;

const reads: Record<ViewArea, Permission> = { subscribers: "subscribers:read" };
const writes: Record<ViewArea, Permission> = { subscribers: "subscribers:write" };

/**
 * Whoever may look at a list keeps views of it for themselves; for everybody it takes the right to change. A program's
 * key says what it may do: one that reads writes nothing.
 */
export function authorizeKeeping(ctx: Context, area: ViewArea, isShared: boolean): void {
  authorize(ctx, isShared || ctx.actor.type === "api_key" ? writes[area] : reads[area]);
}

/** The person who acts, or whose API key does. @throws forbidden nobody: own views need an owner */
export function personOf({ actor }: Context): string {
  if (actor.type !== "system") return actor.userId;
  throw new AppError("forbidden", "Views belong to people.");
}

/** The caller's own views of a list and those that are shared, newest first. */
export async function listViews(ctx: Context, filter: ViewFilter): Promise<Page<View>> {
  authorize(ctx, reads[filter.area]);
  const where = { ...visibleTo(ctx), area: filter.area };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.savedView.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.savedView.count({ where }) : undefined,
  ]);
  return toPage(rows, filter, total, (row) => toView(ctx, row));
}

/** @throws not_found no such view, or somebody else's own */
export async function getView(ctx: Context, id: string): Promise<View> {
  authorize(ctx, "subscribers:read");
  return toView(ctx, await findView(ctx, id));
}

/** @throws conflict the name is taken, or there are 100 already */
export async function createView(ctx: Context, input: NewView): Promise<View> {
  authorizeKeeping(ctx, input.area, input.isShared === true);
  const { area, name, state, isShared = false } = NewView.parse(input);
  const id = newId();
  const { workspaceId } = ctx;
  const createdByUserId = personOf(ctx);
  return db.$transaction(async (tx) => {
    const count = await tx.savedView.count({
      where: { workspaceId, area, isShared, ...(isShared ? {} : { createdByUserId }) },
    });
    if (count >= maxViews) throw new AppError("conflict", `There are ${maxViews} views already. Delete one first.`);
    const data = { id, workspaceId, area, name: name.trim(), state, isShared, createdByUserId };
    const row = await tx.savedView.create({ data }).catch(refuseTaken);
    await audit(tx, ctx, { action: "view.create", entityType: "view", entityId: id, details: { name, isShared } });
    return toView(ctx, row);
  });
}

/**
 * Whoever made a view changes it; a shared one its maker and admins.
 *
 * @throws not_found · forbidden it is somebody else's · conflict the name is taken
 */
export async function updateView(ctx: Context, id: string, input: ViewChanges): Promise<View> {
  authorizeKeeping(ctx, "subscribers", input.isShared === true);
  const { name, ...changes } = ViewChanges.parse(input);
  return db.$transaction(async (tx) => {
    refuseForeign(ctx, await findView(ctx, id, tx));
    const data = { ...changes, ...(name === undefined ? {} : { name: name.trim() }) };
    const row = await tx.savedView.update({ where: { id, workspaceId: ctx.workspaceId }, data }).catch(refuseTaken);
    const fields = Object.keys(input);
    await audit(tx, ctx, { action: "view.update", entityType: "view", entityId: id, details: { fields } });
    return toView(ctx, row);
  });
}

/** @throws not_found · forbidden it is somebody else's */
export async function deleteView(ctx: Context, id: string): Promise<void> {
  authorizeKeeping(ctx, "subscribers", false);
  await db.$transaction(async (tx) => {
    const row = await findView(ctx, id, tx);
    refuseForeign(ctx, row);
    await tx.savedView.delete({ where: { id, workspaceId: ctx.workspaceId } });
    const details = { name: row.name, isShared: row.isShared };
    await audit(tx, ctx, { action: "view.delete", entityType: "view", entityId: id, details });
  });
}

function visibleTo(ctx: Context): Prisma.SavedViewWhereInput {
  return { workspaceId: ctx.workspaceId, OR: [{ isShared: true }, { createdByUserId: personOf(ctx) }] };
}

/** Somebody else's own view is as good as none. */
async function findView(ctx: Context, id: string, tx: Transaction = db): Promise<ViewRow> {
  const row = isId(id) ? await tx.savedView.findFirst({ where: { ...visibleTo(ctx), id } }) : null;
  if (!row) throw notFound("View");
  return row;
}

function isChangeable(ctx: Context, row: ViewRow): boolean {
  const mayKeep = can(ctx, row.isShared || ctx.actor.type === "api_key" ? "subscribers:write" : "subscribers:read");
  return mayKeep && (row.createdByUserId === personOf(ctx) || ["admin", "owner"].includes(ctx.role));
}

function refuseForeign(ctx: Context, row: ViewRow): void {
  if (isChangeable(ctx, row)) return;
  throw new AppError("forbidden", "Whoever made this view can change it, and admins. Save it under another name.");
}

function refuseTaken(error: unknown): never {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
    throw new AppError("conflict", "There is a view of this name.", { fields: { name: ["Already taken."] } });
  throw error;
}

function toView(ctx: Context, row: ViewRow): View {
  return {
    ...row,
    area: ViewArea.parse(row.area),
    state: ViewState.parse(row.state),
    isOwn: row.createdByUserId === personOf(ctx),
    isChangeable: isChangeable(ctx, row),
  };
}
