import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign } from "#lib/campaigns/campaigns.ts";
import {
  type CampaignProgress,
  type Counts,
  type Message,
  type MessageFilter,
  Options,
  type Performance,
} from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { countsBy, countsByCampaign, countsByVariant, noCounts } from "#lib/delivery/counters.ts";
import { slotMs, slowReason } from "#lib/delivery/pace.ts";
import { notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import { getSubscriber } from "#lib/subscribers/subscribers.ts";
import type { Message as MessageRow, Run } from "#prisma/generated/client.ts";

/**
 * What a campaign did, from its counters: never from the ledger.
 *
 * @throws not_found
 */
export async function getPerformance(ctx: Context, id: string): Promise<Performance> {
  authorize(ctx, "analytics:read");
  const campaign = await findCampaign(ctx, id);
  const scope = { workspaceId: ctx.workspaceId, campaignId: campaign.id };
  const [totals, steps, variants, days, settings] = await Promise.all([
    countsByCampaign(ctx.workspaceId, [campaign.id]),
    countsBy("step_index", scope),
    countsByVariant(ctx.workspaceId, campaign.id),
    countsBy("day", scope),
    siteSettings(ctx, campaign.siteId),
  ]);
  const counts = totals.get(campaign.id) ?? noCounts();
  return {
    ...counts,
    value: counts.clicked * (settings?.valuePerClick ?? 0),
    currency: settings?.currency ?? "USD",
    clickRate: clickRate(counts),
    steps: steps.map(({ key, ...figures }) => ({
      ...figures,
      index: Number(key),
      variants: variants.flatMap(({ step_index, ...counts }) => (step_index === Number(key) ? [counts] : [])),
    })),
    days: days.map(({ key, ...figures }) => ({ ...figures, date: key })),
  };
}

/** clicked / sent, 0 to 1 */
export function clickRate({ clicked, sent }: Pick<Counts, "clicked" | "sent">): number {
  return sent === 0 ? 0 : clicked / sent;
}

async function siteSettings(ctx: Context, siteId: string | null): Promise<SiteSettings | undefined> {
  const site =
    siteId === null ? null : await db.site.findFirst({ where: { id: siteId, workspaceId: ctx.workspaceId } });
  return site ? SiteSettings.parse(site.settings) : undefined;
}

/** Over how long the sending rate is measured. */
const rateSeconds = 10;

/**
 * Where a send stands now, for pages that look every second.
 *
 * @throws not_found
 */
export async function getProgress(ctx: Context, id: string): Promise<CampaignProgress> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, id);
  const counted = countsByCampaign(ctx.workspaceId, [campaign.id]);
  const [totals, runs, reasons, slowed] = await Promise.all([
    counted,
    db.run.findMany({
      where: { workspaceId: ctx.workspaceId, campaignId: campaign.id },
      orderBy: { id: "desc" },
      take: 20,
    }),
    counted.then((totals) => problems(ctx.workspaceId, campaign.id, totals.get(campaign.id) ?? noCounts())),
    campaign.status === "running" || campaign.status === "paused"
      ? slowedServices(ctx.workspaceId, campaign.siteId)
      : [],
  ]);
  const counts = totals.get(campaign.id) ?? noCounts();
  const left = counts.queued + counts.sending;
  const perSecond = campaign.status === "running" ? sendingRate(runs, counts) : 0;
  const ratePerMinute = Options.parse(campaign.options).ratePerMinute ?? null;
  const atOnce = perSecond > 0 && left > 0 ? Date.now() + (left / perSecond) * 1000 : null;
  const atItsRate = ratePerMinute === null || left === 0 ? 0 : Date.now() + left * slotMs(ratePerMinute);
  const line = Math.max(0, ...slowed.map(({ lineEndsAt }) => lineEndsAt));
  return {
    id: campaign.id,
    status: campaign.status,
    statusReason: campaign.statusReason,
    counts,
    perSecond,
    // Its own rate says more than the first seconds; a line at a slow push service is known to its end.
    finishesAt: atOnce === null ? null : new Date(Math.max(atItsRate || atOnce, line)),
    ratePerMinute,
    slowed: slowed.map(({ lineEndsAt, ...service }) => service),
    reasons,
    runs,
  };
}

/** Which push services take a site's messages slowly now, or not at all; `lineEndsAt` is 0 where there is no line. */
async function slowedServices(
  workspaceId: string,
  siteId: string | null,
): Promise<(CampaignProgress["slowed"][number] & { lineEndsAt: number })[]> {
  const rows = await query<{
    origin: string;
    reason: string;
    rate: number | null;
    held_until: Date | null;
    line_ends_at: Date | null;
  }>(
    `SELECT p.origin, '${slowReason}' AS reason, p.rate_per_minute AS rate, CASE WHEN p.hold_until > now() THEN p.hold_until END AS held_until,
            p.line_ends_at
       FROM push_pace p JOIN vapid_key k ON k.workspace_id = p.workspace_id AND k.id = p.vapid_key_id
      WHERE p.workspace_id = $1 AND k.site_id = $2 AND p.slow_until > now()
     UNION ALL
     SELECT b.origin, b.reason, NULL, b.open_until, NULL
       FROM push_breaker b JOIN vapid_key k ON k.workspace_id = b.workspace_id AND k.id = b.vapid_key_id
      WHERE b.workspace_id = $1 AND k.site_id = $2
      ORDER BY 1`,
    [workspaceId, siteId],
  );
  return rows.map((row) => ({
    origin: row.origin,
    reason: row.reason,
    ratePerMinute: row.held_until === null ? row.rate : null,
    heldUntil: row.held_until,
    lineEndsAt: row.line_ends_at?.getTime() ?? 0,
  }));
}

