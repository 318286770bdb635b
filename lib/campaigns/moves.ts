import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction, transaction } from "#lib/db.ts";
import { countAudience } from "#lib/delivery/audience.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { enqueue, queueColumns } from "#lib/delivery/queue.ts";
import { AppError } from "#lib/errors.ts";
import { callOff, nudge } from "#lib/events.ts";
import { newId } from "#lib/ids.ts";
import { neverOccurs } from "#lib/recurrence/preview.ts";
import { withInstant } from "#lib/recurrence/typed-time.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import type { RunStatus } from "#prisma/generated/enums.ts";
import { requireApproval } from "./approval-guard.ts";
import { findCampaign, type StoredCampaign, toCampaign } from "./campaigns.ts";
import { isStanding } from "./drip-schema.ts";
import { replan } from "./recurring.ts";
import { Audience, type Campaign, type CampaignStatus, type ScheduleAt, Trigger } from "./schema.ts";
import { keepVersion } from "./steps.ts";
import { type Activation, kindOf, refuseSendByHand, sentNow } from "./types.ts";

/** Every legal move of a campaign. What is not here is a conflict. */
export const legalMoves: Record<CampaignStatus, readonly CampaignStatus[]> = {
  draft: ["scheduled", "running"],
  scheduled: ["running", "draft", "cancelled"],
  running: ["paused", "completed", "cancelled", "failed"],
  paused: ["running", "completed", "cancelled", "failed"],
  completed: ["running"],
  failed: ["running"],
  cancelled: [],
};

/**
 * The one function that moves a campaign: compare-and-set, so that of two people who click at once one is refused.
 *
 * @param from the states that this action starts from; each must be legal by the table
 * @throws conflict naming both states, or it must be approved first
 */
async function move(
  tx: Transaction,
  campaign: StoredCampaign,
  to: CampaignStatus,
  from: readonly CampaignStatus[],
  more: {
    nextRunAt?: Date | null;
    startedAt?: Date;
    finishedAt?: Date | null;
    statusReason?: string | null;
    trigger?: object;
  } = {},
): Promise<void> {
  await requireApproval(tx, campaign);
  const allowed = from.filter((state) => legalMoves[state].includes(to) || (state === to && state === "scheduled"));
  const { count } = await tx.campaign.updateMany({
    where: { id: campaign.id, workspaceId: campaign.workspaceId, isDeleted: false, status: { in: [...allowed] } },
    data: { status: to, ...more },
  });
  if (count === 1) return;
  const current = await tx.campaign.findFirst({
    where: { id: campaign.id, workspaceId: campaign.workspaceId },
    select: { status: true },
  });
  throw new AppError("conflict", `The campaign is ${current?.status ?? "gone"} and cannot become ${to}.`);
}

/**
 * Starts sending a draft or scheduled campaign now.
 *
 * The row is the truth and the event only a nudge: should the event be lost, the sweep finds the due run.
 *
 * @returns the campaign, `running`, with a run due now; sending goes on in inngest/send-run.ts
 * @throws not_found no such campaign in ctx's workspace
 * @throws conflict it is already running, completed or cancelled, or its site is paused
 * @throws empty_audience nobody would get it
 */
export async function sendCampaign(ctx: Context, id: string): Promise<Campaign> {
  return launch(ctx, id, "campaign.send");
}

/**
 * Switches a campaign on: a one-time one is scheduled, or moved to another time; what repeats or waits for something runs.
 *
 * @param input.at the instant of a one-time campaign, `wallTime` a wall time in one zone, or `localAt` one in each subscriber's; without
 *   any of them the trigger's own
 * @throws not_found · conflict · time_does_not_exist · validation_error the time is past, missing, or more than a year ahead
 */
export async function scheduleCampaign(ctx: Context, id: string, input: ScheduleAt): Promise<Campaign> {
  return launch(ctx, id, "campaign.schedule", input);
}

