import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import { checkVariables } from "#lib/content/check.ts";
import type { Context } from "#lib/context.ts";
import { db, type Transaction } from "#lib/db.ts";
import { countsByCampaign, noCounts } from "#lib/delivery/counters.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { nudge } from "#lib/events.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import { neverOccurs } from "#lib/recurrence/preview.ts";
import { withInstant } from "#lib/recurrence/typed-time.ts";
import type { Page } from "#lib/schema.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { afterEdit } from "./approval-guard.ts";
import { checkAudience } from "./audience-references.ts";
import { checkCategory, withoutLostCategory } from "./category.ts";
import { isStanding } from "./drip-schema.ts";
import { occasionOf } from "./occasion.ts";
import { checkPayloadSize } from "./payload-size.ts";
import { replan } from "./recurring.ts";
import {
  Audience,
  type Campaign,
  type CampaignChanges,
  type CampaignFilter,
  type CampaignRow,
  type NewCampaign,
  Options,
  Trigger,
} from "./schema.ts";
import { allContents, checkExperiment, stepColumns, stepContents } from "./step-contents.ts";
import { checkShape, isDrip, keepVersion, replaceSteps } from "./steps.ts";
import { kindOf } from "./types.ts";

const include = {
  steps: { orderBy: { index: "asc" } },
  approvals: { orderBy: { id: "desc" }, take: 1 },
} as const;
export type StoredCampaign = Prisma.CampaignGetPayload<{ include: typeof include }>;

/** Campaigns of the workspace, newest first, with their figures. */
export async function listCampaigns(ctx: Context, filter: CampaignFilter): Promise<Page<CampaignRow>> {
  authorize(ctx, "campaigns:read");
  const where: Prisma.CampaignWhereInput = {
    workspaceId: ctx.workspaceId,
    isDeleted: false,
    isArchived: filter.archived === true,
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.type ? { type: filter.type } : {}),
    ...(filter.automated === undefined ? {} : { type: filter.automated ? { not: "one_time" } : "one_time" }),
    ...(filter.siteId === undefined ? {} : { siteId: isId(filter.siteId) ? filter.siteId : { in: [] } }),
    ...(filter.search ? { name: { contains: filter.search, mode: "insensitive" } } : {}),
  };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const [rows, total] = await Promise.all([
    db.campaign.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      include,
      orderBy: { id: "desc" },
      take: filter.pageSize + 1,
      skip: pageOffset(filter),
    }),
    after === undefined ? db.campaign.count({ where, take: countLimit }) : undefined,
  ]);
  const counts = await countsByCampaign(
    ctx.workspaceId,
    rows.map((row) => row.id),
  );
  return toPage(rows, filter, total, (row) => ({ ...toCampaign(row), counts: counts.get(row.id) ?? noCounts() }));
}

/** @throws not_found no such campaign in ctx's workspace */
export async function getCampaign(ctx: Context, id: string): Promise<Campaign> {
  authorize(ctx, "campaigns:read");
  return toCampaign(await findCampaign(ctx, id));
}

