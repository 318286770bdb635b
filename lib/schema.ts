import { z } from "zod";
import { httpUrlFault, imageUrlFault, optionalTextFault, textFault } from "./text.ts";

/**
 * The small shapes that every area's schema is made of. Request shapes are `z.strictObject` (an unknown field is
 * refused), reply shapes `z.object` (an unknown column is dropped). No transforms: a shape must encode as it decodes.
 */

/** Text that is not blank, at most `max` graphemes. */
export function text(max: number) {
  return checked(max * 16, `At most ${max} characters.`, (value) => textFault(value, max));
}

/** Like `text`, but may be empty. */
export function optionalText(max: number) {
  return checked(max * 16, `At most ${max} characters.`, (value) => optionalTextFault(value, max));
}

/** A link that a click may open: absolute, http or https, at most 2,048 characters. */
export const HttpUrl = checked(2048, "At most 2,048 characters.", httpUrlFault);

/** A picture that browsers will load inside a notification: https, or http on this very machine. */
export const ImageUrl = checked(2048, "At most 2,048 characters.", imageUrlFault);

/** Text that passes a check which forms in the browser make too: `faultOf` says what is wrong. The length is for the API's document. */
function checked(maxLength: number, tooLong: string, faultOf: (value: string) => string | undefined) {
  return z
    .string()
    .max(maxLength, { error: tooLong, abort: true })
    .superRefine((value, ctx) => {
      const message = faultOf(value);
      if (message !== undefined) ctx.addIssue({ code: "custom", message });
    });
}

/** An instant: ISO 8601 with an offset on the wire, a `Date` inside. */
export const Instant = z.codec(
  z.iso.datetime({ offset: true, error: "Must be a date and time with an offset, such as 2027-01-31T09:00:00Z." }),
  z.date(),
  {
    decode: (value) => new Date(value),
    encode: (value) => value.toISOString(),
  },
);

/** Zones that were found good: asking costs 50 µs. Bounded, because case does not matter and so there are many spellings. */
const knownZones = new Set<string>();

/** Whether `zone` is an IANA time zone that this machine knows. */
export function isTimeZone(zone: string): boolean {
  if (knownZones.has(zone)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    if (knownZones.size < 1_000) knownZones.add(zone);
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
