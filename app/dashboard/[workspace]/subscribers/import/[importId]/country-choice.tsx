"use client";

import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { countryOptions } from "#components/people/country-options.ts";
import { Combobox } from "#components/ui/combobox.tsx";

const none = "-";

/** Which country the numbers are from that are written without +. Loaded where a column is a phone number. */
export function CountryChoice({
  country,
  onChange,
}: {
  /** ISO 3166 */
  country: string | null;
  onChange: (country: string | null) => void;
}) {
  const t = useTranslations("imports.mapping");
  const tPhone = useTranslations("subscribers.phone");
  const locale = useLocale();
  const options = useMemo(() => [{ value: none, label: t("noCountry") }, ...countryOptions(locale)], [locale, t]);
  return (
    <Combobox
      aria-label={t("country")}
      options={options}
      value={country ?? none}
      searchPlaceholder={tPhone("searchCountry")}
      onValueChange={(code) => onChange(code === none ? null : code)}
    />
  );
}