/** The names of campaigns by id, of deleted ones too; ids of another workspace are not among them. */
export async function campaignNames(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  authorize(ctx, "campaigns:read");
  const rows = await db.campaign.findMany({
    where: { workspaceId: ctx.workspaceId, id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/**
 * Makes a draft. Nothing is sent before `sendCampaign` or `scheduleCampaign`.
 *
 * @param given already of the shape NewCampaign
 * @throws time_does_not_exist · validation_error a variable is unknown or not closed · payload_too_large with the byte count · not_found the
 *   site or a subscriber of the audience
 */
export async function createCampaign(ctx: Context, given: NewCampaign): Promise<Campaign> {
  authorize(ctx, "campaigns:write");
  const id = newId();
  return db.$transaction(async (tx) => {
    const input = { ...given, trigger: await settled(tx, ctx, given.trigger, given.siteId) };
    await checkReferences(tx, ctx, input);
    await tx.campaign.create({
      data: {
        id,
        workspaceId: ctx.workspaceId,
        siteId: input.siteId,
        name: input.name.trim(),
        channel: input.channel,
        type: input.trigger.type,
        trigger: Trigger.encode(input.trigger) as object,
        audience: input.audience,
        options: input.options,
        createdByUserId: ctx.actor.type === "system" ? null : ctx.actor.userId,
        steps: {
          create: input.steps.map((step, index) => ({
            id: newId(),
            index,
            key: index,
            delayMinutes: step.delayMinutes,
            ...stepColumns(step),
          })),
        },
      },
    });
    await audit(tx, ctx, {
      action: "campaign.create",
      entityType: "campaign",
      entityId: id,
      details: { name: input.name },
    });
    return toCampaign(await findCampaign(ctx, id, tx));
  });
}

/**
 * Changes a campaign in a state that its type may be edited in; what is given replaces what was. A scheduled one-time
 * campaign keeps its time; a recurring one that is switched on gets its next run planned anew.
 *
 * One that runs by itself can be changed while it does. Of a welcome or triggered one new people walk the new steps;
 * those inside finish the ones they began with, or move (`changes.enrolled`).
 *
 * @throws not_found · conflict it is running or over · validation_error · time_does_not_exist · payload_too_large
 */
export async function updateCampaign(ctx: Context, id: string, changes: CampaignChanges): Promise<Campaign> {
  authorize(ctx, "campaigns:write");
  const { campaign, next } = await db.$transaction(async (tx) => {
    const before = await findCampaign(ctx, id, tx);
    // The guard of the WHERE below is what holds; this one only answers sooner.
    const { enrolled = "finish", revision = before.revision, ...given } = changes;
    if (revision !== before.revision) throw editedMeanwhile(before.revision);
    const merged = { ...toCampaign(before), ...given };
    const after = { ...merged, trigger: await settled(tx, ctx, merged.trigger, merged.siteId ?? "") };
    const kind = kindOf(after.trigger);
    if (!kind.editableIn.includes(before.status)) throw notEditable(before.status, kind.editableIn);
    if (before.status !== "draft") refuseOtherTrigger(before, changes);
    const isNewVersion = isStanding(before.type) && before.status !== "draft" && (given.steps || given.trigger);
    if (isStanding(before.type) && (before.status === "running" || before.status === "paused"))
      refuseOtherPeople(before, after);
    const kept = after.siteId === before.siteId ? toCampaign(before).options.category : undefined;
    await checkReferences(tx, ctx, { ...after, siteId: after.siteId ?? "" }, kept);
    const stepsVersion = before.stepsVersion + (isNewVersion ? 1 : 0);
    const { count } = await tx.campaign.updateMany({
      where: { id, workspaceId: ctx.workspaceId, status: before.status, revision },
      data: {
        revision: revision + 1,
        name: after.name.trim(),
        siteId: after.siteId,
        type: after.trigger.type,
        trigger: Trigger.encode(after.trigger) as object,
        audience: after.audience,
        options: after.options,
        stepsVersion,
        ...(isNewVersion && enrolled === "move" ? { leastVersion: stepsVersion } : {}),
      },
    });
    if (count === 0) throw new AppError("conflict", "Somebody else moved it meanwhile. Look again.");
    const sendsRuns =
      before.type === "recurring" || (before.type === "triggered" && !isDrip(after.trigger, after.audience));
    if (changes.steps && sendsRuns) await refuseWhileSending(tx, before);
    if (given.steps) await replaceSteps(tx, before, given.steps);
    await afterEdit(tx, ctx, await findCampaign(ctx, id, tx));
    if (isNewVersion) await keepVersion(tx, await findCampaign(ctx, id, tx));
    const next = await planAnew(tx, before, changes);
    await audit(tx, ctx, {
      action: "campaign.update",
      entityType: "campaign",
      entityId: id,
      details: { fields: Object.keys(given), ...(isNewVersion ? { enrolled } : {}) },
    });
    return { campaign: toCampaign(await findCampaign(ctx, id, tx)), next };
  });
  if (next) nudge({ kind: "due", workspaceId: ctx.workspaceId, ...next });
  return campaign;
}

function editedMeanwhile(revision: number): AppError {
  const message = `Somebody changed it meanwhile: it is at revision ${revision}. Read it again.`;
  return new AppError("conflict", message, { fields: { revision: [message] } });
}

/** Messages say what their step says: it must not change under a run that is going out. */
async function refuseWhileSending(tx: Transaction, { workspaceId, id: campaignId }: StoredCampaign): Promise<void> {
  const where = {
    workspaceId,
    campaignId,
    startedAt: { not: null },
    status: { in: ["running" as const, "paused" as const] },
  };
  if ((await tx.run.count({ where })) > 0)
    throw new AppError("conflict", "A run is going out now. Change the content when it is through.");
}

/** After a change of a recurring trigger that is switched on. @returns the run to tell the queue of */
async function planAnew(
  tx: Transaction,
  before: StoredCampaign,
  changes: CampaignChanges,
): Promise<{ runId: string; dueAt: Date } | undefined> {
  if (changes.trigger?.type !== "recurring" || before.status === "draft") return undefined;
  const isPaused = before.status === "paused";
  const next = await replan(tx, before, changes.trigger, now());
  if (!next) throw neverOccurs();
  const { workspaceId, id } = before;
  if (isPaused) await tx.run.update({ where: { id: next.runId, workspaceId }, data: { status: "paused" } });
  else await tx.campaign.update({ where: { id, workspaceId }, data: { nextRunAt: next.dueAt } });
  return isPaused ? undefined : next;
}

/** Whoever is inside was let in by this site and audience. */
function refuseOtherPeople(before: StoredCampaign, after: Pick<Campaign, "siteId" | "audience">): void {
  const isSame = JSON.stringify(Audience.parse(before.audience)) === JSON.stringify(after.audience);
  if (before.siteId !== after.siteId || !isSame)
    throw new AppError("conflict", `A ${before.status} campaign keeps its site and its audience.`);
}

function notEditable(status: Campaign["status"], editableIn: readonly Campaign["status"][]): AppError {
  const last = editableIn.at(-1) ?? "";
  const states = editableIn.length > 1 ? `${editableIn.slice(0, -1).join(", ")} or ${last}` : last;
  return new AppError("conflict", `A ${status} campaign cannot be edited; only a ${states} one can.`);
}

/** What was promised for a time keeps it; what repeats may change how, not what it is. */
function refuseOtherTrigger(before: StoredCampaign, { trigger }: CampaignChanges): void {
  if (!trigger) return;
  if (trigger.type !== before.type)
    throw new AppError("conflict", `A ${before.status} campaign keeps its type. Take it back to draft to change it.`);
  if (trigger.type === "one_time")
    throw new AppError("conflict", "It is scheduled. Schedule it again to change its time.");
}

/**
 * Hides a campaign with its figures; its ledger stays until retention drops it.
 *
 * @throws not_found · conflict it is scheduled, running or paused: cancel it first
 */
export async function deleteCampaign(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "campaigns:write");
  await db.$transaction(async (tx) => {
    const before = await findCampaign(ctx, id, tx);
    const { count } = await tx.campaign.updateMany({
      where: { id, workspaceId: ctx.workspaceId, status: { in: ["draft", "completed", "cancelled", "failed"] } },
      data: { isDeleted: true },
    });
    if (count === 0) throw new AppError("conflict", `A ${before.status} campaign cannot be deleted. Cancel it first.`);
    await audit(tx, ctx, {
      action: "campaign.delete",
      entityType: "campaign",
      entityId: id,
      details: { name: before.name },
    });
  });
}

/** A new draft with the same content, audience and options; a one-time copy has no time. */
export async function duplicateCampaign(ctx: Context, id: string): Promise<Campaign> {
  authorize(ctx, "campaigns:write");
  const { name, siteId, trigger, audience, options, steps } = toCampaign(await findCampaign(ctx, id));
  const { settings } = await findSite(ctx, siteId ?? "");
  return createCampaign(ctx, {
    name: `${name.slice(0, 190)} (copy)`,
    siteId: siteId ?? "",
    channel: "web_push",
    trigger: kindOf(trigger).copy(trigger),
    audience,
    options: withoutLostCategory(options, SiteSettings.parse(settings)),
    steps,
  });
}

/** Moves a campaign into or out of the archive; the archive is only a place in the list. */
export async function archiveCampaign(ctx: Context, id: string, isArchived = true): Promise<Campaign> {
  authorize(ctx, "campaigns:write");
  return db.$transaction(async (tx) => {
    const before = await findCampaign(ctx, id, tx);
    if (isArchived && ["scheduled", "running", "paused"].includes(before.status))
      throw new AppError("conflict", `A ${before.status} campaign cannot be archived.`);
    await tx.campaign.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isArchived } });
    await audit(tx, ctx, {
      action: isArchived ? "campaign.archive" : "campaign.unarchive",
      entityType: "campaign",
      entityId: id,
    });
    return toCampaign(await findCampaign(ctx, id, tx));
  });
}

