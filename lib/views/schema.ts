import { z } from "zod";
import { Id, Instant, PageQuery, text } from "#lib/schema.ts";
import { isColumn, maxColumns, type SubscriberColumn } from "#lib/subscribers/columns.ts";
import { SubscriberFilter } from "#lib/subscribers/schema.ts";

/** The lists that can be kept as views. */
export const viewAreas = ["subscribers"] as const;
export const ViewArea = z.enum(viewAreas);
export type ViewArea = z.output<typeof ViewArea>;

export const Columns = z
  .array(
    z
      .string()
      .max(80)
      .refine((column): column is SubscriberColumn => isColumn(column), "There is no such column."),
  )
  .max(maxColumns, `At most ${maxColumns} columns.`)
  .refine((columns) => new Set(columns).size === columns.length, "Name each column once.");

/** A list as one looks at it: the query that `GET /subscribers` takes, and the columns. */
export const ViewState = z.strictObject({
  ...SubscriberFilter.omit({ page: true, pageSize: true, cursor: true, deleted: true }).shape,
  search: text(200).optional(),
  deleted: z.boolean().optional(),
  /** In this order, after the name. */
  columns: Columns.optional(),
});
export type ViewState = z.output<typeof ViewState>;

export const NewView = z.strictObject({
  area: ViewArea,
  name: text(80),
  state: ViewState,
  /** For everybody in the workspace; otherwise for whoever makes it. */
  isShared: z.boolean().optional(),
});
export type NewView = z.output<typeof NewView>;
export const ViewChanges = z.strictObject({
  name: text(80).optional(),
  state: ViewState.optional(),
  isShared: z.boolean().optional(),
});
export type ViewChanges = z.output<typeof ViewChanges>;

export const View = z.object({
  id: Id,
  area: ViewArea,
  name: z.string(),
  state: ViewState,
  isShared: z.boolean(),
  /** Whether the caller made it. */
  isOwn: z.boolean(),
  /** Whether the caller may change and delete it. */
  isChangeable: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type View = z.output<typeof View>;

export const ViewFilter = PageQuery.extend({ area: ViewArea.default("subscribers") });
export type ViewFilter = z.output<typeof ViewFilter>;

export const ListColumnsQuery = z.object({ area: ViewArea.default("subscribers") });
/** Null: none were chosen, the list shows its usual ones. */
export const ListColumns = z.object({ columns: Columns.nullable() });
export const NewListColumns = z.strictObject({ area: ViewArea, columns: Columns.nullable() });
export type NewListColumns = z.output<typeof NewListColumns>;
