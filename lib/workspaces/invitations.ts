import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Membership } from "#lib/auth/schema.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { newSecret, secretHash } from "#lib/crypto.ts";
import { db, type Transaction } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { sendMail } from "#lib/mail.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import type { Invitation as InvitationRow } from "#prisma/generated/client.ts";
import { type CreatedInvitation, type Invitation, NewInvitation, type Role } from "./schema.ts";

const invitationTtlDays = 7;

/** What somebody who opens an invitation's link may know before signing in. */
export interface InvitationOffer {
  workspaceName: string;
  invitedBy: string;
  email: string;
  role: Role;
  /** Whether the address has an account: sign in, or make one. */
  hasAccount: boolean;
}

/** Open invitations of the workspace, newest first; accepted, revoked and expired ones are not among them. */
export async function listInvitations(ctx: Context, page: PageQuery): Promise<Page<Invitation>> {
  authorize(ctx, "members:read");
  const where = { workspaceId: ctx.workspaceId, ...open() };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.invitation.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    after === undefined ? db.invitation.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, page, total, toInvitation);
}

/**
 * Invites an e-mail address. The link is in this answer and, where mail is set up, in a mail – only its hash is kept.
 * An earlier open invitation of the same address ends.
 *
 * @returns the invitation with its link, good for 7 days
 * @throws validation_error · conflict the person is a member already
 */
export async function createInvitation(ctx: Context, input: NewInvitation): Promise<CreatedInvitation> {
  authorize(ctx, "members:write");
  const { email: typed, role } = NewInvitation.parse(input);
  const email = typed.toLowerCase();
  const { workspaceId } = ctx;
  const token = newSecret();
  const { invitation, workspaceName } = await db.$transaction(async (tx) => {
    const member = await tx.member.findFirst({ where: { workspaceId, user: { email } }, select: { status: true } });
    if (member) throw new AppError("conflict", `${email} is a member of this workspace already (${member.status}).`);
    await tx.invitation.updateMany({ where: { workspaceId, email, ...open() }, data: { revokedAt: now() } });
    const invitation = await tx.invitation.create({
      data: {
        id: newId(),
        workspaceId,
        email,
        role,
        tokenHash: secretHash(token),
        invitedById: inviterOf(ctx),
        expiresAt: new Date(now().getTime() + invitationTtlDays * 86_400_000),
      },
    });
    await audit(tx, ctx, {
      action: "invitation.create",
      entityType: "invitation",
      entityId: invitation.id,
      details: { email, role },
    });
    const workspace = await tx.workspace.findUniqueOrThrow({ where: { id: workspaceId }, select: { name: true } });
    return { invitation, workspaceName: workspace.name };
  });
  const link = `${env().APP_URL}/invitation/${token}`;
  await sendMail({
    to: email,
    subject: `You are invited to ${workspaceName} on PushPilot`,
    text: `You are invited to join the workspace ${workspaceName} on PushPilot.\n\nAccept within ${invitationTtlDays} days:\n${link}\n`,
  });
  return { ...toInvitation(invitation), link };
}

/**
 * Makes an open invitation's link useless.
 *
 * @throws not_found no such invitation in the workspace
 * @throws conflict it was accepted or revoked already
 */
export async function revokeInvitation(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "members:write");
  await db.$transaction(async (tx) => {
    const where = { id, workspaceId: ctx.workspaceId };
    const found = isId(id) ? await tx.invitation.findFirst({ where }) : null;
    if (!found) throw notFound("Invitation");
    const { count } = await tx.invitation.updateMany({
      where: { ...where, acceptedAt: null, revokedAt: null },
      data: { revokedAt: now() },
    });
    if (count === 0)
      throw new AppError("conflict", `This invitation was ${found.acceptedAt ? "accepted" : "revoked"} already.`);
    await audit(tx, ctx, {
      action: "invitation.revoke",
      entityType: "invitation",
      entityId: id,
      details: { email: found.email },
    });
  });
}

/** What a link offers, or null when it is unknown, used, revoked or too old. */
export async function findInvitationOffer(token: string): Promise<InvitationOffer | null> {
  const row = await db.invitation.findFirst({
    where: { tokenHash: secretHash(token), ...open(), workspace: { isDeleted: false } },
    include: { workspace: { select: { name: true } } },
  });
  if (!row) return null;
  const [inviter, account] = await Promise.all([
    db.user.findUnique({ where: { id: row.invitedById }, select: { name: true } }),
    db.user.findUnique({ where: { email: row.email }, select: { id: true } }),
  ]);
  return {
    workspaceName: row.workspace.name,
    invitedBy: inviter?.name ?? "",
    email: row.email,
    role: row.role,
    hasAccount: account !== null,
  };
}

/**
 * The signed-in person joins.
 *
 * @throws not_found the link is unknown, used, revoked or too old
 * @throws forbidden it is meant for another e-mail address
 */
export async function acceptInvitation(token: string, userId: string, requestId: string): Promise<Membership> {
  return await db.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId }, select: { id: true, email: true } });
    if (!user) throw notFound("Account");
    return await redeemInvitation(tx, token, user, requestId);
  });
}

/**
 * Uses up an invitation for a user, in the transaction that may also make that user.
 *
 * @throws not_found · forbidden
 */
export async function redeemInvitation(
  tx: Transaction,
  token: string,
  user: { id: string; email: string },
  requestId: string,
): Promise<Membership> {
  const found = await tx.invitation.findFirst({
    where: { tokenHash: secretHash(token), ...open(), workspace: { isDeleted: false } },
    include: { workspace: { select: { id: true, name: true } } },
  });
  if (!found) throw notFound("Invitation");
  if (found.email !== user.email)
    throw new AppError("forbidden", `This invitation is for ${found.email}. Sign in with that address to accept it.`);
  const { count } = await tx.invitation.updateMany({
    where: { id: found.id, workspaceId: found.workspaceId, ...open() },
    data: { acceptedAt: now() },
  });
  if (count === 0) throw notFound("Invitation");
  const { workspace, role } = found;
  const key = { workspaceId_userId: { workspaceId: workspace.id, userId: user.id } };
  const member = await tx.member.upsert({
    where: key,
    create: { id: newId(), workspaceId: workspace.id, userId: user.id, role },
    // Who is a member already, even a suspended one, does not change by an old link.
    update: {},
  });
  const ctx: Context = { workspaceId: workspace.id, actor: { type: "user", userId: user.id }, role, requestId };
  await audit(tx, ctx, {
    action: "invitation.accept",
    entityType: "member",
    entityId: member.id,
    details: { role: member.role },
  });
  return { ...workspace, role: member.role };
}

function open() {
  return { acceptedAt: null, revokedAt: null, expiresAt: { gt: now() } };
}

function inviterOf(ctx: Context): string {
  if (ctx.actor.type === "system") throw new AppError("forbidden", "Only a person or an API key can invite.");
  return ctx.actor.userId;
}

function toInvitation({ id, email, role, expiresAt, acceptedAt, createdAt }: InvitationRow): Invitation {
  return { id, email, role, expiresAt, acceptedAt, createdAt };
}
