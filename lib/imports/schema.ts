import { isSupportedCountry } from "libphonenumber-js/min";
import { z } from "zod";
import { Id, Instant, optionalText, PageQuery } from "#lib/schema.ts";
import { Tags } from "#lib/subscribers/schema.ts";
import { importFields } from "./fields.ts";

export const maxImportRows = 200_000;
export const maxImportBytes = 150 * 1_048_576;
export const maxImportColumns = 200;

export const ImportTarget = z
  .string()
  .max(80)
  .refine(
    (value) => importFields.some((field) => field === value) || /^attribute\.[A-Za-z][A-Za-z0-9_]{0,63}$/.test(value),
    `Must be one of ${importFields.join(", ")}, or attribute.<key>.`,
  );

const CountryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, "Must be two capital letters such as DE.")
  .refine((code): boolean => isSupportedCountry(code), "There is no such country, or its numbers are not known.");

/** What becomes of the file's columns; a column that is not named is left out. */
export const ImportMapping = z.strictObject({
  columns: z.record(z.string().max(400), ImportTarget).refine((value) => {
    const plain = Object.values(value);
    return new Set(plain).size === plain.length;
  }, "Two columns cannot become the same."),
  /** Added to everybody. */
  tags: Tags.default([]),
  /** Where push subscriptions belong. */
  siteId: z.string().max(64).nullable().default(null),
  /** For phone numbers that are written without +. */
  defaultCountry: CountryCode.nullable().default(null),
});
export type ImportMapping = z.output<typeof ImportMapping>;

export const importStatuses = [
  "receiving",
  "ready",
  "checking",
  "checked",
  "running",
  "completed",
  "failed",
  "cancelled",
] as const;

const Count = z.number().int();

export const Import = z.object({
  id: Id,
  fileName: z.string(),
  status: z.enum(importStatuses),
  statusReason: z.string().nullable(),
  columns: z.array(z.string()),
  mapping: ImportMapping,
  /** Of the file, without its header. Each done one is counted by exactly one of the six below. */
  rows: Count,
  rowsDone: Count,
  created: Count,
  updated: Count,
  duplicates: Count,
  unconsented: Count,
  erased: Count,
  failed: Count,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  createdAt: Instant,
});
export type Import = z.output<typeof Import>;

export const FileName = optionalText(200);

/** Of a file that comes in one call. */
export const ImportQuery = z.strictObject({
  fileName: FileName.optional(),
  /** false: wait for `/start`, so that the mapping can be looked at. */
  start: z.stringbool().optional(),
  dryRun: z.stringbool().optional(),
  siteId: z.string().max(64).optional(),
  defaultCountry: CountryCode.optional(),
});
export type ImportQuery = z.output<typeof ImportQuery>;

export const StartImport = z.strictObject({
  /** Absent: as it was, at first as guessed from the names of the columns. */
  mapping: ImportMapping.optional(),
  /** Goes through everything and changes nothing. */
  dryRun: z.boolean().default(false),
});
export type StartImport = z.output<typeof StartImport>;

export const PreviewImport = z.strictObject({ mapping: ImportMapping.optional() });

/** What is wrong with a row; `column` as the file names it, null for the row as a whole. */
export const RowError = z.object({ row: Count, column: z.string().nullable(), message: z.string() });
export type RowError = z.output<typeof RowError>;

export const ImportPreview = z.object({
  mapping: ImportMapping,
  rows: z.array(
    z.object({
      /** In the file; the header is row 1. */
      row: Count,
      outcome: z.enum(["person", "unconsented", "failed"]),
      cells: z.array(z.string()),
      problems: z.array(RowError),
    }),
  ),
});
export type ImportPreview = z.output<typeof ImportPreview>;

export const ImportFilter = PageQuery;

/** Where a browser may put the file of an import; the token in it is the permission, for one hour. */
export const ImportUpload = z.object({ id: Id, uploadUrl: z.string() });
export type ImportUpload = z.output<typeof ImportUpload>;
export const NewImportUpload = z.strictObject({ fileName: FileName.default("") });
export type NewImportUpload = z.output<typeof NewImportUpload>;
