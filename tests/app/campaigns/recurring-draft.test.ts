import { describe, expect, test } from "vitest";
import {
  newRecurring,
  type RecurringDraft,
  recurringErrors,
} from "#app/dashboard/[workspace]/campaigns/composer/triggers/recurring-draft.ts";
import type { DraftWords } from "#app/dashboard/[workspace]/campaigns/composer/triggers/trigger-draft.ts";

/** Every word is its own name. */
const words = new Proxy({} as DraftWords, { get: (_, name) => name });
const errorsOf = (changes: Partial<RecurringDraft>) =>
  recurringErrors({ ...newRecurring("Europe/Berlin"), startsAt: "2027-01-01T09:00", ...changes }, words);
const halfDays = [{ id: "1", from: "2027-01-05", to: "" }];

describe("the builder of a schedule names what is wrong", () => {
  test.each<[what: string, changes: Partial<RecurringDraft>, errors: object]>([
    ["nothing", {}, {}],
    [
      "a rule that ends before it starts",
      { by: "rule", rule: "FREQ=DAILY;UNTIL=20260101T000000Z" },
      { "trigger.rrule": ["endBeforeStart"] },
    ],
    ["half a stretch of days off beside choices", { daysOff: halfDays }, { "trigger.blackouts": ["daysOff"] }],
    [
      "half a stretch of days off beside a rule",
      { by: "rule", rule: "FREQ=DAILY", daysOff: halfDays },
      { "trigger.blackouts": ["daysOff"] },
    ],
    ["a number of times that is none", { end: "count", count: "1e3" }, { "trigger.count": ["countRange"] }],
    ["a billion times", { end: "count", count: "1000000000" }, { "trigger.count": ["countRange"] }],
    ["no weekday", { preset: { ...newRecurring("UTC").preset, weekdays: [] } }, { "trigger.weekdays": ["noWeekday"] }],
  ])("%s", (_, changes, errors) => expect(errorsOf(changes)).toEqual(errors));
});
