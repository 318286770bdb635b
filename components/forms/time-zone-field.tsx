"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";

/** Chooses an IANA time zone by typing a part of its name; the site's, where there is one, stands first. */
export function TimeZoneField({
  label,
  hint,
  error,
  value,
  siteZone,
  onValueChange,
  disabled,
}: {
  label: string;
  hint?: ReactNode;
  error?: string[] | undefined;
  value: string;
  siteZone?: string;
  onValueChange: (value: string) => void;
  disabled?: boolean;
}) {
  const t = useTranslations("ui.timeZone");
  const options = useMemo(() => {
    // The list leaves out UTC, and aliases that a site may have from elsewhere.
    const zones = new Set([...(siteZone ? [siteZone] : []), "UTC", value, ...Intl.supportedValuesOf("timeZone")]);
    return [...zones].filter(Boolean).map((zone) => ({
      value: zone,
      label: zone.replaceAll("_", " "),
      ...(zone === siteZone && { description: t("ofSite") }),
    }));
  }, [value, siteZone, t]);
  return (
    <Field label={label} hint={hint} error={error}>
      <Combobox
        aria-label={label}
        searchPlaceholder={t("search")}
        emptyText={t("empty")}
        options={options}
        value={value}
        onValueChange={onValueChange}
        disabled={disabled ?? false}
      />
    </Field>
  );
}
