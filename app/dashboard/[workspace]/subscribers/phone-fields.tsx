"use client";

import {
  AsYouType,
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";
import { useLocale, useTranslations } from "next-intl";
import { type ChangeEvent, useMemo, useState } from "react";
import { countryOptions } from "#components/people/country-options.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

/**
 * A phone number and its country, each found from the other: the number is put into groups as it is typed, and its +code
 * names the country. Loads the world's numbering plans: for dialogs that are loaded when asked for.
 *
 * @param value in E.164, or what was typed where that is no number yet
 */
export function PhoneFields({
  value,
  country: home,
  onValueChange,
  error,
}: {
  value: string;
  /** Of the person, ISO 3166: where a number without +code is from. */
  country: string | null;
  onValueChange: (value: string) => void;
  error?: string[] | undefined;
}) {
  const t = useTranslations("subscribers.phone");
  const locale = useLocale();
  const countries = useMemo(() => countryOptions(locale), [locale]);
  const [country, setCountry] = useState(
    () => parsePhoneNumberFromString(value)?.country ?? getCountries().find((code) => code === home),
  );
  const [text, setText] = useState(() => parsePhoneNumberFromString(value)?.formatInternational() ?? value);

  const take = (next: string, of: CountryCode | undefined) => {
    setText(next);
    setCountry(of);
    onValueChange(parsePhoneNumberFromString(next, of)?.number ?? next);
  };
  const type = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const typer = new AsYouType(target.value.trim().startsWith("+") ? undefined : country);
    const grouped = typer.input(target.value);
    // What can be no number stays as it was typed, to be mended: grouping would drop it without a word.
    const isNumber = /^[+\p{Nd}\s().\-/]*$/u.test(target.value);
    // Groups only follow typing at the end: elsewhere they would move the caret, and a deleted space would come back.
    const isAtEnd = isNumber && target.selectionStart === target.value.length && target.value.length > text.length;
    take(isAtEnd ? grouped : target.value, typer.getCountry() ?? country);
  };
  const choose = (code: string) => {
    const chosen = getCountries().find((each) => each === code);
    if (!chosen) return;
    const known = parsePhoneNumberFromString(text, country);
    const digits = known?.nationalNumber ?? (text.startsWith("+") ? "" : text);
    take(new AsYouType().input(`+${getCountryCallingCode(chosen)}${digits.replace(/\D/g, "")}`), chosen);
  };
  return (
    <div className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Field label={t("country")}>
        <Combobox
          options={countries}
          value={country ?? null}
          onValueChange={choose}
          placeholder={t("noCountry")}
          searchPlaceholder={t("searchCountry")}
          aria-label={t("country")}
        />
      </Field>
      <Field label={t("label")} hint={t("hint")} error={error}>
        <Input type="tel" inputMode="tel" autoComplete="off" dir="ltr" value={text} onChange={type} />
      </Field>
    </div>
  );
}