/** Writes campaign and run in one transaction, then tells the queue. */
async function launch(
  ctx: Context,
  id: string,
  action: "campaign.send" | "campaign.schedule",
  input: ScheduleAt = {},
): Promise<Campaign> {
  authorize(ctx, "campaigns:send");
  const isNow = action === "campaign.send";
  if (isNow) await refuseEmptyAudience(await findCampaign(ctx, id));
  const { campaign, runId, dueAt } = await db.$transaction(async (tx) => {
    const before = await findCampaign(ctx, id, tx);
    const at = now();
    const trigger = Trigger.parse(before.trigger);
    const site = await tx.site.findFirst({
      where: { id: before.siteId ?? "", workspaceId: ctx.workspaceId, isDeleted: false },
    });
    if (!site) throw new AppError("conflict", "The campaign's site was deleted.");
    if (site.pausedReason !== null)
      throw new AppError(
        "conflict",
        `The site is paused (${site.pausedReason}), so the campaign stays ${before.status}. Resume the site first.`,
      );
    if (isNow) refuseSendByHand(trigger);
    const { status, firstRunAt, beginsAt, ...begun }: Activation = isNow
      ? { status: "running" as const, trigger: sentNow(trigger), firstRunAt: at }
      : kindOf(trigger).activate(trigger, withInstant(input, SiteSettings.parse(site.settings).timezone, ""), at);
    await move(tx, before, status, ["draft", "scheduled"], {
      trigger: Trigger.encode(begun.trigger),
      nextRunAt: isNow ? null : (firstRunAt ?? beginsAt ?? null),
      ...(status === "running" ? { startedAt: at } : {}),
    });
    if (isStanding(before.type)) await keepVersion(tx, before);
    const runId = firstRunAt && (await planRun(tx, before, firstRunAt, kindOf(trigger).hasOneRun));
    await audit(tx, ctx, {
      action,
      entityType: "campaign",
      entityId: id,
      details: { at: (firstRunAt ?? beginsAt)?.toISOString() ?? null },
    });
    return { campaign: toCampaign(await findCampaign(ctx, id, tx)), runId, dueAt: firstRunAt };
  });
  if (runId && dueAt) nudge({ kind: "due", workspaceId: ctx.workspaceId, runId, dueAt });
  return campaign;
}

/** The campaign's run that is due next: moved there, or made. */
async function planRun(tx: Transaction, campaign: StoredCampaign, dueAt: Date, isOnly: boolean): Promise<string> {
  const { workspaceId, id: campaignId } = campaign;
  const where = isOnly ? { isOnly } : { status: "due" as const };
  const existing = await tx.run.findFirst({ where: { workspaceId, campaignId, ...where } });
  if (existing) await tx.run.update({ where: { id: existing.id, workspaceId }, data: { dueAt, status: "due" } });
  const id = existing?.id ?? newId();
  if (!existing) await tx.run.create({ data: { id, workspaceId, campaignId, dueAt, isOnly } });
  return id;
}

async function refuseEmptyAudience(campaign: StoredCampaign): Promise<void> {
  if (campaign.status !== "draft" && campaign.status !== "scheduled") return;
  if ((await countAudience(campaign.workspaceId, campaign.siteId, Audience.parse(campaign.audience), 1)) === 0)
    throw new AppError("empty_audience", "Nobody would get this: the audience has no active subscription.");
}

/**
 * Takes a scheduled campaign back to draft; its run has not begun and goes away.
 *
 * @throws not_found · conflict
 */
export async function unscheduleCampaign(ctx: Context, id: string): Promise<Campaign> {
  authorize(ctx, "campaigns:send");
  const { campaign, runs } = await db.$transaction(async (tx) => {
    await move(tx, await findCampaign(ctx, id, tx), "draft", ["scheduled"], { nextRunAt: null });
    // With the runs left out by hand: a draft has no history of what never began.
    const unbegun = { workspaceId: ctx.workspaceId, campaignId: id, startedAt: null, status: { in: unbegunStates } };
    const runs = await tx.run.findMany({ where: unbegun, select: { id: true } });
    await tx.run.deleteMany({ where: unbegun });
    await audit(tx, ctx, { action: "campaign.unschedule", entityType: "campaign", entityId: id });
    return { campaign: toCampaign(await findCampaign(ctx, id, tx)), runs: runs.map((run) => run.id) };
  });
  callOff(ctx.workspaceId, runs);
  return campaign;
}

const unbegunStates: RunStatus[] = ["due", "cancelled"];

/** Which runs an action on the campaign moves along, and to what. */
async function moveRuns(
  tx: Transaction,
  campaign: StoredCampaign,
  from: ("due" | "running" | "paused")[],
  to: "running" | "paused" | "cancelled",
): Promise<string[]> {
  const where = { workspaceId: campaign.workspaceId, campaignId: campaign.id, status: { in: from } };
  const runs = await tx.run.findMany({ where, select: { id: true } });
  await tx.run.updateMany({ where, data: { status: to, ...(to === "cancelled" ? { finishedAt: now() } : {}) } });
  return runs.map((run) => run.id);
}

