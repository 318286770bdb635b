import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { invalid } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { firingsAfter } from "#lib/recurrence/firings.ts";
import { scheduleOf } from "#lib/recurrence/schedule.ts";
import { offsetMs } from "#lib/wall-time.ts";
import { type Calendar, type CalendarQuery, maxCalendarDays, type Planned } from "./calendar-schema.ts";
import { Trigger } from "./schema.ts";

const dayMs = 86_400_000;
const maxCampaigns = 500;
/** One rule's share of a calendar: hourly for a month. */
const maxFirings = 800;
/** What fires more often in a day is one entry for the day. */
const maxPerDay = 4;

/**
 * Everything that is planned between two instants: scheduled campaigns, and the firings of those that repeat. What waits
 * for an event, a subscriber or a feed has no time and is not here.
 *
 * @throws validation_error the stretch is empty or too long
 */
export async function planned(ctx: Context, query: CalendarQuery): Promise<Calendar> {
  authorize(ctx, "campaigns:read");
  const asked = query.from ?? now();
  const { to = new Date(asked.getTime() + 31 * dayMs), siteId } = query;
  if (to <= asked) throw invalid("to", "Must be after `from`.");
  if (to.getTime() - asked.getTime() > maxCalendarDays * dayMs) throw invalid("to", `At most ${maxCalendarDays} days.`);
  const from = new Date(Math.max(asked.getTime(), now().getTime()));
  const where = {
    workspaceId: ctx.workspaceId,
    isDeleted: false,
    ...(siteId === undefined ? {} : { siteId: isId(siteId) ? siteId : { in: [] } }),
  };
  const [rows, skipped] = await Promise.all([
    db.campaign.findMany({
      where: {
        ...where,
        OR: [
          { type: "one_time", status: "scheduled", nextRunAt: { gte: from, lt: to } },
          { type: "recurring", status: { in: ["scheduled", "running"] }, nextRunAt: { lt: to } },
        ],
      },
      orderBy: { nextRunAt: "asc" },
      take: maxCampaigns + 1,
    }),
    db.run.findMany({
      where: { workspaceId: ctx.workspaceId, dueAt: { gte: from, lt: to }, statusReason: "skipped" },
      select: { campaignId: true, dueAt: true },
      take: maxCampaigns,
    }),
  ]);
  const left = new Set(skipped.map(({ campaignId, dueAt }) => `${campaignId} ${dueAt.getTime()}`));
  let isCut = rows.length > maxCampaigns;
  const entries = rows.slice(0, maxCampaigns).flatMap((row): Planned[] => {
    const trigger = Trigger.parse(row.trigger);
    const { id: campaignId, name, type, status } = row;
    const entry = { campaignId, name, type, status, siteId: row.siteId, times: 1 };
    if (trigger.type !== "recurring")
      return row.nextRunAt
        ? [{ ...entry, at: row.nextRunAt, isMovable: !(trigger.type === "one_time" && trigger.localAt !== undefined) }]
        : [];
    const found = firingsAfter(
      scheduleOf(trigger),
      new Date(from.getTime() - 1),
      maxFirings + 1,
      new Date(to.getTime() - 1),
    );
    if (found.length > maxFirings) isCut = true;
    const firings = found
      .slice(0, maxFirings)
      .map(({ at }) => at)
      .filter((at) => !left.has(`${campaignId} ${at.getTime()}`));
    return byDay(firings, trigger.timezone).flatMap(([first, ...others]) =>
      others.length < maxPerDay
        ? [first, ...others].map((at) => ({ ...entry, at, isMovable: false }))
        : [{ ...entry, at: first, times: others.length + 1, isMovable: false }],
    );
  });
  return { data: entries.sort((a, b) => a.at.getTime() - b.at.getTime()), isPartial: isCut };
}

function byDay(firings: Date[], timeZone: string): [Date, ...Date[]][] {
  const days = new Map<number, [Date, ...Date[]]>();
  for (const at of firings) {
    const day = Math.floor((at.getTime() + offsetMs(at.getTime(), timeZone)) / dayMs);
    const known = days.get(day);
    if (known) known.push(at);
    else days.set(day, [at]);
  }
  return [...days.values()];
}
