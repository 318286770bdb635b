/**
 * Our own strict reading of RFC 5545 recurrence rules: what is not in this grammar is refused before anything is
 * computed. Pure and safe in the browser.
 */

export const frequencies = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"] as const;
export type Frequency = (typeof frequencies)[number];
export const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof weekdays)[number];

/** `nth` 0 is every such weekday; 2 the second, -1 the last of the month or year. */
export interface RuleDay {
  nth: number;
  day: Weekday;
}

export interface Rule {
  freq: Frequency;
  interval: number;
  count: number | null;
  until: Date | null;
  byMonth: number[];
  byMonthDay: number[];
  byYearDay: number[];
  byWeekNo: number[];
  byDay: RuleDay[];
  byHour: number[];
  byMinute: number[];
  bySecond: number[];
  bySetPos: number[];
  weekStart: Weekday;
}

export const maxRuleLength = 2_000;
const maxInterval = 10_000;
const maxCount = 100_000;

/** What is wrong with a rule, in words for who wrote it. */
export class RuleError extends Error {}

const empty: Omit<Rule, "freq"> = {
  interval: 1,
  count: null,
  until: null,
  byMonth: [],
  byMonthDay: [],
  byYearDay: [],
  byWeekNo: [],
  byDay: [],
  byHour: [],
  byMinute: [],
  bySecond: [],
  bySetPos: [],
  weekStart: "MO",
};

/** From and to, and whether it may be counted from the end with a minus. */
const ranges = {
  BYMONTH: { name: "byMonth", from: 1, to: 12, fromEnd: false },
  BYMONTHDAY: { name: "byMonthDay", from: 1, to: 31, fromEnd: true },
  BYYEARDAY: { name: "byYearDay", from: 1, to: 366, fromEnd: true },
  BYWEEKNO: { name: "byWeekNo", from: 1, to: 53, fromEnd: true },
  BYHOUR: { name: "byHour", from: 0, to: 23, fromEnd: false },
  BYMINUTE: { name: "byMinute", from: 0, to: 59, fromEnd: false },
  BYSECOND: { name: "bySecond", from: 0, to: 59, fromEnd: false },
  BYSETPOS: { name: "bySetPos", from: 1, to: 366, fromEnd: true },
} as const;

function isRange(name: string): name is keyof typeof ranges {
  return name in ranges;
}

/**
 * Reads one rule, such as `FREQ=WEEKLY;BYDAY=MO,TH`; a leading `RRULE:` is allowed.
 *
 * @throws RuleError it is not one rule of RFC 5545, fires more often than hourly, or its parts contradict each other
 */
export function parseRule(text: string): Rule {
  if (text.length > maxRuleLength) throw new RuleError("At most 2,000 characters.");
  if (/[\r\n]/.test(text)) throw new RuleError("One rule on one line.");
  const parts = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .replace(/;$/, "")
    .split(";");
  const given = new Map<string, string>();
  for (const part of parts) {
    const [, name, value] = /^([A-Z-]+)=([A-Z0-9,+-]+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined)
      throw new RuleError(`“${part.slice(0, 40)}” is no part of a rule such as FREQ=WEEKLY;BYDAY=MO.`);
    if (given.has(name)) throw new RuleError(`${name} is there twice.`);
    given.set(name, value);
  }
  const rule: Rule = { ...empty, freq: frequencyOf(given.get("FREQ")) };
  for (const [name, value] of given) {
    if (isRange(name)) rule[ranges[name].name] = numbers(name, value);
    else if (name === "INTERVAL") rule.interval = whole(name, value, 1, maxInterval);
    else if (name === "COUNT") rule.count = whole(name, value, 1, maxCount);
    else if (name === "UNTIL") rule.until = untilOf(value);
    else if (name === "BYDAY") rule.byDay = daysOf(value);
    else if (name === "WKST") rule.weekStart = weekdayOf(value);
    else if (name !== "FREQ") throw new RuleError(`${name.slice(0, 40)} is not supported.`);
  }
  refuseContradictions(rule);
  return rule;
}

function frequencyOf(value: string | undefined): Frequency {
  if (value === undefined) throw new RuleError("FREQ is missing, such as FREQ=DAILY.");
  if (value === "SECONDLY" || value === "MINUTELY") throw new RuleError("FREQ must be HOURLY or slower.");
  const found = frequencies.find((each) => each === value);
  if (!found) throw new RuleError("FREQ must be YEARLY, MONTHLY, WEEKLY, DAILY or HOURLY.");
  return found;
}

function whole(name: string, value: string, from: number, to: number): number {
  const number = /^[+-]?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= from && number <= to))
    throw new RuleError(`${name} must be a whole number from ${from} to ${to.toLocaleString("en")}.`);
  return number;
}

