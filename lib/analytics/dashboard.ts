import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { countsBy, countsByCampaign, noCounts } from "#lib/delivery/counters.ts";
import { invalid } from "#lib/errors.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import { clickRate } from "./performance.ts";
import type { Dashboard, DashboardRange } from "./schema.ts";

const dayMs = 86_400_000;
const maxDays = 366;

/** One site's figures by day. @throws not_found · validation_error `from` is after `to`, or more than a year before */
export async function getSiteDashboard(ctx: Context, siteId: string, range: DashboardRange): Promise<Dashboard> {
  authorize(ctx, "analytics:read");
  return figures(ctx, (await findSite(ctx, siteId)).id, range);
}

/** The whole workspace's figures by day. @throws validation_error */
export async function getWorkspaceDashboard(ctx: Context, range: DashboardRange): Promise<Dashboard> {
  authorize(ctx, "analytics:read");
  return figures(ctx, undefined, range);
}

async function figures(ctx: Context, siteId: string | undefined, range: DashboardRange): Promise<Dashboard> {
  const { from, to } = readRange(range);
  const scope = { workspaceId: ctx.workspaceId, ...(siteId === undefined ? {} : { siteId }), from, to };
  const [sent, growth, before, clicksBySite, sites, campaigns] = await Promise.all([
    countsBy("day", scope),
    growthByDay(ctx.workspaceId, siteId, from, to),
    activeBefore(ctx.workspaceId, siteId, from),
    countsBy("site_id", scope),
    db.site.findMany({ where: { workspaceId: ctx.workspaceId, ...(siteId === undefined ? {} : { id: siteId }) } }),
    recentCampaigns(ctx, siteId),
  ]);
  const sentByDay = new Map(sent.map(({ key, ...counts }) => [key, counts]));
  let subscribers = before;
  const days: Dashboard["days"] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += dayMs) {
    const date = new Date(at).toISOString().slice(0, 10);
    const change = growth.get(date) ?? { subscribed: 0, unsubscribed: 0, lost: 0 };
    subscribers += change.subscribed - change.unsubscribed - change.lost;
    days.push({ ...(sentByDay.get(date) ?? noCounts()), date, ...change, subscribers });
  }
  const totals = noCounts();
  for (const { key: _, ...counts } of sent)
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += counts[name];
  const now = await activeBefore(ctx.workspaceId, siteId, "9999-12-31");
  return {
    from,
    to,
    subscribers: now,
    totals,
    ...clickValue(clicksBySite, sites),
    clickRate: clickRate(totals),
    days,
    campaigns,
  };
}

export function readRange(range: DashboardRange): { from: string; to: string } {
  const to = range.to ?? new Date().toISOString().slice(0, 10);
  const from = range.from ?? new Date(Date.parse(to) - 29 * dayMs).toISOString().slice(0, 10);
  if (from > to) throw invalid("from", "Must not be after `to`.");
  if (Date.parse(to) - Date.parse(from) > maxDays * dayMs) throw invalid("from", `At most ${maxDays} days.`);
  return { from, to };
}

interface Growth {
  subscribed: number;
  unsubscribed: number;
  lost: number;
}

async function growthByDay(
  workspaceId: string,
  siteId: string | undefined,
  from: string,
  to: string,
): Promise<Map<string, Growth>> {
  const rows = await query<Growth & { date: string }>(
    `SELECT day::text AS date, sum(subscribed)::int AS subscribed, sum(unsubscribed)::int AS unsubscribed, sum(expired)::int AS lost
       FROM site_day WHERE workspace_id = $1 AND ($2::uuid IS NULL OR site_id = $2) AND day BETWEEN $3::date AND $4::date GROUP BY day`,
    [workspaceId, siteId ?? null, from, to],
  );
  return new Map(rows.map(({ date, ...growth }) => [date, growth]));
}

async function activeBefore(workspaceId: string, siteId: string | undefined, day: string): Promise<number> {
  const [row] = await query<{ count: number }>(
    `SELECT coalesce(sum(subscribed - unsubscribed - expired), 0)::int AS count
       FROM site_day WHERE workspace_id = $1 AND ($2::uuid IS NULL OR site_id = $2) AND day < $3::date`,
    [workspaceId, siteId ?? null, day],
  );
  return row?.count ?? 0;
}

/** Money is added up only where all sites use one currency. */
function clickValue(
  clicks: { key: string; clicked: number }[],
  sites: { id: string; settings: unknown }[],
): { value: number | null; currency: string | null } {
  const settings = new Map(sites.map((site) => [site.id, SiteSettings.parse(site.settings)]));
  const currencies = new Set([...settings.values()].map(({ currency }) => currency));
  const [currency] = currencies;
  if (currencies.size !== 1 || currency === undefined) return { value: null, currency: null };
  return {
    value: clicks.reduce((sum, { key, clicked }) => sum + clicked * (settings.get(key)?.valuePerClick ?? 0), 0),
    currency,
  };
}

async function recentCampaigns(ctx: Context, siteId: string | undefined): Promise<Dashboard["campaigns"]> {
  const rows = await db.campaign.findMany({
    where: { workspaceId: ctx.workspaceId, isDeleted: false, ...(siteId === undefined ? {} : { siteId }) },
    orderBy: { id: "desc" },
    take: 10,
  });
  const counts = await countsByCampaign(
    ctx.workspaceId,
    rows.map((row) => row.id),
  );
  return rows.map(({ id, name, status, startedAt }) => ({
    ...(counts.get(id) ?? noCounts()),
    id,
    name,
    status,
    startedAt,
  }));
}
