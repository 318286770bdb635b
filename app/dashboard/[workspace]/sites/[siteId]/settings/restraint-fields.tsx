"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Switch } from "#components/ui/switch.tsx";
import type { FieldsProps } from "./general-fields.tsx";

/** When no messages come, and how many at most. Both are off until they are switched on. */
export function RestraintFields({ draft, errors, change, mayChange }: FieldsProps & { mayChange: boolean }) {
  const t = useTranslations("sites.restraint");
  const { quietHours, frequencyCap } = draft;
  const setQuiet = (part: Partial<typeof quietHours>) => change({ ...draft, quietHours: { ...quietHours, ...part } });
  const setCap = (part: Partial<typeof frequencyCap>) =>
    change({ ...draft, frequencyCap: { ...frequencyCap, ...part } });
  return (
    <>
      <Switch
        label={t("quiet")}
        description={t("quietText")}
        checked={draft.hasQuietHours}
        disabled={!mayChange}
        onCheckedChange={(hasQuietHours) => change({ ...draft, hasQuietHours })}
      />
      {draft.hasQuietHours && (
        <div className="grid max-w-72 grid-cols-2 gap-3">
          <Field label={t("from")} error={(errors.quietHours ?? errors["quietHours.from"]) && [t("quietWrong")]}>
            <Input type="time" value={quietHours.from} onChange={(event) => setQuiet({ from: event.target.value })} />
          </Field>
          <Field label={t("to")} error={errors["quietHours.to"] && [t("quietWrong")]}>
            <Input type="time" value={quietHours.to} onChange={(event) => setQuiet({ to: event.target.value })} />
          </Field>
        </div>
      )}
      <Switch
        label={t("cap")}
        description={t("capText")}
        checked={draft.hasFrequencyCap}
        disabled={!mayChange}
        onCheckedChange={(hasFrequencyCap) => change({ ...draft, hasFrequencyCap })}
      />
      {draft.hasFrequencyCap && (
        <div className="grid max-w-96 grid-cols-2 items-start gap-3">
          <Field label={t("count")} error={errors["frequencyCap.count"] && [t("countWrong")]}>
            <Input
              inputMode="numeric"
              value={frequencyCap.count}
              onChange={(event) => setCap({ count: event.target.value })}
            />
          </Field>
          <Field label={t("hours")} error={errors["frequencyCap.hours"] && [t("hoursWrong")]}>
            <Input
              inputMode="numeric"
              value={frequencyCap.hours}
              onChange={(event) => setCap({ hours: event.target.value })}
            />
          </Field>
        </div>
      )}
    </>
  );
}
