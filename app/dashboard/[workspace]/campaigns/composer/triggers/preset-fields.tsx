"use client";

import { useLocale, useTranslations } from "next-intl";
import { useId } from "react";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { Preset } from "#lib/recurrence/presets.ts";
import { weekdays } from "#lib/recurrence/rule.ts";
import { weekdayName } from "../../schedule-words.ts";
import type { RecurringDraft } from "./recurring-draft.ts";

const units = ["hour", "day", "week", "month"] as const;
const nths = [1, 2, 3, 4, -1] as const;

/** Every so many hours, days, weeks or months, and on which days of them. */
export function PresetFields({
  draft,
  onChange,
  onLeave,
  errors,
}: {
  draft: RecurringDraft;
  onChange: (part: Partial<RecurringDraft>) => void;
  onLeave: (field: string) => void;
  errors: FieldErrors;
}) {
  const t = useTranslations("campaigns.repeat");
  const locale = useLocale();
  const unitId = useId();
  const { preset } = draft;
  const set = (part: Partial<Preset>) => onChange({ preset: { ...preset, ...part } });
  return (
    <>
      <Field label={t("every")} error={errors["trigger.every"]}>
        <div className="grid grid-cols-[5rem_minmax(0,1fr)] gap-2">
          <Input
            inputMode="numeric"
            value={Number.isNaN(preset.every) ? "" : preset.every}
            onChange={(event) => set({ every: Number.parseInt(event.target.value, 10) })}
            onBlur={() => onLeave("trigger.every")}
          />
          <Select
            id={unitId}
            aria-label={t("unit")}
            value={preset.unit}
            onValueChange={(value) => set({ unit: units.find((unit) => unit === value) ?? "week" })}
            options={units.map((unit) => ({ value: unit, label: t(`units.${unit}`, { count: preset.every || 1 }) }))}
          />
        </div>
      </Field>
      {preset.unit === "week" && (
        <fieldset className="grid gap-1.5">
          <legend className="mb-1.5 text-sm font-medium">{t("onDays")}</legend>
          <div className="grid grid-cols-7 gap-1">
            {weekdays.map((day, index) => {
              const isOn = preset.weekdays.includes(day);
              return (
                <button
                  key={day}
                  type="button"
                  aria-pressed={isOn}
                  data-invalid={index === 0 && errors["trigger.weekdays"] ? true : undefined}
                  aria-label={weekdayName(day, locale, "long")}
                  onClick={() =>
                    set({ weekdays: isOn ? preset.weekdays.filter((each) => each !== day) : [...preset.weekdays, day] })
                  }
                  className={cn(
                    "h-8 min-w-0 rounded-md border text-sm font-medium transition-colors pointer-coarse:h-10",
                    isOn
                      ? "border-primary bg-primary-soft text-primary-text"
                      : "border-input text-muted-foreground hover:bg-accent",
                  )}
                >
                  {weekdayName(day, locale, "short")}
                </button>
              );
            })}
          </div>
          {errors["trigger.weekdays"] && (
            <p role="alert" className="text-sm text-danger">
              {errors["trigger.weekdays"][0]}
            </p>
          )}
        </fieldset>
      )}
      {preset.unit === "month" && (
        <div className="grid gap-2">
          <Field label={t("onThe")}>
            <Select
              value={preset.monthly}
              onValueChange={(value) => set({ monthly: value === "weekday" ? "weekday" : "day" })}
              options={[
                { value: "day", label: t("monthly.day") },
                { value: "weekday", label: t("monthly.weekday") },
              ]}
            />
          </Field>
          {preset.monthly === "day" ? (
            <Field label={t("monthDay")} hideLabel hint={preset.monthDay > 28 ? t("shortMonths") : undefined}>
              <Select
                value={String(preset.monthDay)}
                onValueChange={(value) => set({ monthDay: Number(value) })}
                options={[...Array.from({ length: 31 }, (_, index) => index + 1), -1].map((day) => ({
                  value: String(day),
                  label: day === -1 ? t("lastDay") : t("dayNumber", { day }),
                }))}
              />
            </Field>
          ) : (
            <div className="grid grid-cols-2 gap-2">
              <Select
                aria-label={t("which")}
                value={String(preset.nth)}
                onValueChange={(value) => set({ nth: Number(value) })}
                options={nths.map((nth) => ({ value: String(nth), label: t("nth", { nth }) }))}
              />
              <Select
                aria-label={t("weekday")}
                value={preset.nthWeekday}
                onValueChange={(value) => set({ nthWeekday: weekdays.find((day) => day === value) ?? "MO" })}
                options={weekdays.map((day) => ({ value: day, label: weekdayName(day, locale, "long") }))}
              />
            </div>
          )}
        </div>
      )}
    </>
  );
}
