import "server-only";
import type { Transaction } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { type Firing, firingsAfter, type Schedule } from "#lib/recurrence/firings.ts";
import { scheduleOf } from "#lib/recurrence/schedule.ts";
import type { RecurringTrigger } from "#lib/recurrence/schema.ts";

/**
 * The runs of a recurring campaign. There is always exactly one that waits, its next; the one that begins makes it, in the
 * same transaction. So a rule that fires for years is many short runs and no long one.
 */

/** Late by less is on time, for a campaign that skips what it missed. */
const graceMs = 5 * 60_000;
/** Missed firings that get a row of their own, the newest; after a long outage the rest is only counted. */
const maxMissedRows = 500;
const chunk = 1_000;

/** What to do with a due run. */
export interface Beginning {
  /** The instant that the run stands for; null: nothing is sent now. */
  runAt: Date | null;
  /** Firings that nobody began in time, newest last, without the one that `runAt` takes. */
  missed: Date[];
  missedCount: number;
  /** The next firing; null: there is none. */
  nextAt: Date | null;
}

/** The first firing after an instant that has no run yet. */
function nextFree(schedule: Schedule, after: Date, taken: ReadonlySet<number>): Date | null {
  const firings = firingsAfter(schedule, after, taken.size + 1);
  return firings.find(({ at }) => !taken.has(at.getTime()))?.at ?? null;
}

/**
 * Decides, at `now`, about a run that was due at `dueAt`, by the missed-run rule.
 *
 * @param taken instants after `dueAt` that already have a run: skipped by hand, or begun
 */
export function beginningOf(trigger: RecurringTrigger, dueAt: Date, now: Date, taken: ReadonlySet<number>): Beginning {
  const schedule = scheduleOf(trigger);
  const free = ({ at }: Firing) => !taken.has(at.getTime());
  const rule = trigger.missedRuns ?? "latest";
  if (rule === "all") return { runAt: dueAt, missed: [], missedCount: 0, nextAt: nextFree(schedule, dueAt, taken) };

  const due = [dueAt];
  let count = 1;
  for (let from = dueAt; ; ) {
    const firings = firingsAfter(schedule, from, chunk, now);
    due.push(...firings.filter(free).map(({ at }) => at));
    count += firings.filter(free).length;
    due.splice(0, Math.max(0, due.length - maxMissedRows - 1));
    const last = firings.at(-1);
    if (!last || firings.length < chunk) break;
    from = last.at;
  }
  const newest = due.at(-1) ?? dueAt;
  const isInTime = rule === "latest" || now.getTime() - newest.getTime() <= graceMs;
  return {
    runAt: isInTime ? newest : null,
    missed: isInTime ? due.slice(0, -1) : due,
    missedCount: isInTime ? count - 1 : count,
    nextAt: nextFree(schedule, new Date(Math.max(now.getTime(), newest.getTime())), taken),
  };
}

/**
 * Puts a recurring campaign's waiting run where its rule says now: moves the row, makes it, or takes it away when the rule
 * has ended. Call it holding the campaign's row.
 *
 * @returns the waiting run, null when there is no firing after `now`
 */
export async function replan(
  tx: Transaction,
  campaign: { workspaceId: string; id: string },
  trigger: RecurringTrigger,
  now: Date,
): Promise<{ runId: string; dueAt: Date } | null> {
  const { workspaceId, id: campaignId } = campaign;
  const runs = { workspaceId, campaignId };
  const waiting = await tx.run.findFirst({
    where: { ...runs, startedAt: null, status: { in: ["due", "paused"] } },
    select: { id: true },
  });
  const taken = await tx.run.findMany({
    where: { ...runs, dueAt: { gt: now }, ...(waiting && { id: { not: waiting.id } }) },
    select: { dueAt: true },
  });
  const nextAt = nextFree(scheduleOf(trigger), now, new Set(taken.map(({ dueAt }) => dueAt.getTime())));
  if (!nextAt) {
    if (waiting) await tx.run.delete({ where: { id: waiting.id, workspaceId } });
    return null;
  }
  if (waiting) await tx.run.update({ where: { id: waiting.id, workspaceId }, data: { dueAt: nextAt, status: "due" } });
  const runId = waiting?.id ?? newId();
  if (!waiting) await tx.run.create({ data: { id: runId, ...runs, dueAt: nextAt } });
  return { runId, dueAt: nextAt };
}
