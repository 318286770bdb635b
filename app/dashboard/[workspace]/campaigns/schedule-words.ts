import { useLocale, useTranslations } from "next-intl";
import { zoneName } from "#lib/format.ts";
import { endOf, presetOfRule } from "#lib/recurrence/presets.ts";
import { type Weekday, weekdays } from "#lib/recurrence/rule.ts";
import type { RecurringTrigger } from "#lib/recurrence/schema.ts";

/** A Monday. */
const monday = Date.UTC(2024, 0, 1);

export function weekdayName(day: Weekday, locale: string, length: "short" | "long"): string {
  const at = new Date(monday + weekdays.indexOf(day) * 86_400_000);
  return new Intl.DateTimeFormat(locale, { weekday: length, timeZone: "UTC" }).format(at);
}

export type RepeatWords = ReturnType<typeof useTranslations<"campaigns.repeat.words">>;

/** How a recurring campaign repeats, in a sentence such as "Every 2 weeks on Mon and Thu at 09:00 (Berlin time)". */
export function scheduleWords(trigger: RecurringTrigger, t: RepeatWords, locale: string): string {
  const start = trigger.startsAt.slice(0, 16);
  const preset = presetOfRule(trigger.rrule, start);
  const zone = zoneName(trigger.timezone, locale);
  if (!preset) return t("rule", { rule: trigger.rrule, zone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(new Date(`${start}Z`));
  const days = new Intl.ListFormat(locale).format(
    weekdays.filter((day) => preset.weekdays.includes(day)).map((day) => weekdayName(day, locale, "long")),
  );
  const how = {
    count: preset.every,
    time,
    zone,
    days,
    day: preset.monthDay,
    nth: preset.nth,
    weekday: weekdayName(preset.nthWeekday, locale, "long"),
  };
  const key =
    preset.unit !== "month"
      ? preset.unit
      : preset.monthly === "weekday"
        ? "monthWeekday"
        : preset.monthDay === -1
          ? "monthLast"
          : "monthDay";
  const end = endOf(trigger.rrule);
  const until =
    end.kind === "count"
      ? ` ${t("times", { count: end.count })}`
      : end.kind === "until"
        ? ` ${t("until", { date: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: trigger.timezone }).format(end.until) })}`
        : "";
  return t(key, how) + until;
}

export function useScheduleWords(): (trigger: RecurringTrigger) => string {
  const t = useTranslations("campaigns.repeat.words");
  const locale = useLocale();
  return (trigger) => scheduleWords(trigger, t, locale);
}
