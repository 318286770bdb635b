import { getCountries, getCountryCallingCode } from "libphonenumber-js/min";
import type { ComboboxOption } from "#components/ui/combobox.tsx";

/** Every country that has phone numbers, by name, found by its calling code too. Loads the world's numbering plans. */
export function countryOptions(locale: string): ComboboxOption[] {
  const names = new Intl.DisplayNames(locale, { type: "region" });
  return getCountries()
    .map((code) => {
      const calling = `+${getCountryCallingCode(code)}`;
      return { value: code, label: names.of(code) ?? code, description: calling, keywords: [calling, code] };
    })
    .sort((a, b) => a.label.localeCompare(b.label, locale));
}
