import { z } from "zod";

/**
 * The small shapes that every area's schema is made of. Request shapes are `z.strictObject` (an unknown field is
 * refused), reply shapes `z.object` (an unknown column is dropped). No transforms: a shape must encode as it decodes.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many characters a person sees: an emoji with its modifiers is one. */
export function graphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

/** PostgreSQL's text takes no NUL, and a lone surrogate is no character at all. */
export function isStorableText(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}

/** Text that is not blank, at most `max` graphemes. */
export function text(max: number) {
  return z
    .string()
    .max(max * 16, `At most ${max} characters.`)
    .refine(isStorableText, "Contains a character that cannot be stored.")
    .refine((value) => value.trim() !== "", "Must not be blank.")
    .refine((value) => graphemes(value) <= max, `At most ${max} characters.`);
}

/** Like `text`, but may be empty. */
export function optionalText(max: number) {
  return z
    .string()
    .max(max * 16, `At most ${max} characters.`)
    .refine(isStorableText, "Contains a character that cannot be stored.")
    .refine((value) => graphemes(value) <= max, `At most ${max} characters.`);
}

/** Parses an absolute http(s) URL as browsers do; undefined for everything else (`javascript:`, `//host`, userinfo …). */
export function parseHttpUrl(value: string): URL | undefined {
  if (!/^https?:\/\//i.test(value) || /[\s\\\p{Cc}]/u.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.hostname !== "" && url.username === "" && url.password === "" ? url : undefined;
}

function isLoopback(url: URL): boolean {
  return url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname === "[::1]";
}

/** A link that a click may open: absolute, http or https, at most 2,048 characters. */
export const HttpUrl = z
  .string()
  .max(2048, "At most 2,048 characters.")
  .refine((value) => parseHttpUrl(value) !== undefined, "Must be a full address that starts with https:// or http://.");

/** A picture that browsers will load inside a notification: https, or http on this very machine. */
export const ImageUrl = HttpUrl.refine((value) => {
  const url = parseHttpUrl(value);
  return url === undefined || url.protocol === "https:" || isLoopback(url);
}, "Must start with https://: browsers load no pictures over http.");

/** An instant: ISO 8601 with an offset on the wire, a `Date` inside. */
export const Instant = z.codec(
  z.iso.datetime({ offset: true, error: "Must be a date and time with an offset, such as 2027-01-31T09:00:00Z." }),
  z.date(),
  {
    decode: (value) => new Date(value),
    encode: (value) => value.toISOString(),
  },
);

/** Whether `zone` is an IANA time zone that this machine knows. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export const TimeZone = z.string().max(64).refine(isTimeZone, "Must be an IANA time zone such as Europe/Berlin.");

/** A time of day such as 22:00. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Must be a time of day such as 22:00.");

/** A day and time on whatever clock, `YYYY-MM-DDTHH:mm`; 30 February is none. */
export const WallTime = z.string().refine((value) => {
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value) ? Date.parse(`${value}Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}, "Must be a day and time such as 2027-01-31T09:00.");

/** A BCP 47 language tag such as de or pt-BR. */
export const Locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "Must be a language tag such as en or pt-BR.");

export const Id = z.uuid();

/** Page by number, or by key with `cursor` for deep pages. */
export const PageQuery = z.object({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().max(200).optional(),
});
export type PageQuery = z.output<typeof PageQuery>;

/** A page of a list, as every list answers. `total` is exact to 10,000 and absent with `cursor`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    page: z.number().int().optional(),
    pageSize: z.number().int(),
    total: z.number().int().optional(),
    totalCapped: z.boolean().optional(),
    nextCursor: z.string().nullable(),
  });
}
export interface Page<Item> {
  data: Item[];
  page?: number;
  pageSize: number;
  total?: number;
  totalCapped?: boolean;
  nextCursor: string | null;
}
