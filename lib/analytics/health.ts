import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import type { HealthFact } from "#lib/sites/health-facts.ts";
import { findSite } from "#lib/sites/sites.ts";
import { readRange } from "./dashboard.ts";
import type { Funnel, Health } from "./health-schema.ts";
import type { DashboardRange } from "./schema.ts";

interface Sum {
  day: string;
  key_id: string;
  origin: string;
  browser: string;
  fact: HealthFact;
  reason: string;
  count: number;
  last_at: Date;
}

const steps = ["granted", "subscribed", "accepted", "shown", "clicked"] as const;
/** A share is worth a word only when it is of enough. */
const enough = 100;
const dayMs = 86_400_000;

/**
 * How a site's devices and push services do over a range of days: from the kept day sums, never from the ledger.
 *
 * @throws not_found · validation_error the range
 */
export async function getSiteHealth(ctx: Context, siteId: string, range: DashboardRange): Promise<Health> {
  authorize(ctx, "analytics:read");
  const site = await findSite(ctx, siteId);
  const { from, to } = readRange(range);
  const [sums, keys, ways] = await Promise.all([
    query<Sum>(
      `SELECT day::text, vapid_key_id AS key_id, origin, browser, fact, reason, count, last_at FROM health_day
        WHERE workspace_id = $1 AND site_id = $2 AND day BETWEEN $3::date AND $4::date`,
      [ctx.workspaceId, site.id, from, to],
    ),
    db.vapidKey.findMany({ where: { workspaceId: ctx.workspaceId, siteId: site.id }, orderBy: { createdAt: "desc" } }),
    readWays(ctx.workspaceId, site.id),
  ]);
  const current = keys.find((key) => key.retiredAt === null && !key.isImported)?.id;
  const browsers = groupBy(sums, ({ browser }) => browser);
  const byKey = groupBy(sums, (sum) => sum.key_id);
  const lost = sums.filter(({ fact }) => fact === "lost");
  const health: Omit<Health, "fixes"> = {
    from,
    to,
    funnel: funnelOf(sums),
    browsers: [...browsers]
      .map(([browser, mine]) => ({ browser: browser || null, ...funnelOf(mine) }))
      .sort((a, b) => b.accepted - a.accepted || b.subscribed - a.subscribed),
    keys: keys
      .filter((key) => key.id === current || byKey.has(key.id))
      .map((key) => ({
        keyId: key.id,
        publicKey: key.publicKey,
        isCurrent: key.id === current,
        ...funnelOf(byKey.get(key.id) ?? []),
      })),
    services: servicesOf(sums, ways, current),
    losses: byReason(lost),
    days: daysOf(lost, from, to),
  };
  return { ...health, fixes: fixesOf(health, site.pausedReason) };
}

function funnelOf(sums: Sum[]): Funnel {
  const of = (fact: HealthFact) => total(sums.filter((sum) => sum.fact === fact));
  const [granted = 0, subscribed = 0, accepted = 0, shown = 0, clicked = 0] = steps.map(of);
  return { granted, subscribed, accepted, shown, clicked };
}

const total = (sums: Sum[]) => sums.reduce((sum, { count }) => sum + count, 0);

function groupBy(sums: Sum[], keyOf: (sum: Sum) => string): Map<string, Sum[]> {
  return Map.groupBy(sums, keyOf);
}

function byReason(sums: Sum[]): { reason: string; count: number }[] {
  return [...groupBy(sums, ({ reason }) => reason)]
    .map(([reason, mine]) => ({ reason, count: total(mine) }))
    .sort((a, b) => b.count - a.count);
}

function daysOf(lost: Sum[], from: string, to: string): Health["days"] {
  const byDay = groupBy(lost, ({ day }) => day);
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.parse(from) + index * dayMs).toISOString().slice(0, 10);
    return { date, lost: byReason(byDay.get(date) ?? []) };
  });
}

interface WayState {
  key_id: string;
  origin: string;
  state: "slow" | "held" | "down" | "stopped";
  reason: string;
  since: Date;
  until: Date | null;
  rate: number | null;
}

