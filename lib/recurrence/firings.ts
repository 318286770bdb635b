import { offsetMs, resolveWall, type WallKind } from "#lib/wall-time.ts";
import { calendarDay, dayNumber, daysInMonth, daysInYear, isDayOf, startOfWeek, weekdayOf } from "./calendar.ts";
import { type Rule, weekdays } from "./rule.ts";

/**
 * When a rule fires. Days and times of day are counted on the calendar and on the zone's clocks, so 09:00 stays 09:00 when
 * the clocks change; only then they become instants. HOURLY counts elapsed hours. All work is bounded: whatever the rule,
 * an answer takes milliseconds.
 */

export interface Schedule {
  rule: Rule;
  /** Wall time, ms since 1970-01-01T00:00 on the zone's clocks. */
  start: number;
  timeZone: string;
  /** Days left out, first and last, as day numbers. */
  blackouts: readonly (readonly [from: number, to: number])[];
  /** Single wall times left out, ms like `start`. */
  exceptions: ReadonlySet<number>;
}

export interface Firing {
  at: Date;
  /** What the zone's clocks show then, ms like `start`. */
  wall: number;
  /** `gap`: the rule's time did not exist and moved on · `overlap`: it exists twice, this is the first. */
  note: "gap" | "overlap" | null;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Leap-day Mondays are 40 years apart at most; what has not fired in twice that never will. */
const horizonDays = 90 * 366;
/** Hours walked through one by one without a firing: more than twenty years. */
const maxBarrenHours = 200_000;

/**
 * The firings after an instant, soonest first.
 *
 * @param limit at most this many
 * @param until none after this instant
 * @returns fewer than `limit` when the rule ends or hardly ever fires; two firings at one instant are one
 */
export function firingsAfter(schedule: Schedule, after: Date, limit: number, until?: Date): Firing[] {
  const { rule, timeZone } = schedule;
  const last = Math.min(
    rule.until?.getTime() ?? Number.POSITIVE_INFINITY,
    until?.getTime() ?? Number.POSITIVE_INFINITY,
  );
  const found = new Map<number, Firing>();
  // A firing in a gap moves forward, past others that follow it on the clock: look on until the clock has passed it.
  let movedTo = Number.NEGATIVE_INFINITY;
  for (const candidate of rule.freq === "HOURLY" ? hourly(schedule, after) : daily(schedule, after)) {
    const { wall, at, kind } = candidate;
    if (found.size >= limit && wall > movedTo) break;
    if (at > last && wall > movedTo) break;
    if (kind === "gap") movedTo = Math.max(movedTo, at + offsetMs(at, timeZone));
    if (at <= after.getTime() || at > last || isExcepted(schedule, wall)) continue;
    if (found.has(at)) continue;
    found.set(at, { at: new Date(at), wall: at + offsetMs(at, timeZone), note: kind === "once" ? null : kind });
  }
  return [...found.values()].sort((a, b) => a.at.getTime() - b.at.getTime()).slice(0, limit);
}

function isExcepted({ blackouts, exceptions }: Schedule, wall: number): boolean {
  const day = Math.floor(wall / dayMs);
  return exceptions.has(wall) || blackouts.some(([from, to]) => day >= from && day <= to);
}

type Candidate = { wall: number; at: number; kind: WallKind };

/** Times of day of a rule that is not HOURLY, ms, ascending. */
function timesOfDay(rule: Rule, start: number): number[] {
  const time = new Date(start);
  const hours = rule.byHour.length > 0 ? rule.byHour : [time.getUTCHours()];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [time.getUTCMinutes()];
  const second = rule.bySecond[0] ?? time.getUTCSeconds();
  return hours.flatMap((hour) => minutes.map((minute) => hour * hourMs + minute * 60_000 + second * 1000));
}

/** What RFC 5545 takes from DTSTART where a rule does not say which day. */
function withDay(rule: Rule, startDay: number): Rule {
  if (rule.byMonthDay.length + rule.byYearDay.length + rule.byDay.length > 0) return rule;
  const { month, day } = calendarDay(startDay);
  switch (rule.freq) {
    case "YEARLY":
      return { ...rule, byMonth: rule.byMonth.length > 0 ? rule.byMonth : [month], byMonthDay: [day] };
    case "MONTHLY":
      return { ...rule, byMonthDay: [day] };
    case "WEEKLY":
      return { ...rule, byDay: [{ nth: 0, day: weekdays[weekdayOf(startDay)] ?? "MO" }] };
    default:
      return rule;
  }
}

/** First day and number of days of the rule's period `index`, counted from the one that DTSTART lies in. */
function periods(rule: Rule, startDay: number): { at: (index: number) => [first: number, size: number]; days: number } {
  const { year, month } = calendarDay(startDay);
  switch (rule.freq) {
    case "YEARLY":
      return {
        days: 366 * rule.interval,
        at: (index) => {
          const of = year + index * rule.interval;
          return [dayNumber(of, 1, 1), daysInYear(of)];
        },
      };
    case "MONTHLY":
      return {
        days: 31 * rule.interval,
        at: (index) => {
          const months = year * 12 + month - 1 + index * rule.interval;
          const [of, inYear] = [Math.floor(months / 12), (months % 12) + 1];
          return [dayNumber(of, inYear, 1), daysInMonth(of, inYear)];
        },
      };
    case "WEEKLY": {
      const first = startOfWeek(startDay, weekdays.indexOf(rule.weekStart));
      return { days: 7 * rule.interval, at: (index) => [first + index * 7 * rule.interval, 7] };
    }
    default:
      return { days: rule.interval, at: (index) => [startDay + index * rule.interval, 1] };
  }
}

function* daily(schedule: Schedule, after: Date): Generator<Candidate> {
  const { start, timeZone } = schedule;
  const startDay = Math.floor(start / dayMs);
  const rule = withDay(schedule.rule, startDay);
  const times = timesOfDay(rule, start);
  const period = periods(rule, startDay);
  // Two days of room: no zone is further from UTC, and no clock moves further.
  const afterDay = Math.floor(after.getTime() / dayMs) - 2;
  // COUNT counts from the first firing on; without it what is past need not be walked through.
  let index = rule.count === null ? Math.max(0, Math.floor((afterDay - startDay) / period.days) - 1) : 0;
  let left = rule.count ?? Number.POSITIVE_INFINITY;
  let horizon = Math.max(afterDay, startDay) + horizonDays;
  for (; ; index++) {
    const [first, size] = period.at(index);
    if (first > horizon) return;
    const days: number[] = [];
    for (let day = first; day < first + size; day++) if (isDayOf(rule, day)) days.push(day);
    for (const place of chosen(days.length * times.length, rule.bySetPos)) {
      const day = days[Math.floor(place / times.length)] ?? 0;
      const wall = day * dayMs + (times[place % times.length] ?? 0);
      if (wall < start) continue;
      if (left-- <= 0) return;
      horizon = Math.max(horizon, day + horizonDays);
      if (day >= afterDay) yield { wall, ...resolveWall(wall, timeZone) };
    }
    if (left <= 0) return;
  }
}

/** The places of a period that BYSETPOS chooses, ascending; all of them where there is none. */
function* chosen(size: number, bySetPos: readonly number[]): Generator<number> {
  if (bySetPos.length === 0) {
    for (let place = 0; place < size; place++) yield place;
    return;
  }
  const places = bySetPos.map((position) => (position > 0 ? position - 1 : size + position));
  yield* [...new Set(places)].filter((place) => place >= 0 && place < size).sort((a, b) => a - b);
}

function* hourly(schedule: Schedule, after: Date): Generator<Candidate> {
  const { rule, start, timeZone } = schedule;
  const origin = resolveWall(start, timeZone).at;
  const stepMs = rule.interval * hourMs;
  const limitsDays = rule.byMonth.length + rule.byMonthDay.length + rule.byYearDay.length + rule.byDay.length > 0;
  const isPlain = !limitsDays && rule.byHour.length + rule.byMinute.length + rule.bySetPos.length === 0;
  const from = Math.max(0, Math.floor((after.getTime() - 2 * hourMs - origin) / stepMs));
  // A plain rule's n-th firing is known without walking there.
  let step = rule.count === null || isPlain ? from : 0;
  let left = (rule.count ?? Number.POSITIVE_INFINITY) - (isPlain && rule.count !== null ? from : 0);
  let horizon = Math.max(after.getTime(), origin) + horizonDays * dayMs;
  let barren = 0;
  while (left > 0) {
    const base = origin + step * stepMs;
    if (base > horizon || ++barren > maxBarrenHours) return;
    const wall = base + offsetMs(base, timeZone);
    const day = Math.floor(wall / dayMs);
    if (limitsDays && !isDayOf(rule, day)) {
      let next = day + 1;
      while (!isDayOf(rule, next)) if (++next * dayMs > horizon + dayMs) return;
      const midnight = resolveWall(next * dayMs, timeZone).at;
      step = Math.max(step + 1, Math.ceil((midnight - origin) / stepMs));
      continue;
    }
    step++;
    const hour = Math.floor((wall - day * dayMs) / hourMs);
    if (rule.byHour.length > 0 && !rule.byHour.includes(hour)) continue;
    const minutes = rule.byMinute.length > 0 ? rule.byMinute : [Math.floor((wall % hourMs) / 60_000)];
    const second = rule.bySecond[0] ?? Math.floor((start % 60_000) / 1000);
    for (const place of chosen(minutes.length, rule.bySetPos)) {
      const at = base - (wall % hourMs) + (minutes[place] ?? 0) * 60_000 + second * 1000;
      if (at < origin) continue;
      if (left-- <= 0) return;
      horizon = Math.max(horizon, at + horizonDays * dayMs);
      barren = 0;
      yield { wall: at + offsetMs(at, timeZone), at, kind: "once" };
    }
  }
}
