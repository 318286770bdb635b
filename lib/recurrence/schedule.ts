import { dayNumber } from "./calendar.ts";
import { type Firing, firingsAfter, type Schedule } from "./firings.ts";
import { parseRule } from "./rule.ts";
import type { RecurringTrigger } from "./schema.ts";

function dayOf(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return dayNumber(year, month, day);
}

/** Wall time as text, ms on the zone's clocks. */
export function wallMs(text: string): number {
  return Date.parse(`${text}Z`);
}

/** ms on the zone's clocks as text, with seconds. */
export function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19);
}

/** A stored trigger, ready to be asked. @throws RuleError */
export function scheduleOf(trigger: Omit<RecurringTrigger, "type">): Schedule {
  const { exceptDates = [], blackouts = [] } = trigger;
  const wholeDays = exceptDates.filter((each) => !each.includes("T"));
  return {
    rule: parseRule(trigger.rrule),
    start: wallMs(trigger.startsAt),
    timeZone: trigger.timezone,
    blackouts: [
      ...wholeDays.map((each) => [dayOf(each), dayOf(each)] as const),
      ...blackouts.map(({ from, to }) => [dayOf(from), dayOf(to)] as const),
    ],
    exceptions: new Set(exceptDates.filter((each) => each.includes("T")).map(wallMs)),
  };
}

/** The first firing after an instant, null when there is none. */
export function nextFiring(trigger: Omit<RecurringTrigger, "type">, after: Date): Firing | null {
  return firingsAfter(scheduleOf(trigger), after, 1)[0] ?? null;
}