/** What stands in the way of key pairs at push services now: breakers first, then slowing. */
function readWays(workspaceId: string, siteId: string): Promise<WayState[]> {
  return query<WayState>(
    `SELECT b.vapid_key_id AS key_id, b.origin, CASE WHEN b.open_until IS NULL THEN 'stopped' ELSE 'down' END AS state, b.reason,
            b.created_at AS since, b.open_until AS until, NULL::int AS rate
       FROM push_breaker b JOIN vapid_key k ON k.workspace_id = b.workspace_id AND k.id = b.vapid_key_id WHERE b.workspace_id = $1 AND k.site_id = $2
     UNION ALL
     SELECT p.vapid_key_id, p.origin, CASE WHEN p.hold_until > now() THEN 'held' ELSE 'slow' END, 'rate_limited', p.limited_at,
            CASE WHEN p.hold_until > now() THEN p.hold_until ELSE p.slow_until END, p.rate_per_minute
       FROM push_pace p JOIN vapid_key k ON k.workspace_id = p.workspace_id AND k.id = p.vapid_key_id
      WHERE p.workspace_id = $1 AND k.site_id = $2 AND p.slow_until > now()`,
    [workspaceId, siteId],
  );
}

function servicesOf(sums: Sum[], ways: WayState[], current: string | undefined): Health["services"] {
  const tried = sums.filter(({ fact }) => fact === "accepted" || fact === "failed");
  const groups = groupBy(tried, ({ key_id, origin }) => `${key_id} ${origin}`);
  for (const { key_id, origin } of ways) if (!groups.has(`${key_id} ${origin}`)) groups.set(`${key_id} ${origin}`, []);
  return [...groups]
    .map(([name, mine]) => {
      const [keyId = "", origin = ""] = name.split(" ");
      const way = ways.find((each) => each.key_id === keyId && each.origin === origin);
      const accepted = mine.filter(({ fact }) => fact === "accepted");
      const failed = mine.filter(({ fact }) => fact === "failed");
      const last = Math.max(0, ...accepted.map(({ last_at }) => last_at.getTime()));
      return {
        origin,
        keyId,
        isCurrentKey: keyId === current,
        accepted: total(accepted),
        failed: total(failed),
        failures: byReason(failed),
        lastAcceptedAt: last === 0 ? null : new Date(last),
        state: way?.state ?? ("ok" as const),
        reason: way?.reason ?? null,
        since: way?.since ?? null,
        until: way?.until ?? null,
        ratePerMinute: way?.rate ?? null,
      };
    })
    .sort((a, b) => Number(a.state === "ok") - Number(b.state === "ok") || b.accepted - a.accepted);
}

function fixesOf(health: Omit<Health, "fixes">, pausedReason: string | null): Health["fixes"] {
  const fixes: Health["fixes"] = [];
  const add = (code: Health["fixes"][number]["code"], subject: string, count: number) =>
    fixes.push({ code, subject, count });
  const stopped = health.services.filter(({ state }) => state === "stopped");
  if (pausedReason !== null || stopped.length > 0)
    add("site_stopped", pausedReason ?? stopped[0]?.reason ?? "", stopped.length);
  for (const service of health.services) {
    if (service.state === "down") add("service_down", service.origin, 0);
    if (service.state === "slow" || service.state === "held")
      add("service_slow", service.origin, service.ratePerMinute ?? 0);
  }
  for (const { browser, accepted, shown } of health.browsers)
    if (accepted >= enough && shown < accepted / 5) add("many_unshown", browser ?? "", accepted - shown);
  const { granted, subscribed } = health.funnel;
  const lost = health.losses.filter(({ reason }) => reason !== "replaced").reduce((sum, { count }) => sum + count, 0);
  if (lost >= enough && lost > subscribed) add("many_lost", health.losses[0]?.reason ?? "", lost);
  if (granted >= enough / 5 && subscribed < granted * 0.8) add("grants_without_device", "", granted - subscribed);
  const former = health.keys.filter(({ isCurrent, accepted }) => !isCurrent && accepted > 0);
  for (const key of former) add("former_key_in_use", key.publicKey.slice(0, 8), key.accepted);
  return fixes;
}
