"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import type { DaysOff } from "./recurring-draft.ts";

/** Days without firings: one day or a stretch, both ends included. */
export function DaysOffField({
  value,
  onChange,
  onLeave,
  error,
}: {
  value: DaysOff[];
  onChange: (value: DaysOff[]) => void;
  onLeave: () => void;
  error: string[] | undefined;
}) {
  const t = useTranslations("campaigns.repeat");
  const change = (id: string, part: Partial<DaysOff>) =>
    onChange(value.map((each) => (each.id === id ? { ...each, ...part } : each)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{t("daysOff")}</legend>
      {value.map((days, index) => (
        <div key={days.id} className="grid grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)_auto] items-center gap-1.5">
          <Input
            type="date"
            aria-label={t("dayOffFrom", { number: index + 1 })}
            aria-invalid={error !== undefined && days.from === ""}
            value={days.from}
            onChange={(event) =>
              change(days.id, {
                from: event.target.value,
                ...((days.to === "" || days.to < event.target.value) && { to: event.target.value }),
              })
            }
            onBlur={onLeave}
          />
          <span className="text-sm text-muted-foreground">{t("dayOffTo")}</span>
          <Input
            type="date"
            aria-label={t("dayOffUntil", { number: index + 1 })}
            aria-invalid={error !== undefined && (days.to === "" || days.to < days.from)}
            min={days.from}
            value={days.to}
            onChange={(event) => change(days.id, { to: event.target.value })}
            onBlur={onLeave}
          />
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label={t("dayOffRemove", { number: index + 1 })}
            onClick={() => onChange(value.filter((each) => each.id !== days.id))}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      {error && (
        <p role="alert" className="text-sm text-danger">
          {error[0]}
        </p>
      )}
      <Button
        size="sm"
        className="justify-self-start"
        onClick={() => onChange([...value, { id: crypto.randomUUID(), from: "", to: "" }])}
      >
        <Plus aria-hidden="true" />
        {t("addDayOff")}
      </Button>
    </fieldset>
  );
}
