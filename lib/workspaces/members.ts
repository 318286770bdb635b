import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { type Member, MemberChanges } from "./schema.ts";

const include = { user: { select: { name: true, email: true } } } as const;
type MemberRow = Prisma.MemberGetPayload<{ include: typeof include }>;

/** Members of the workspace, in the order of joining. */
export async function listMembers(ctx: Context, page: PageQuery): Promise<Page<Member>> {
  authorize(ctx, "members:read");
  const where = { workspaceId: ctx.workspaceId };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.member.findMany({
      where: after === undefined ? where : { ...where, id: { gt: after } },
      include,
      orderBy: { id: "asc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    after === undefined ? db.member.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, page, total, toMember);
}

/**
 * One member.
 *
 * @throws not_found no such member in ctx's workspace
 */
export async function getMember(ctx: Context, id: string): Promise<Member> {
  authorize(ctx, "members:read");
  return toMember(await findMember(db, ctx, id));
}

/**
 * Changes a member's role, or suspends them and lets them back in. It counts from their very next request on.
 *
 * @throws forbidden only owners make owners and change them
 * @throws conflict it would leave the workspace without an active owner
 * @throws not_found · validation_error
 */
export async function updateMember(ctx: Context, id: string, input: MemberChanges): Promise<Member> {
  authorize(ctx, "members:write");
  const changes = MemberChanges.parse(input);
  return await db.$transaction(async (tx) => {
    await takeTurn(tx, ctx);
    const before = await findMember(tx, ctx, id);
    const role = changes.role ?? before.role;
    const status = changes.status ?? before.status;
    if (before.role === "owner" || role === "owner") requireOwner(ctx);
    if (role !== "owner" || status !== "active") await keepAnOwner(tx, before);
    const row = await tx.member.update({
      where: { id, workspaceId: ctx.workspaceId },
      data: { role, status },
      include,
    });
    await audit(tx, ctx, {
      action: "member.update",
      entityType: "member",
      entityId: id,
      details: { email: row.user.email, role, status, formerRole: before.role, formerStatus: before.status },
    });
    return toMember(row);
  });
}

/**
 * Removes a member. The API keys they made stop working, because a key acts as its maker.
 *
 * @throws forbidden only owners remove owners · not_found
 * @throws conflict it is the last active owner
 */
export async function removeMember(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "members:write");
  await db.$transaction(async (tx) => {
    await takeTurn(tx, ctx);
    const member = await findMember(tx, ctx, id);
    if (member.role === "owner") requireOwner(ctx);
    await deleteMember(tx, ctx, member, "member.remove");
  });
}

/**
 * The person leaves the workspace.
 *
 * @throws conflict they are the last active owner: make somebody else one first
 * @throws forbidden for API keys
 */
export async function leaveWorkspace(ctx: Context): Promise<void> {
  const { actor } = ctx;
  if (actor.type !== "user") throw new AppError("forbidden", "Only a person can leave a workspace.");
  await db.$transaction(async (tx) => {
    await takeTurn(tx, ctx);
    const where = { workspaceId: ctx.workspaceId, userId: actor.userId };
    const member = await tx.member.findFirst({ where, include });
    if (!member) throw notFound("Member");
    await deleteMember(tx, ctx, member, "member.leave");
  });
}

async function deleteMember(tx: Transaction, ctx: Context, member: MemberRow, action: string): Promise<void> {
  await keepAnOwner(tx, member);
  await tx.member.delete({ where: { id: member.id, workspaceId: ctx.workspaceId } });
  await audit(tx, ctx, {
    action,
    entityType: "member",
    entityId: member.id,
    details: { email: member.user.email, role: member.role },
  });
}

/** Changes of one workspace's members wait for each other: two owners cannot remove one another at once. */
async function takeTurn(tx: Transaction, ctx: Context): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM workspace WHERE id = ${ctx.workspaceId}::uuid FOR NO KEY UPDATE`;
}

/** Refuses to take away the last active owner. */
async function keepAnOwner(tx: Transaction, member: MemberRow): Promise<void> {
  if (member.role !== "owner" || member.status !== "active") return;
  const { workspaceId } = member;
  const others = await tx.member.count({
    where: { workspaceId, role: "owner", status: "active", id: { not: member.id } },
  });
  if (others === 0)
    throw new AppError("conflict", "This is the last owner of the workspace. Make another member an owner first.");
}

function requireOwner(ctx: Context): void {
  if (ctx.role !== "owner" && ctx.role !== "system")
    throw new AppError("forbidden", "Only an owner can make owners, change or remove them.");
}

async function findMember(tx: Transaction, ctx: Context, id: string): Promise<MemberRow> {
  const where = { id, workspaceId: ctx.workspaceId };
  const row = isId(id) ? await tx.member.findFirst({ where, include }) : null;
  if (!row) throw notFound("Member");
  return row;
}

function toMember({ id, userId, user, role, status, createdAt }: MemberRow): Member {
  return { id, userId, name: user.name, email: user.email, role, status, createdAt };
}
