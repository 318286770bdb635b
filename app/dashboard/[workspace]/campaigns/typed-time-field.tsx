"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { DateTimeInput } from "#components/ui/date-time-input.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatClock, formatOffset } from "#lib/format.ts";
import { readWallTime } from "#lib/wall-time.ts";

/**
 * A day and time at which something happens once. One that the clocks skip is named, with the next one a press away; of
 * one that comes twice it says which is taken.
 */
export function TypedTimeField({
  label,
  hideLabel,
  hint,
  error,
  timeZone,
  value,
  min,
  onValueChange,
  onBlur,
}: {
  label: string;
  hideLabel?: boolean;
  hint?: ReactNode;
  error?: string | string[] | undefined;
  timeZone: string;
  /** Wall time in `timeZone`; empty for none. */
  value: string;
  min?: string | undefined;
  onValueChange: (value: string) => void;
  onBlur?: () => void;
}) {
  const t = useTranslations("ui.dateTime");
  const locale = useLocale();
  const read = readWallTime(value, timeZone);
  const clock = (wall: string) => formatClock(wall, locale);
  const said =
    read?.kind === "gap"
      ? t("skipped", { time: clock(value), from: clock(read.from), to: clock(read.next) })
      : undefined;
  return (
    <div className="grid gap-2">
      <Field
        label={label}
        hideLabel={hideLabel ?? false}
        error={said ?? error}
        hint={
          read?.kind === "overlap" ? (
            <>
              {t("twice", {
                time: clock(value),
                first: formatOffset(read.at, timeZone, locale),
                second: formatOffset(read.second, timeZone, locale),
              })}{" "}
              {hint}
            </>
          ) : (
            hint
          )
        }
      >
        <DateTimeInput timeZone={timeZone} value={value} min={min} onValueChange={onValueChange} onBlur={onBlur} />
      </Field>
      {read?.kind === "gap" && (
        <Button size="sm" className="justify-self-start" onClick={() => onValueChange(read.next)}>
          {t("useNext", { time: clock(read.next) })}
        </Button>
      )}
    </div>
  );
}