/** Messages settled a second, from the newest run's start until now: steady enough to tell when it will be over. */
function sendingRate(runs: Run[], counts: Counts): number {
  const startedAt = runs.find((run) => run.status === "running")?.startedAt;
  if (!startedAt) return 0;
  const seconds = Math.max(1, Math.min((Date.now() - startedAt.getTime()) / 1000, 86_400));
  const settled = counts.recipients - counts.queued - counts.sending;
  return seconds < rateSeconds / 10 ? 0 : Math.round((settled / seconds) * 10) / 10;
}

const problemStates = ["failed", "expired", "skipped", "cancelled", "unknown"] as const;

function isProblem(status: Message["status"]): boolean {
  return problemStates.some((state) => state === status);
}
/** How long reasons are believed whose counts have not changed. */
const reasonsMs = 10_000;
const reasonsKept = 1_000;
const knownReasons = new Map<string, { counts: string; until: number; reasons: CampaignProgress["reasons"] }>();

/**
 * Why messages did not get through, most frequent first; reads the index of problems only. Pages ask every second: as long
 * as the counters say that nothing was added, what was read a moment ago is told again.
 */
async function problems(
  workspaceId: string,
  campaignId: string,
  counted: Counts,
): Promise<CampaignProgress["reasons"]> {
  if (problemStates.every((state) => counted[state] === 0)) return [];
  const counts = problemStates.map((state) => counted[state]).join(" ");
  const known = knownReasons.get(campaignId);
  if (known && known.counts === counts && known.until > Date.now()) return known.reasons;
  const reasons = await readProblems(workspaceId, campaignId);
  if (knownReasons.size >= reasonsKept) knownReasons.clear();
  knownReasons.set(campaignId, { counts, until: Date.now() + reasonsMs, reasons });
  return reasons;
}

function readProblems(workspaceId: string, campaignId: string): Promise<CampaignProgress["reasons"]> {
  return query<CampaignProgress["reasons"][number]>(
    `SELECT status::text AS status, coalesce(reason, 'unknown') AS reason, count(*)::int AS count
       FROM (SELECT status, reason FROM message
              WHERE campaign_id = $2 AND workspace_id = $1 AND NOT is_test
                AND problem IS NOT NULL LIMIT 100000) AS limited
      GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 50`,
    [workspaceId, campaignId],
  );
}

/** The ledger of a campaign, newest first. @throws not_found */
export async function listCampaignMessages(ctx: Context, id: string, filter: MessageFilter): Promise<Page<Message>> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, id);
  const counts = (await countsByCampaign(ctx.workspaceId, [campaign.id])).get(campaign.id) ?? noCounts();
  const total = filter.reason === undefined ? (filter.status ? counts[filter.status] : counts.recipients) : undefined;
  return messagesWhere(ctx, { campaignId: campaign.id, isTest: false }, filter, total);
}

/** Everything that was sent, or not sent, to one person, newest first. @throws not_found */
export async function listSubscriberMessages(
  ctx: Context,
  subscriberId: string,
  filter: MessageFilter,
): Promise<Page<Message>> {
  authorize(ctx, "subscribers:read");
  const subscriber = await getSubscriber(ctx, subscriberId);
  return messagesWhere(ctx, { subscriberId: subscriber.id }, filter, undefined);
}

/**
 * One message with what became of it; a test message too, which is in no list of a campaign.
 *
 * @throws not_found no such message in ctx's workspace
 */
export async function getMessage(ctx: Context, id: string): Promise<Message> {
  authorize(ctx, "campaigns:read");
  const row = isId(id) ? await db.message.findFirst({ where: { id, workspaceId: ctx.workspaceId } }) : null;
  if (!row) throw notFound("Message");
  return toMessage(row);
}

async function messagesWhere(
  ctx: Context,
  scope: { campaignId?: string; subscriberId?: string; isTest?: boolean },
  filter: MessageFilter,
  total: number | undefined,
): Promise<Page<Message>> {
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor).id;
  const where = {
    workspaceId: ctx.workspaceId,
    ...scope,
    ...(filter.status
      ? { status: filter.status, ...(isProblem(filter.status) ? { problem: filter.status } : {}) }
      : {}),
    ...(filter.reason ? { reason: filter.reason } : {}),
  };
  const rows = await db.message.findMany({
    where: after === undefined ? where : { ...where, id: { lt: after } },
    orderBy: { id: "desc" },
    take: filter.pageSize + 1,
    skip: pageOffset(filter),
  });
  return toPage(rows, filter, total, toMessage);
}

function toMessage(row: MessageRow): Message {
  return { ...row, nextAt: row.status === "queued" ? row.nextAt : null };
}
