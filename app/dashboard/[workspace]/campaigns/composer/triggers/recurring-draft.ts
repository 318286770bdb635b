import type { FieldErrors } from "#lib/errors.ts";
import type { missedRunRules } from "#lib/recurrence/missed-run-rules.ts";
import { endOf, newPreset, type Preset, presetOfRule, type RepeatEnd, ruleOfPreset } from "#lib/recurrence/presets.ts";
import { parseRule, RuleError } from "#lib/recurrence/rule.ts";
import type { RecurringTrigger } from "#lib/recurrence/schema.ts";
import { instantOfWallTime, wallTimeOf } from "#lib/wall-time.ts";
import type { DraftWords } from "./trigger-draft.ts";

/** Whole days left out; `from` and `to` may be the same. */
export type DaysOff = { id: string; from: string; to: string };

/** `startsAt` and `until` are wall times in `timezone`. */
export type RecurringDraft = {
  type: "recurring";
  /** Chosen from what is common, or written as a rule. */
  by: "preset" | "rule";
  preset: Preset;
  rule: string;
  startsAt: string;
  timezone: string;
  end: "never" | "count" | "until";
  count: string;
  until: string;
  daysOff: DaysOff[];
  /** Single firings that the API left out; kept as they are. */
  exceptTimes: string[];
  missedRuns: (typeof missedRunRules)[number];
};

const hourMs = 3_600_000;

export function newRecurring(timezone: string): RecurringDraft {
  const tomorrow = wallTimeOf(new Date(Date.now() + 24 * hourMs), timezone).slice(0, 10);
  const startsAt = `${tomorrow}T09:00`;
  return {
    type: "recurring",
    by: "preset",
    preset: newPreset(startsAt),
    rule: "",
    startsAt,
    timezone,
    end: "never",
    count: "10",
    until: "",
    daysOff: [],
    exceptTimes: [],
    missedRuns: "latest",
  };
}

export function recurringDraftOf(trigger: RecurringTrigger): RecurringDraft {
  const { rrule, timezone, exceptDates = [], blackouts = [] } = trigger;
  const startsAt = trigger.startsAt.slice(0, 16);
  const preset = presetOfRule(rrule, startsAt);
  const end = endOf(rrule);
  const dayOff = (from: string, to: string, index: number): DaysOff => ({ id: `${index}-${from}`, from, to });
  return {
    ...newRecurring(timezone),
    by: preset ? "preset" : "rule",
    preset: preset ?? newPreset(startsAt),
    rule: rrule,
    startsAt,
    end: end.kind,
    ...(end.kind === "count" && { count: String(end.count) }),
    until: end.kind === "until" ? wallTimeOf(end.until, timezone) : "",
    daysOff: [
      ...exceptDates.filter((each) => !each.includes("T")).map((date) => ({ from: date, to: date })),
      ...blackouts,
    ].map(({ from, to }, index) => dayOff(from, to, index)),
    exceptTimes: exceptDates.filter((each) => each.includes("T")),
    missedRuns: trigger.missedRuns ?? "latest",
  };
}

function endOfDraft(draft: RecurringDraft): RepeatEnd {
  if (draft.end === "count") return { kind: "count", count: Number(draft.count) };
  const until = draft.end === "until" ? instantOfWallTime(draft.until, draft.timezone) : null;
  return until ? { kind: "until", until } : { kind: "never" };
}

export function ruleOfDraft(draft: RecurringDraft): string {
  return draft.by === "rule" ? draft.rule.trim() : ruleOfPreset(draft.preset, endOfDraft(draft));
}

export function recurringTriggerOf(draft: RecurringDraft): RecurringTrigger {
  const single = draft.daysOff.filter(({ from, to }) => from === to).map(({ from }) => from);
  const stretches = draft.daysOff.filter(({ from, to }) => from !== to).map(({ from, to }) => ({ from, to }));
  const exceptDates = [...single, ...draft.exceptTimes];
  return {
    type: "recurring",
    rrule: ruleOfDraft(draft),
    startsAt: draft.startsAt,
    timezone: draft.timezone,
    ...(exceptDates.length > 0 && { exceptDates }),
    ...(stretches.length > 0 && { blackouts: stretches }),
    ...(draft.missedRuns !== "latest" && { missedRuns: draft.missedRuns }),
  };
}

/** What is wrong, by field as the API names it. */
export function recurringErrors(draft: RecurringDraft, words: DraftWords): FieldErrors {
  const errors: FieldErrors = {};
  const start = instantOfWallTime(draft.startsAt, draft.timezone);
  if (!start) errors["trigger.startsAt"] = [words.missingTime];
  if (draft.daysOff.some(({ from, to }) => from === "" || to === "" || to < from))
    errors["trigger.blackouts"] = [words.daysOff];
  if (draft.by === "rule") {
    const fault = ruleFault(draft.rule.trim(), start, words);
    if (fault) errors["trigger.rrule"] = [fault];
    return errors;
  }
  const { preset } = draft;
  if (!isWhole(preset.every, 1, 999)) errors["trigger.every"] = [words.everyRange];
  if (preset.unit === "week" && preset.weekdays.length === 0) errors["trigger.weekdays"] = [words.noWeekday];
  if (draft.end === "count" && !(/^\d+$/.test(draft.count.trim()) && isWhole(Number(draft.count), 1, 100_000)))
    errors["trigger.count"] = [words.countRange];
  if (draft.end === "until") {
    const until = instantOfWallTime(draft.until, draft.timezone);
    if (!until) errors["trigger.until"] = [words.missingTime];
    else if (start && until < start) errors["trigger.until"] = [words.endBeforeStart];
  }
  return errors;
}

function isWhole(number: number, from: number, to: number): boolean {
  return Number.isInteger(number) && number >= from && number <= to;
}

function ruleFault(rule: string, start: Date | null, words: DraftWords): string | null {
  if (rule === "") return words.missingRule;
  try {
    const { until } = parseRule(rule);
    return until && start && until < start ? words.endBeforeStart : null;
  } catch (error) {
    if (error instanceof RuleError) return error.message;
    throw error;
  }
}
