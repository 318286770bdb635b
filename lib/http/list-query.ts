import "server-only";
import { decodeCursor } from "#lib/pages.ts";
import { isStorableText } from "#lib/text.ts";

type Params = Record<string, string | string[] | undefined>;

/**
 * Where a page's address says that its list goes on. Addresses are kept, cut and typed: what is no cursor of ours is
 * none, and the list begins at its beginning.
 */
export function cursorIn({ cursor }: Params): string | undefined {
  if (typeof cursor !== "string" || cursor.length > 200) return undefined;
  try {
    decodeCursor(cursor);
    return cursor;
  } catch {
    return undefined;
  }
}

/** What a page's address says of a list that is searched and goes on by cursor, as its domain function takes it. */
export function listQuery(params: Params): { search?: string; cursor?: string } {
  const [q, cursor] = [Array.isArray(params.q) ? params.q[0] : params.q, cursorIn(params)];
  return { ...(q && isStorableText(q) && { search: q.slice(0, 200) }), ...(cursor && { cursor }) };
}
