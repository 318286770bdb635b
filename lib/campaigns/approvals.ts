import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize, can } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { type Approval as ApprovalRow, Prisma } from "#prisma/generated/client.ts";
import { changesBetween, needsApproval, newestApproval, submittedOf } from "./approval-guard.ts";
import type { Approval, ApprovalFilter, ApprovalNote, ApprovalOfCampaign, RejectionNote } from "./approval-schema.ts";
import { findCampaign, toCampaign } from "./campaigns.ts";
import type { Campaign } from "./schema.ts";

/**
 * Approval before a campaign leaves draft, for workspaces that ask for it. Admins decide, never the one who asked – unless nobody
 * else could.
 */

function userOf(ctx: Context): string {
  if (ctx.actor.type === "system") throw new AppError("forbidden", "Only a person asks for approval or decides.");
  return ctx.actor.userId;
}

/**
 * Asks for approval of a draft as it is now.
 *
 * @throws not_found · conflict it is no draft, was asked for or approved already, or needs no approval
 */
export async function submitCampaign(ctx: Context, id: string, input: ApprovalNote): Promise<Campaign> {
  authorize(ctx, "campaigns:write");
  return db.$transaction(async (tx) => {
    const campaign = await findCampaign(ctx, id, tx);
    if (campaign.status !== "draft")
      throw new AppError("conflict", `The campaign is ${campaign.status}; only a draft needs approval.`);
    if (!(await needsApproval(tx, ctx.workspaceId)))
      throw new AppError("conflict", "This workspace sends drafts without approval. Its settings can change that.");
    const newest = await newestApproval(tx, campaign);
    const submitted = submittedOf(campaign);
    const isOpen = newest?.status === "requested" || newest?.status === "approved";
    if (newest && isOpen && changesBetween(newest.submitted, submitted).length === 0)
      throw new AppError("conflict", `Approval of this draft was ${newest.status} already.`);
    const note = input.note?.trim() || null;
    const data = { id: newId(), workspaceId: ctx.workspaceId, campaignId: id, submitted, note };
    await tx.approval.create({ data: { ...data, requestedByUserId: userOf(ctx) } }).catch(refuseSecond);
    await audit(tx, ctx, { action: "campaign.submit", entityType: "campaign", entityId: id });
    return toCampaign(await findCampaign(ctx, id, tx));
  });
}

/** The unique index lets one open request through. */
function refuseSecond(error: unknown): never {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
    throw new AppError("conflict", "Approval of this draft was requested already.");
  throw error;
}

/** @throws not_found · forbidden · conflict nothing is requested, or it is the caller's own request */
export function approveCampaign(ctx: Context, id: string, input: ApprovalNote): Promise<Campaign> {
  return decide(ctx, id, "approved", input.note);
}

/** @param input.note why, for who asked @throws not_found · forbidden · conflict */
export function rejectCampaign(ctx: Context, id: string, input: RejectionNote): Promise<Campaign> {
  return decide(ctx, id, "rejected", input.note);
}

async function decide(
  ctx: Context,
  id: string,
  status: "approved" | "rejected",
  note: string | undefined,
): Promise<Campaign> {
  authorize(ctx, "campaigns:approve");
  return db.$transaction(async (tx) => {
    const campaign = await findCampaign(ctx, id, tx);
    const newest = await newestApproval(tx, campaign);
    if (newest?.status !== "requested") throw nothingToDecide(newest);
    if (changesBetween(newest.submitted, submittedOf(campaign)).length > 0)
      throw new AppError("conflict", "The draft was changed since approval was requested. It must be requested again.");
    const own = await whyNotDecide(ctx, newest, tx);
    if (own) throw new AppError("conflict", own);
    const { count } = await tx.approval.updateMany({
      where: { id: newest.id, workspaceId: ctx.workspaceId, status: "requested" },
      data: { status, decidedByUserId: userOf(ctx), decidedAt: now(), decisionNote: note?.trim() || null },
    });
    if (count === 0) throw nothingToDecide(await newestApproval(tx, campaign));
    await audit(tx, ctx, {
      action: status === "approved" ? "campaign.approve" : "campaign.reject",
      entityType: "campaign",
      entityId: id,
      details: { note: note?.trim() || null },
    });
    return toCampaign(await findCampaign(ctx, id, tx));
  });
}

function nothingToDecide(newest: ApprovalRow | null): AppError {
  return new AppError(
    "conflict",
    newest ? `The request for approval is ${newest.status} already.` : "Nobody asked for approval of this campaign.",
  );
}

/** Why the caller may not decide a request, in words; undefined when they may. Four eyes, where there are four. */
async function whyNotDecide(ctx: Context, request: ApprovalRow, tx: Transaction = db): Promise<string | undefined> {
  if (!can(ctx, "campaigns:approve")) return "Only an admin or owner decides.";
  if (request.requestedByUserId !== userOf(ctx)) return undefined;
  const others = await tx.member.count({
    where: {
      workspaceId: ctx.workspaceId,
      status: "active",
      role: { in: ["admin", "owner"] },
      userId: { not: request.requestedByUserId },
    },
  });
  return others > 0 ? "Somebody else must decide: you asked for it." : undefined;
}

/** Requests of the workspace, newest first. */
export async function listApprovals(ctx: Context, filter: ApprovalFilter): Promise<Page<Approval>> {
  authorize(ctx, "campaigns:read");
  const where = {
    workspaceId: ctx.workspaceId,
    campaign: { isDeleted: false },
    ...(filter.status && { status: filter.status }),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.approval.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      include: { campaign: { select: { name: true } } },
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.approval.count({ where, take: countLimit }) : undefined,
  ]);
  const names = await namesOf(rows);
  return toPage(rows, filter, total, (row) => toApproval(row, row.campaign.name, names));
}

/**
 * A campaign's newest request, with what was changed since.
 *
 * @throws not_found
 */
export async function getApproval(ctx: Context, campaignId: string): Promise<ApprovalOfCampaign> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, campaignId);
  const [isRequired, newest] = await Promise.all([needsApproval(db, ctx.workspaceId), newestApproval(db, campaign)]);
  if (!newest) return { isRequired, current: null };
  const whyNot = newest.status === "requested" ? await whyNotDecide(ctx, newest) : `It is ${newest.status}.`;
  const current = {
    ...toApproval(newest, campaign.name, await namesOf([newest])),
    changes: changesBetween(newest.submitted, submittedOf(campaign)),
    mayDecide: whyNot === undefined,
    whyNot: whyNot ?? null,
  };
  return { isRequired, current };
}

async function namesOf(rows: ApprovalRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => [row.requestedByUserId, row.decidedByUserId ?? []].flat()))];
  const users = await db.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(users.map(({ id, name }) => [id, name]));
}

function toApproval(row: ApprovalRow, campaignName: string, names: Map<string, string>): Approval {
  return {
    ...row,
    campaignName,
    requestedByName: names.get(row.requestedByUserId) ?? null,
    decidedByName: names.get(row.decidedByUserId ?? "") ?? null,
  };
}