/** The row of a campaign of ctx's workspace that is not deleted, with its steps. */
export async function findCampaign(ctx: Context, id: string, tx: Transaction = db): Promise<StoredCampaign> {
  const row = isId(id)
    ? await tx.campaign.findFirst({ where: { id, workspaceId: ctx.workspaceId, isDeleted: false }, include })
    : null;
  if (!row) throw notFound("Campaign");
  return row;
}

/** The trigger as it is kept: a typed wall time is its instant. @throws time_does_not_exist · not_found the site */
export async function settled(tx: Transaction, ctx: Context, trigger: Trigger, siteId: string): Promise<Trigger> {
  if (trigger.type !== "one_time" || trigger.wallTime === undefined) return trigger;
  const { timezone } = SiteSettings.parse((await findSite(ctx, siteId, tx)).settings);
  return withInstant(trigger, timezone, "trigger.");
}

/** Everything that a campaign points to belongs to the workspace, and its content can be sent. */
async function checkReferences(
  tx: Transaction,
  ctx: Context,
  input: Pick<NewCampaign, "trigger" | "audience" | "steps" | "options"> & { siteId: string },
  keptCategory?: string,
): Promise<void> {
  const kind = kindOf(input.trigger);
  if (!kind.reaches(input.audience)) throw invalid("audience.type", `Not for a ${input.trigger.type} campaign.`);
  checkShape(input, kind.maxSteps);
  await kind.check?.(tx, ctx, input.trigger, input.siteId);
  const site = await findSite(ctx, input.siteId, tx);
  const occasion = occasionOf(input.trigger.type);
  const settings = SiteSettings.parse(site.settings);
  checkExperiment(input, isDrip(input.trigger, input.audience));
  checkCategory(input.options, settings, keptCategory);
  for (const [index, step] of input.steps.entries())
    for (const { path, content } of allContents(step)) {
      checkVariables(content, `steps.${index}.${path}`, occasion);
      checkPayloadSize(content, { url: site.url, settings }, input.options, `steps.${index}.${path}.message`);
    }
  await checkAudience(tx, ctx, input.audience);
}

export function toCampaign(row: StoredCampaign): Campaign {
  return {
    ...row,
    trigger: Trigger.parse(row.trigger),
    audience: Audience.parse(row.audience),
    options: Options.parse(row.options),
    steps: row.steps.map((step) => ({ key: step.key, delayMinutes: step.delayMinutes, ...stepContents(step) })),
    approval: row.approvals[0] ?? null,
  };
}
