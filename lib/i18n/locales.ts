/** The languages that the product speaks. A language joins once its messages are complete. */
export const locales = ["en"] as const;

export type Locale = (typeof locales)[number];

export const defaultLocale: Locale = "en";

/** Each language's name for itself, for the menu. */
export const localeNames: Record<Locale, string> = { en: "English" };

/** The cookie that holds the chosen language, and the one that holds the browser's time zone. Both last a year. */
export const localeCookie = "locale";
export const timeZoneCookie = "time-zone";

const rightToLeft = new Set(["ar", "fa", "he", "ur"]);

/** Which way a language is written, by its tag's first part. */
export function directionOf(locale: string): "ltr" | "rtl" {
  return rightToLeft.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
}

export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value);
}

/**
 * The best of our languages for an Accept-Language header (RFC 9110 12.5.4): by quality, then by order; "de-AT" is
 * served by "de". Nonsense in the header is passed over.
 */
export function negotiateLocale(acceptLanguage: string | null): Locale {
  const wished = (acceptLanguage ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", quality] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q\s*=\s*/);
      const weight = quality === undefined ? 1 : Number(quality);
      return { tag, weight: Number.isFinite(weight) ? weight : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wished) {
    const found = locales.find((locale) => tag === locale || tag.startsWith(`${locale}-`));
    if (found) return found;
  }
  return defaultLocale;
}