/**
 * A recurring campaign's next run: waits while the campaign is paused, is planned anew when it goes on, and goes with it.
 *
 * @returns the run that waits from now on, if that is new
 */
async function moveWaitingRun(
  tx: Transaction,
  campaign: StoredCampaign,
  to: "running" | "paused" | "cancelled",
): Promise<{ runId: string; dueAt: Date } | null> {
  const trigger = Trigger.parse(campaign.trigger);
  if (trigger.type !== "recurring") return null;
  const { workspaceId, id } = campaign;
  const waiting = { workspaceId, campaignId: id, startedAt: null };
  if (to === "cancelled") await tx.run.deleteMany({ where: { ...waiting, status: { in: ["due", "paused"] } } });
  if (to === "paused") {
    await tx.run.updateMany({ where: { ...waiting, status: "due" }, data: { status: "paused" } });
    await tx.campaign.update({ where: { id, workspaceId }, data: { nextRunAt: null } });
  }
  if (to === "running") {
    const next = await replan(tx, campaign, trigger, now());
    await tx.campaign.update({ where: { id, workspaceId }, data: { nextRunAt: next?.dueAt ?? null } });
    const open = await tx.run.count({ where: { ...waiting, startedAt: { not: null }, status: "paused" } });
    if (!next && open === 0) throw neverOccurs();
    return next;
  }
  return null;
}

/**
 * Leaves out a recurring campaign's next run; the one after it is then the next.
 *
 * @throws not_found · conflict it is no recurring campaign that is switched on, or that run is its last
 */
export async function skipNextRun(ctx: Context, id: string): Promise<Campaign> {
  authorize(ctx, "campaigns:send");
  const { campaign, next } = await db.$transaction(async (tx) => {
    const before = await findCampaign(ctx, id, tx);
    const trigger = Trigger.parse(before.trigger);
    // Holds the row, so that the run cannot begin meanwhile.
    const { count } = await tx.campaign.updateMany({
      where: { id, workspaceId: ctx.workspaceId, type: "recurring", status: { in: ["scheduled", "running"] } },
      data: { updatedAt: now() },
    });
    if (count === 0 || trigger.type !== "recurring")
      throw new AppError(
        "conflict",
        `Only a recurring campaign that is switched on has a next run: this ${before.type} campaign is ${before.status}.`,
      );
    const runs = { workspaceId: ctx.workspaceId, campaignId: id, status: "due" as const };
    const skipped = await tx.run.findFirst({ where: runs });
    if (!skipped) throw new AppError("conflict", "There is no next run.");
    await tx.run.update({
      where: { id: skipped.id, workspaceId: ctx.workspaceId },
      data: { status: "cancelled", statusReason: "skipped", finishedAt: now() },
    });
    const next = await replan(tx, before, trigger, now());
    if (!next) throw new AppError("conflict", "That run is the last one. Cancel the campaign instead.");
    await tx.campaign.update({ where: { id, workspaceId: ctx.workspaceId }, data: { nextRunAt: next.dueAt } });
    await audit(tx, ctx, {
      action: "campaign.skip_next",
      entityType: "campaign",
      entityId: id,
      details: { skipped: skipped.dueAt.toISOString(), next: next.dueAt.toISOString() },
    });
    return { campaign: toCampaign(await findCampaign(ctx, id, tx)), next };
  });
  nudge({ kind: "due", workspaceId: ctx.workspaceId, ...next });
  return campaign;
}

async function changeRunning(
  ctx: Context,
  id: string,
  change: {
    action: string;
    to: CampaignStatus;
    from: CampaignStatus[];
    runsFrom: ("due" | "running" | "paused")[];
    runsTo: "running" | "paused" | "cancelled";
  },
): Promise<Campaign> {
  authorize(ctx, "campaigns:send");
  const { campaign, runs, next } = await db.$transaction(async (tx) => {
    const before = await findCampaign(ctx, id, tx);
    await move(tx, before, change.to, change.from, {
      statusReason: null,
      ...(change.to === "cancelled" ? { nextRunAt: null, finishedAt: now() } : {}),
    });
    const next = await moveWaitingRun(tx, before, change.runsTo);
    const runs = await moveRuns(tx, before, change.runsFrom, change.runsTo);
    await audit(tx, ctx, { action: change.action, entityType: "campaign", entityId: id });
    return { campaign: toCampaign(await findCampaign(ctx, id, tx)), runs, next };
  });
  if (next) nudge({ kind: "due", workspaceId: ctx.workspaceId, ...next });
  // A resumed run may still lack a part of its ledger; after a cancel, whoever delivers marks what is left as cancelled.
  if (change.to === "cancelled") callOff(ctx.workspaceId, runs);
  const kind = change.to === "running" ? "due" : "deliver";
  for (const runId of runs) nudge({ kind, workspaceId: ctx.workspaceId, runId });
  return campaign;
}

