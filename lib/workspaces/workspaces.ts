import "server-only";
import { audit } from "#lib/audit.ts";
import { type Caller, createOwnWorkspace } from "#lib/auth/accounts.ts";
import type { Principal } from "#lib/auth/bearer.ts";
import { authorize, type Permission } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import type { Workspace as WorkspaceRow } from "#prisma/generated/client.ts";
import { NewWorkspace, type Workspace, WorkspaceChanges, WorkspaceSettings } from "./schema.ts";

/**
 * The workspaces that a user is an active member of, in the order of joining; for an API key its own.
 *
 * @throws forbidden the key lacks workspace:read
 */
export async function listWorkspaces(principal: Principal, page: PageQuery): Promise<Page<Workspace>> {
  requireScope(principal, "workspace:read");
  const where = {
    userId: principal.userId,
    status: "active" as const,
    workspace: { isDeleted: false },
    ...(principal.kind === "api_key" ? { workspaceId: principal.workspaceId } : {}),
  };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.member.findMany({
      where: after === undefined ? where : { ...where, id: { gt: after } },
      include: { workspace: true },
      orderBy: { id: "asc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    after === undefined ? db.member.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, page, total, ({ workspace, role }) => toWorkspace(workspace, role));
}

/**
 * The workspace that ctx acts in.
 *
 * @throws forbidden · not_found it was deleted meanwhile
 */
export async function getWorkspace(ctx: Context): Promise<Workspace> {
  authorize(ctx, "workspace:read");
  const row = await db.workspace.findFirst({ where: { id: ctx.workspaceId, isDeleted: false } });
  if (!row) throw notFound("Workspace");
  return toWorkspace(row, ctx.role);
}

/**
 * Makes another workspace, with the person as its owner and the example templates.
 *
 * @throws validation_error
 * @throws forbidden for API keys, which belong to one workspace
 */
export async function createWorkspace(
  principal: Principal,
  input: NewWorkspace,
  caller: Caller = {},
): Promise<Workspace> {
  if (principal.kind === "api_key")
    throw new AppError("forbidden", "An API key belongs to one workspace and makes no others.");
  const { name } = NewWorkspace.parse(input);
  return await db.$transaction(async (tx) => {
    const { id } = await createOwnWorkspace(tx, principal.userId, name.trim(), caller);
    return toWorkspace(await tx.workspace.findUniqueOrThrow({ where: { id } }), "owner");
  });
}

/**
 * Changes name or settings; what is not given stays.
 *
 * @throws forbidden · validation_error · not_found
 */
export async function updateWorkspace(ctx: Context, input: WorkspaceChanges): Promise<Workspace> {
  authorize(ctx, "workspace:write");
  const changes = WorkspaceChanges.parse(input);
  const id = ctx.workspaceId;
  return await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM workspace WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
    const before = await tx.workspace.findFirst({ where: { id, isDeleted: false } });
    if (!before) throw notFound("Workspace");
    const settings = WorkspaceSettings.parse({ ...WorkspaceSettings.parse(before.settings), ...changes.settings });
    const name = changes.name?.trim() ?? before.name;
    const row = await tx.workspace.update({ where: { id }, data: { name, settings } });
    await audit(tx, ctx, {
      action: "workspace.update",
      entityType: "workspace",
      entityId: id,
      details: { name, ...settings },
    });
    return toWorkspace(row, ctx.role);
  });
}

function requireScope(principal: Principal, scope: Permission): void {
  if (principal.kind === "api_key" && !principal.scopes.includes(scope))
    throw new AppError("forbidden", `This API key lacks the scope ${scope}.`);
}

function toWorkspace({ id, name, settings, createdAt }: WorkspaceRow, role: Context["role"]): Workspace {
  return {
    id,
    name,
    role: role === "system" ? "owner" : role,
    settings: WorkspaceSettings.parse(settings),
    createdAt,
  };
}
