/**
 * Figures, sizes and instants in the reader's language. Pure and safe in the browser: everything comes from `Intl`.
 * Formatters are kept, because making one costs far more than using it and a list uses the same one hundreds of times.
 */

const kept = new Map<string, unknown>();

function keep<Formatter>(kind: string, locale: string, options: object, make: () => Formatter): Formatter {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  const found = kept.get(key);
  // The key holds the kind, so what is found under it was made by the same `make`.
  if (found !== undefined) return found as Formatter;
  const made = make();
  kept.set(key, made);
  return made;
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keep("number", locale, options, () => new Intl.NumberFormat(locale, options));
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keep("date", locale, options, () => new Intl.DateTimeFormat(locale, options));
}

/** 12345.678 → "12,345.678" in English, "12.345,678" in German. At most `maximumFractionDigits` (3) decimals. */
export function formatNumber(value: number, locale: string, options: Intl.NumberFormatOptions = {}): string {
  return numberFormat(locale, options).format(value);
}

/** 12345 → "12K". For axes and tight places; the exact figure belongs beside or behind it. */
export function formatCompact(value: number, locale: string): string {
  return numberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** A share of one (0 to 1) as a percentage: 0.1234 → "12.3%". */
export function formatPercent(ratio: number, locale: string, fractionDigits = 1): string {
  return numberFormat(locale, { style: "percent", maximumFractionDigits: fractionDigits }).format(ratio);
}

/** A difference in shares with its sign: 0.124 → "+12.4%". */
export function formatChange(ratio: number, locale: string, fractionDigits = 1): string {
  return numberFormat(locale, {
    style: "percent",
    maximumFractionDigits: fractionDigits,
    signDisplay: "exceptZero",
  }).format(ratio);
}

/** `currency` is an ISO 4217 code: 12.5, "EUR" → "€12.50". */
export function formatMoney(amount: number, currency: string, locale: string): string {
  return numberFormat(locale, { style: "currency", currency }).format(amount);
}

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** Bytes in steps of 1,000: 3993 → "3,993 bytes", 1_250_000 → "1.3 MB". Below 10,000 the exact count. */
export function formatBytes(bytes: number, locale: string): string {
  if (bytes < 10_000) return numberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), byteUnits.length - 1);
  return numberFormat(locale, {
    style: "unit",
    unit: byteUnits[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

const relativeSteps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/**
 * "3 hours ago", "in 2 days": whole units that have passed; within 45 seconds "now". Never "yesterday" or "last month",
 * which are about the calendar of a zone and not about a length of time.
 */
export function formatRelative(at: Date, now: Date, locale: string): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) < 45) return relativeFormat(locale, "auto").format(0, "second");
  const [unit, length] = relativeSteps.find((step) => Math.abs(seconds) >= step[1]) ?? ["minute", 60];
  const count = Math.trunc(seconds / length) || Math.sign(seconds);
  return relativeFormat(locale, "always").format(count, unit);
}

function relativeFormat(locale: string, numeric: "always" | "auto"): Intl.RelativeTimeFormat {
  return keep("relative", locale, { numeric }, () => new Intl.RelativeTimeFormat(locale, { numeric }));
}

export type InstantOptions = {
  locale: string;
  timeZone: string;
  /** `minute` by default; `second` for a ledger, `day` without a time of day. */
  precision?: "day" | "minute" | "second";
};

/** "14 Nov 2026, 09:00 GMT+1": an exact instant with its zone named (a day has none). */
export function formatInstant(at: Date, { locale, timeZone, precision = "minute" }: InstantOptions): string {
  return dateFormat(locale, {
    timeZone,
    year: "numeric",
    month: "short",
    day: "numeric",
    ...(precision !== "day" && { hour: "numeric", minute: "2-digit", timeZoneName: "short" }),
    ...(precision === "second" && { second: "2-digit" }),
  }).format(at);
}

/** "14 Nov 2026, 09:00": a wall time on nobody's clock in particular. `wall` is `YYYY-MM-DDTHH:mm`. */
export function formatWallTime(wall: string, locale: string): string {
  return dateFormat(locale, {
    timeZone: "UTC",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  }).format(new Date(`${wall}Z`));
}

/** "Nov 14" or "09:00": a tick of an axis. */
export function formatTick(at: Date, step: "hour" | "day" | "month", { locale, timeZone }: InstantOptions): string {
  const options: Intl.DateTimeFormatOptions =
    step === "hour"
      ? { hour: "numeric", minute: "2-digit" }
      : step === "day"
        ? { month: "short", day: "numeric" }
        : { month: "short", year: "numeric" };
  return dateFormat(locale, { timeZone, ...options }).format(at);
}

/** A length of time in its two largest units: 3725 → "1 hr 2 min", 40 → "40 sec". */
export function formatDuration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "day"],
    [Math.floor((whole % 86_400) / 3_600), "hour"],
    [Math.floor((whole % 3_600) / 60), "minute"],
    [whole % 60, "second"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return unitText(0, "second", locale);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => unitText(count, unit, locale))
    .join(" ");
}

function unitText(count: number, unit: string, locale: string): string {
  return numberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count);
}

/** "Europe/Berlin, GMT+1": an IANA zone with its offset at `at`. An unknown zone is given back as it is. */
export function zoneName(timeZone: string, locale: string, at = new Date()): string {
  try {
    const offset = dateFormat(locale, { timeZone, timeZoneName: "shortOffset" })
      .formatToParts(at)
      .find((part) => part.type === "timeZoneName")?.value;
    const place = timeZone.replaceAll("_", " ");
    return offset && offset !== place ? `${place}, ${offset}` : place;
  } catch {
    return timeZone;
  }
}

/** "02:30": the time of day of a wall time `YYYY-MM-DDTHH:mm`. */
export function formatClock(wall: string, locale: string): string {
  return dateFormat(locale, { timeZone: "UTC", timeStyle: "short" }).format(new Date(`${wall}Z`));
}

/** "GMT+1": how far a zone's clocks are from UTC at an instant. */
export function formatOffset(at: Date, timeZone: string, locale: string): string {
  const parts = dateFormat(locale, { timeZone, timeZoneName: "shortOffset" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timeZone;
}

/** The form of a word that a count asks for; `other` must be there. For message files use ICU plurals instead. */
export function plural<Form>(
  count: number,
  forms: { other: Form } & Partial<Record<Intl.LDMLPluralRule, Form>>,
  locale: string,
): Form {
  const rules = keep("plural", locale, {}, () => new Intl.PluralRules(locale));
  return forms[rules.select(count)] ?? forms.other;
}

/** ["a", "b", "c"] → "a, b, and c". */
export function formatList(
  items: string[],
  locale: string,
  type: "conjunction" | "disjunction" = "conjunction",
): string {
  return keep("list", locale, { type }, () => new Intl.ListFormat(locale, { type })).format(items);
}