/** Stops for good; what is not sent yet is marked cancelled. @throws not_found · conflict */
export function cancelCampaign(ctx: Context, id: string): Promise<Campaign> {
  return changeRunning(ctx, id, {
    action: "campaign.cancel",
    to: "cancelled",
    from: ["scheduled", "running", "paused"],
    runsFrom: ["due", "running", "paused"],
    runsTo: "cancelled",
  });
}

/** Holds a running campaign; nothing is lost. @throws not_found · conflict */
export function pauseCampaign(ctx: Context, id: string): Promise<Campaign> {
  return changeRunning(ctx, id, {
    action: "campaign.pause",
    to: "paused",
    from: ["running"],
    runsFrom: ["running"],
    runsTo: "paused",
  });
}

/** Goes on with exactly what is left. @throws not_found · conflict */
export function resumeCampaign(ctx: Context, id: string): Promise<Campaign> {
  return changeRunning(ctx, id, {
    action: "campaign.resume",
    to: "running",
    from: ["paused"],
    runsFrom: ["paused"],
    runsTo: "running",
  });
}

/**
 * Tries the failed messages of a finished campaign again: the same rows, so nobody who got it gets it twice.
 *
 * @throws not_found · conflict it is not over, or nothing failed
 */
export async function retryCampaign(ctx: Context, id: string): Promise<Campaign> {
  authorize(ctx, "campaigns:send");
  const before = await findCampaign(ctx, id);
  const runs = await db.$transaction(async (tx) => {
    await move(tx, before, "running", ["completed", "failed"], { finishedAt: null, statusReason: null });
    const failed = await tx.message.groupBy({
      by: ["runId"],
      where: { workspaceId: ctx.workspaceId, campaignId: id, isTest: false, status: "failed" },
    });
    if (failed.length === 0)
      throw new AppError("conflict", `Nothing to retry: no message of this ${before.status} campaign failed.`);
    const ids = failed.map((row) => row.runId);
    await tx.run.updateMany({
      where: { workspaceId: ctx.workspaceId, id: { in: ids } },
      data: { status: "running", finishedAt: null },
    });
    await audit(tx, ctx, { action: "campaign.retry", entityType: "campaign", entityId: id });
    return ids;
  });
  for (const runId of runs) {
    await requeueFailed(ctx.workspaceId, id, runId);
    nudge({ kind: "deliver", workspaceId: ctx.workspaceId, runId });
  }
  return toCampaign(await findCampaign(ctx, id));
}

/** Failed messages of a run back into the queue with all their attempts, a page at a time. */
async function requeueFailed(workspaceId: string, campaignId: string, runId: string): Promise<void> {
  let moved: number;
  do {
    moved = await transaction(async (client) => {
      const { rows } = await client.query<{
        site_id: string | null;
        step_index: number;
        variant: number;
        count: number;
      }>(
        `WITH page AS (
           SELECT id FROM message WHERE campaign_id = $2 AND problem = 'failed' AND workspace_id = $1 AND run_id = $3 AND NOT is_test
            LIMIT 5000 FOR UPDATE SKIP LOCKED),
         moved AS (
           UPDATE message m SET status = 'queued', reason = NULL, attempts = 0, next_at = now() FROM page WHERE m.id = page.id
           RETURNING m.site_id, m.step_index, m.variant, ${queueColumns}),
         queued AS (${enqueue("moved")})
         SELECT site_id, step_index, variant, count(*)::int AS count FROM moved GROUP BY site_id, step_index, variant`,
        [workspaceId, campaignId, runId],
      );
      const moves = new CounterMoves();
      for (const row of rows) {
        const place = {
          workspaceId,
          siteId: row.site_id,
          campaignId,
          runId,
          stepIndex: row.step_index,
          variant: row.variant,
        };
        moves.add(place, "failed", -row.count);
        moves.add(place, "queued", row.count);
      }
      await moves.write(client);
      return rows.reduce((sum, row) => sum + row.count, 0);
    });
  } while (moved > 0);
}