function numbers(name: keyof typeof ranges, value: string): number[] {
  const { from, to, fromEnd } = ranges[name];
  const list = value.split(",").map((each) => {
    const number = whole(name, each, fromEnd ? -to : from, to);
    if (fromEnd && number === 0) throw new RuleError(`${name} must not be 0.`);
    return number;
  });
  return [...new Set(list)].sort((a, b) => a - b);
}

function weekdayOf(value: string): Weekday {
  const day = weekdays.find((each) => each === value);
  if (!day) throw new RuleError("A weekday is MO, TU, WE, TH, FR, SA or SU.");
  return day;
}

function daysOf(value: string): RuleDay[] {
  const days = new Map<string, RuleDay>();
  for (const each of value.split(",")) {
    const [, nth, day] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(each) ?? [];
    if (day === undefined) throw new RuleError("BYDAY lists weekdays such as MO,FR or 2TU or -1SU.");
    const one = { nth: nth === undefined ? 0 : whole("BYDAY", nth, -53, 53), day: weekdayOf(day) };
    if (nth !== undefined && one.nth === 0) throw new RuleError("BYDAY must not count from 0.");
    days.set(`${one.nth}${one.day}`, one);
  }
  return [...days.values()];
}

function untilOf(value: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const until = new Date(year === undefined ? Number.NaN : text);
  if (Number.isNaN(until.getTime()) || until.toISOString() !== text)
    throw new RuleError("UNTIL must be an instant in UTC, such as 20271231T225959Z.");
  return until;
}

function refuseContradictions(rule: Rule): void {
  const { freq } = rule;
  if (rule.count !== null && rule.until !== null) throw new RuleError("COUNT and UNTIL cannot both be given.");
  if (rule.byWeekNo.length > 0 && freq !== "YEARLY") throw new RuleError("BYWEEKNO goes with FREQ=YEARLY only.");
  // Implementations disagree about which days of the week are then meant.
  if (rule.byWeekNo.length > 0 && rule.byDay.length === 0) throw new RuleError("BYWEEKNO needs BYDAY beside it.");
  if (rule.byYearDay.length > 0 && (freq === "MONTHLY" || freq === "WEEKLY" || freq === "DAILY"))
    throw new RuleError(`BYYEARDAY does not go with FREQ=${freq}.`);
  if (rule.byMonthDay.length > 0 && freq === "WEEKLY") throw new RuleError("BYMONTHDAY does not go with FREQ=WEEKLY.");
  if (rule.byDay.some(({ nth }) => nth !== 0) && freq !== "MONTHLY" && freq !== "YEARLY")
    throw new RuleError("A counted weekday such as 2TU goes with FREQ=MONTHLY or YEARLY only.");
  if (rule.byDay.some(({ nth }) => nth !== 0) && rule.byWeekNo.length > 0)
    throw new RuleError("A counted weekday such as 2TU does not go with BYWEEKNO.");
  if (rule.bySecond.length > 1) throw new RuleError("BYSECOND must be one second.");
  const others = [rule.byMonth, rule.byMonthDay, rule.byYearDay, rule.byWeekNo, rule.byHour, rule.byMinute];
  if (rule.bySetPos.length > 0 && rule.byDay.length === 0 && others.every((list) => list.length === 0))
    throw new RuleError("BYSETPOS needs another BY part to choose from.");
}

/** The rule as text, its parts in a fixed order. */
export function formatRule(rule: Rule): string {
  const list = (name: string, values: (number | string)[]) =>
    values.length > 0 ? [`${name}=${values.join(",")}`] : [];
  return [
    `FREQ=${rule.freq}`,
    ...(rule.interval === 1 ? [] : [`INTERVAL=${rule.interval}`]),
    ...list("BYMONTH", rule.byMonth),
    ...list("BYWEEKNO", rule.byWeekNo),
    ...list("BYYEARDAY", rule.byYearDay),
    ...list("BYMONTHDAY", rule.byMonthDay),
    ...list(
      "BYDAY",
      rule.byDay.map(({ nth, day }) => `${nth === 0 ? "" : nth}${day}`),
    ),
    ...list("BYHOUR", rule.byHour),
    ...list("BYMINUTE", rule.byMinute),
    ...list("BYSECOND", rule.bySecond),
    ...list("BYSETPOS", rule.bySetPos),
    ...(rule.weekStart === "MO" ? [] : [`WKST=${rule.weekStart}`]),
    ...(rule.count === null ? [] : [`COUNT=${rule.count}`]),
    ...(rule.until === null ? [] : [`UNTIL=${rule.until.toISOString().replace(/[-:]|\.\d{3}/g, "")}`]),
  ].join(";");
}
