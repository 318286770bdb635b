"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { QuietHours } from "#lib/sites/schema.ts";

const usual: QuietHours = { from: "22:00", to: "08:00" };

/** Hours of the day in which the person wants no message; what comes then waits until they are over. */
export function QuietHoursChoice({
  quietHours,
  disabled,
  onChange,
}: {
  quietHours: QuietHours | null;
  disabled: boolean;
  onChange: (hours: QuietHours | null) => void;
}) {
  const t = useTranslations("preferences.quiet");
  const [hours, setHours] = useState(quietHours ?? usual);
  const isWrong = hours.from === "" || hours.to === "" || hours.from === hours.to;
  const isSaved = quietHours !== null && quietHours.from === hours.from && quietHours.to === hours.to;
  return (
    <form
      className="grid gap-2 border-t border-border pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) onChange(hours);
      }}
    >
      <p className="font-medium">{t("title")}</p>
      <p className="text-muted-foreground">{t(quietHours ? "on" : "off")}</p>
      <div className="flex flex-wrap items-end gap-2">
        <Field label={t("from")}>
          <Input
            type="time"
            className="w-36"
            value={hours.from}
            onChange={({ target }) => setHours({ ...hours, from: target.value })}
          />
        </Field>
        <Field label={t("to")}>
          <Input
            type="time"
            className="w-36"
            value={hours.to}
            onChange={({ target }) => setHours({ ...hours, to: target.value })}
          />
        </Field>
        <Button type="submit" disabled={disabled || isWrong || isSaved}>
          {t(quietHours ? "change" : "begin")}
        </Button>
        {quietHours && (
          <Button disabled={disabled} onClick={() => onChange(null)}>
            {t("end")}
          </Button>
        )}
      </div>
      {isWrong && (
        <p role="alert" className="text-sm text-danger">
          {t("wrong")}
        </p>
      )}
    </form>
  );
}
