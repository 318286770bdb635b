import { z } from "zod";
import { Instant, TimeZone, WallTime } from "#lib/schema.ts";
import { resolveWall } from "#lib/wall-time.ts";
import { missedRunRules } from "./missed-run-rules.ts";
import { maxRuleLength, parseRule, RuleError } from "./rule.ts";

function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00.000Z`);
  const [year = 0] = text.split("-").map(Number);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text && year >= 1970 && year <= 2200;
}

/** A day of the calendar, without a zone. */
export const CalendarDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "Must be a date such as 2027-01-31.")
  .refine(isDate, "There is no such date.");

/** A date and time as a clock on the wall shows it; its zone stands beside it. */
export const ClockTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/,
    "Must be a date and time without an offset, such as 2027-01-31T09:00.",
  )
  .refine((text) => isDate(text.slice(0, 10)), "There is no such date.");

function ruleFault(text: string): string | undefined {
  try {
    parseRule(text);
    return undefined;
  } catch (error) {
    if (error instanceof RuleError) return error.message;
    throw error;
  }
}

/** One RFC 5545 rule on one line, without DTSTART: that is `startsAt` and `timezone`. */
export const RecurrenceRule = z
  .string()
  .max(maxRuleLength, "At most 2,000 characters.")
  .superRefine((text, refinement) => {
    const message = text.length > maxRuleLength ? undefined : ruleFault(text);
    if (message !== undefined) refinement.addIssue({ code: "custom", message });
  });

/** Fires again and again. `startsAt` is a firing only if the rule matches it. */
export const RecurringTrigger = z
  .strictObject({
    type: z.literal("recurring"),
    rrule: RecurrenceRule,
    startsAt: ClockTime,
    timezone: TimeZone,
    /** Whole days, or single firings by their wall time. */
    exceptDates: z
      .array(z.union([CalendarDate, ClockTime]))
      .max(500, "At most 500.")
      .optional(),
    /** Stretches of days without firings, both ends included. */
    blackouts: z
      .array(
        z
          .strictObject({ from: CalendarDate, to: CalendarDate })
          .refine(({ from, to }) => from <= to, { path: ["to"], error: "Must not be before the first day." }),
      )
      .max(100, "At most 100.")
      .optional(),
    /** After an outage: the latest missed one once (default), none, or all of them. */
    missedRuns: z.enum(missedRunRules).optional(),
  })
  .superRefine(({ rrule, startsAt, timezone }, refinement) => {
    if (ruleFault(rrule) !== undefined) return;
    const { until } = parseRule(rrule);
    if (until && until.getTime() < resolveWall(Date.parse(`${startsAt}Z`), timezone).at)
      refinement.addIssue({ code: "custom", path: ["rrule"], message: "UNTIL is before the start." });
  });
export type RecurringTrigger = z.output<typeof RecurringTrigger>;

export const SchedulePreview = z.strictObject({
  trigger: RecurringTrigger,
  /** How many, 20 unless said. */
  count: z.number().int().min(1).max(100).default(20),
  /** Firings after this instant; now unless said. */
  after: Instant.optional(),
  /** Says each firing by these clocks too, such as a subscriber's. */
  subscriberTimezone: TimeZone.optional(),
});
export type SchedulePreview = z.output<typeof SchedulePreview>;

/** A day and time as somebody types it, on the clocks of a zone. */
export const TypedTime = z.strictObject({ wallTime: WallTime, timezone: TimeZone });
export type TypedTime = z.output<typeof TypedTime>;
export const TypedTimeMeaning = z.object({
  /** The instant that is taken. */
  at: Instant,
  /** The clocks show the time once more; that one is not taken. */
  second: Instant.optional(),
});
export type TypedTimeMeaning = z.output<typeof TypedTimeMeaning>;

export const firingNotes = ["gap", "overlap", "clocks_changed"] as const;

export const PreviewedFirings = z.object({
  data: z.array(
    z.object({
      at: Instant,
      /** On the clocks of the trigger's zone. */
      local: z.string(),
      subscriberLocal: z.string().optional(),
      /** `gap` its time does not exist that day and moved on · `overlap` it exists twice, the first counts · `clocks_changed` the first firing by other clocks than the one before */
      note: z.enum(firingNotes).optional(),
    }),
  ),
});
export type PreviewedFirings = z.output<typeof PreviewedFirings>;
