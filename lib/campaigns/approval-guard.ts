import "server-only";
import { audit } from "#lib/audit.ts";
import type { Context } from "#lib/context.ts";
import type { Transaction } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { WorkspaceSettings } from "#lib/workspaces/schema.ts";
import type { Approval as ApprovalRow, Prisma } from "#prisma/generated/client.ts";
import { stepContents } from "./step-contents.ts";

type Submittable = Prisma.CampaignGetPayload<{ include: { steps: true } }>;

/** What is approved: everything that is sent and to whom. The time of a one-time campaign stays free to choose. */
export function submittedOf(row: Submittable): Prisma.InputJsonObject {
  const steps = [...row.steps].sort((a, b) => a.index - b.index);
  const submitted = {
    siteId: row.siteId,
    channel: row.channel,
    trigger: row.type === "one_time" ? { type: row.type } : row.trigger,
    audience: row.audience,
    steps: steps.map((step) => ({ delayMinutes: step.delayMinutes, ...stepContents(step) })),
    options: row.options,
  };
  return JSON.parse(JSON.stringify(submitted));
}

/** Differences of two submitted campaigns by dotted path; values as text. */
export function changesBetween(
  before: unknown,
  after: unknown,
): { field: string; before: string | null; after: string | null }[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }))
    .filter((each) => each.before !== each.after);
}

function leavesOf(value: unknown, path = "", leaves = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) leavesOf(each, path ? `${path}.${key}` : key, leaves);
  else if (value !== null && value !== undefined) leaves.set(path, String(value));
  return leaves;
}

/** Whether the workspace lets nothing out without approval. */
export async function needsApproval(tx: Transaction, workspaceId: string): Promise<boolean> {
  const workspace = await tx.workspace.findFirst({ where: { id: workspaceId }, select: { settings: true } });
  return WorkspaceSettings.parse(workspace?.settings ?? {}).approvalRequired;
}

export function newestApproval(tx: Transaction, campaign: Submittable): Promise<ApprovalRow | null> {
  const where = { workspaceId: campaign.workspaceId, campaignId: campaign.id };
  return tx.approval.findFirst({ where, orderBy: { id: "desc" } });
}

/**
 * Keeps a campaign in draft that was not approved as it is, where the workspace asks for it.
 *
 * @throws conflict
 */
export async function requireApproval(tx: Transaction, campaign: Submittable): Promise<void> {
  if (campaign.status !== "draft" || !(await needsApproval(tx, campaign.workspaceId))) return;
  const newest = await newestApproval(tx, campaign);
  if (newest?.status === "approved" && changesBetween(newest.submitted, submittedOf(campaign)).length === 0) return;
  throw new AppError(
    "conflict",
    newest?.status === "requested"
      ? "The campaign is a draft that waits for approval."
      : "The campaign is a draft that was not approved. Ask for approval first.",
  );
}

/**
 * What an edit means for approval: in a draft it drops what was asked or approved, beyond draft it is not allowed where
 * the workspace asks for approval.
 *
 * @param after the row as edited, in the transaction of the edit
 * @throws conflict
 */
export async function afterEdit(tx: Transaction, ctx: Context, after: Submittable): Promise<void> {
  const newest = await newestApproval(tx, after);
  if (after.status !== "draft") {
    if (!newest || changesBetween(newest.submitted, submittedOf(after)).length === 0) return;
    if (await needsApproval(tx, after.workspaceId))
      throw new AppError(
        "conflict",
        `The campaign is ${after.status} as it was approved. ${after.status === "scheduled" ? "Take it back to draft" : "Duplicate it"} to change it.`,
      );
    return;
  }
  if (newest?.status !== "requested" && newest?.status !== "approved") return;
  if (changesBetween(newest.submitted, submittedOf(after)).length === 0) return;
  const { count } = await tx.approval.updateMany({
    where: { id: newest.id, workspaceId: after.workspaceId, status: newest.status },
    data: { status: "dropped" },
  });
  if (count > 0) await audit(tx, ctx, { action: "campaign.drop_approval", entityType: "campaign", entityId: after.id });
}
