import "server-only";
import { isSigned, sign } from "./crypto.ts";
import { invalid } from "./errors.ts";
import { isId } from "./ids.ts";
import type { Page, PageQuery } from "./schema.ts";

/**
 * Where the last page ended: the row's id, and what the list is sorted by when that is not the id. The row after it is
 * the first with `(by, id)` beyond these, so a list sorted by anything needs the id as its second key.
 */
export interface Cursor {
  id: string;
  by?: string;
}

/** Totals are counted this far and no further: count at most one row more, `select count(*) from (… limit 10001)`. */
export const maxTotal = 10_000;
export const countLimit = maxTotal + 1;

/** An opaque, signed text: what was not made here is refused. */
export function encodeCursor({ id, by }: Cursor): string {
  const value = Buffer.from(JSON.stringify(by === undefined ? [id] : [id, by])).toString("base64url");
  return `${value}.${sign("cursor", value)}`;
}

/**
 * Reads what `encodeCursor` made.
 *
 * @throws validation_error (field `cursor`) it was changed, cut or made elsewhere
 */
export function decodeCursor(cursor: string): Cursor {
  const [value = "", signature = ""] = cursor.split(".");
  if (!isSigned("cursor", value, signature))
    throw invalid("cursor", "This is no cursor of this list. Begin without one.");
  const [id, by]: unknown[] = JSON.parse(Buffer.from(value, "base64url").toString());
  if (!isId(id)) throw invalid("cursor", "This is no cursor of this list. Begin without one.");
  return typeof by === "string" ? { id, by } : { id };
}

/**
 * Rows to skip for a page by number; 0 with a cursor.
 *
 * @throws validation_error (field `page`) beyond the first 10,000 rows, which are reached by cursor only
 */
export function pageOffset(query: PageQuery): number {
  if (query.cursor !== undefined) return 0;
  const offset = (query.page - 1) * query.pageSize;
  if (offset > maxTotal)
    throw invalid("page", "Only the first 10,000 rows have page numbers. Follow nextCursor beyond.");
  return offset;
}

/**
 * The answer of a list.
 *
 * @param rows at most `pageSize + 1` of them, the last only to tell whether there are more
 * @param total how many there are, counted to `countLimit`; undefined when the page was asked for by cursor
 * @param cursorOf where a row stands, for lists that are not sorted by id alone
 */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  query: PageQuery,
  total: number | undefined,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => Cursor = (row) => ({ id: row.id }),
): Page<Item> {
  const shown = rows.slice(0, query.pageSize);
  const last = shown.at(-1);
  const nextCursor = last && rows.length > query.pageSize ? encodeCursor(cursorOf(last)) : null;
  const data = shown.map(toItem);
  if (query.cursor !== undefined || total === undefined) return { data, pageSize: query.pageSize, nextCursor };
  const counted = total > maxTotal ? { total: maxTotal, totalCapped: true } : { total };
  return { data, page: query.page, pageSize: query.pageSize, ...counted, nextCursor };
}
