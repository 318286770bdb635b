"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { type Wait, waitUnits } from "./wait.ts";

/** A number and its unit side by side; inside a `Field` the number is the field's control. */
export function WaitField({
  value,
  onChange,
  onLeave,
  label,
}: {
  value: Wait;
  onChange: (value: Wait) => void;
  onLeave?: () => void;
  /** For the unit, read out. */
  label: string;
}) {
  const t = useTranslations("campaigns.drip");
  // The field's own id is the number's.
  const unitId = useId();
  return (
    <div className="flex gap-1.5">
      <Input
        inputMode="numeric"
        className="w-20 shrink-0"
        value={value.value}
        onChange={(event) => onChange({ ...value, value: event.target.value })}
        onBlur={onLeave}
      />
      <Select
        id={unitId}
        aria-label={t("unitOf", { label })}
        className="min-w-28"
        value={value.unit}
        onValueChange={(unit) => onChange({ ...value, unit: waitUnits.find((each) => each === unit) ?? value.unit })}
        options={waitUnits.map((unit) => ({ value: unit, label: t(`units.${unit}`) }))}
      />
    </div>
  );
}
