import { formatRule, parseRule, type Rule, RuleError, type Weekday, weekdays } from "./rule.ts";

/** The rules that people make without knowing the language of rules. Pure and safe in the browser. */
export interface Preset {
  unit: "hour" | "day" | "week" | "month";
  /** Every so many of them. */
  every: number;
  /** Weeks: on these days, at least one. */
  weekdays: Weekday[];
  /** Months: on a day of the month, or on an nth weekday. */
  monthly: "day" | "weekday";
  /** 1 to 31, -1 the last. Months without that day are left out. */
  monthDay: number;
  /** 1 to 4, -1 the last. */
  nth: number;
  nthWeekday: Weekday;
}

export type RepeatEnd = { kind: "never" } | { kind: "count"; count: number } | { kind: "until"; until: Date };

/** @param start wall time, `YYYY-MM-DDTHH:mm`: the first choices are its day */
export function newPreset(start: string): Preset {
  const day = new Date(`${start.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime());
  const weekday = weekdays[isDay ? (day.getUTCDay() + 6) % 7 : 0] ?? "MO";
  const monthDay = isDay ? day.getUTCDate() : 1;
  return {
    unit: "week",
    every: 1,
    weekdays: [weekday],
    monthly: "day",
    monthDay,
    nth: Math.min(4, Math.ceil(monthDay / 7)),
    nthWeekday: weekday,
  };
}

const frequencyOf = { hour: "HOURLY", day: "DAILY", week: "WEEKLY", month: "MONTHLY" } as const;
const unitOf = { HOURLY: "hour", DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: null } as const;

export function ruleOfPreset(preset: Preset, end: RepeatEnd): string {
  const base = parseRule(`FREQ=${frequencyOf[preset.unit]}`);
  const { unit, monthly } = preset;
  return formatRule({
    ...base,
    interval: preset.every,
    byDay:
      unit === "week"
        ? weekdays.filter((day) => preset.weekdays.includes(day)).map((day) => ({ nth: 0, day }))
        : unit === "month" && monthly === "weekday"
          ? [{ nth: preset.nth, day: preset.nthWeekday }]
          : [],
    byMonthDay: unit === "month" && monthly === "day" ? [preset.monthDay] : [],
    count: end.kind === "count" ? end.count : null,
    until: end.kind === "until" ? end.until : null,
  });
}

/** The end that a rule names; never, for one that is no rule. */
export function endOf(text: string): RepeatEnd {
  const rule = readRule(text);
  if (rule?.until) return { kind: "until", until: rule.until };
  return rule?.count ? { kind: "count", count: rule.count } : { kind: "never" };
}

function readRule(text: string): Rule | null {
  try {
    return parseRule(text);
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}

/**
 * The preset that says the same as a rule.
 *
 * @param start wall time: what the rule leaves open is taken from it
 * @returns null when no preset does
 */
export function presetOfRule(text: string, start: string): Preset | null {
  const rule = readRule(text);
  const unit = rule && unitOf[rule.freq];
  if (!rule || !unit) return null;
  const fresh = newPreset(start);
  const preset: Preset = { ...fresh, unit, every: rule.interval };
  const [day, ...moreDays] = rule.byDay;
  if (unit === "week" && day) preset.weekdays = rule.byDay.map((each) => each.day);
  if (unit === "month" && day && moreDays.length === 0)
    Object.assign(preset, { monthly: "weekday", nth: day.nth, nthWeekday: day.day });
  const [monthDay] = rule.byMonthDay;
  if (unit === "month" && monthDay !== undefined) Object.assign(preset, { monthly: "day", monthDay });
  const isKnown = preset.nth === -1 || (preset.nth >= 1 && preset.nth <= 4);
  const isKnownDay = preset.monthDay === -1 || preset.monthDay >= 1;
  // What a preset cannot say would be lost on the way there and back.
  const says = ruleOfPreset(preset, endOf(text)) === formatRule(withDefaults(rule, fresh));
  return says && isKnown && isKnownDay ? preset : null;
}

/** RFC 5545 takes the day from the start where a rule does not name it. */
function withDefaults(rule: Rule, fresh: Preset): Rule {
  const sorted = [...rule.byDay].sort((a, b) => weekdays.indexOf(a.day) - weekdays.indexOf(b.day));
  const named = { ...rule, byDay: rule.freq === "WEEKLY" ? sorted : rule.byDay };
  if (rule.byDay.length > 0 || rule.byMonthDay.length > 0) return named;
  if (rule.freq === "WEEKLY") return { ...named, byDay: fresh.weekdays.map((day) => ({ nth: 0, day })) };
  return rule.freq === "MONTHLY" ? { ...named, byMonthDay: [fresh.monthDay] } : named;
}
