"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";

/** Browsers still list some zones by names that their people have given up, and would search for in vain. */
const todaysNames: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Godthab": "America/Nuuk",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

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
    const known = Intl.supportedValuesOf("timeZone").map((zone) => todaysNames[zone] ?? zone);
    const zones = new Set([...(siteZone ? [siteZone] : []), "UTC", value, ...known]);
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
