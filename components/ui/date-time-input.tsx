"use client";

import { useLocale, useTranslations } from "next-intl";
import { zoneName } from "#lib/format.ts";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { Input, type InputProps } from "./input.tsx";

export type DateTimeInputProps = Omit<
  InputProps,
  "type" | "value" | "defaultValue" | "onChange" | "prefix" | "suffix"
> & {
  /** Wall time in `timeZone`, `YYYY-MM-DDTHH:mm`; empty for none. */
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  timeZone: string;
};

/** A date and time of day with its zone named. The browser's own picker, which everyone's keyboard and reader knows. */
export function DateTimeInput({ timeZone, onValueChange, className, ...rest }: DateTimeInputProps) {
  const t = useTranslations("ui.dateTime");
  const locale = useLocale();
  const control = useFieldControl(rest);
  // The offset of that day, not of today: near enough to tell summer from winter.
  const typed = Date.parse(`${rest.value ?? ""}Z`);
  const zone = Number.isNaN(typed) ? zoneName(timeZone, locale) : zoneName(timeZone, locale, new Date(typed));
  return (
    <div className={cn("flex flex-wrap items-center gap-x-2.5 gap-y-1", className)}>
      <Input
        type="datetime-local"
        {...rest}
        {...control}
        onChange={(event) => onValueChange?.(event.target.value)}
        className="w-56"
      />
      <span className="text-sm text-muted-foreground">{t("zone", { zone })}</span>
    </div>
  );
}
