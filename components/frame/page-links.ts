import { isStorableText } from "#lib/text.ts";

/** The address as a page gets it: a parameter, or several of one name. */
export type SearchParams = Record<string, string | string[] | undefined>;

/** One value of a parameter; of several the first, of an empty one none, nor of one that no row can hold. */
export function one(params: SearchParams, name: string): string | undefined {
  const value = params[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first && isStorableText(first) ? first : undefined;
}

/** `path` with the given parameters; undefined and empty ones are left out. */
export function hrefWith(path: string, params: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** How many pages back the address remembers; further back is the first page. */
const longestTrail = 12;

/**
 * The addresses of the pages before and after in a list by key. A key only leads on, so the keys of the pages passed
 * are kept in the address, in `trail`.
 *
 * @param kept the list's other parameters
 */
export function keyPages(
  path: string,
  params: SearchParams,
  kept: Record<string, string | undefined>,
  nextCursor: string | null,
): { previousHref: string | undefined; nextHref: string | undefined } {
  const cursor = one(params, "cursor");
  // Without a key this is the first page, whatever trail an older address left.
  const trail = (cursor && one(params, "trail")?.split("~")) || [];
  const previous = trail.at(-1);
  return {
    previousHref: cursor
      ? hrefWith(path, { ...kept, cursor: previous, trail: trail.slice(0, -1).join("~") })
      : undefined,
    nextHref: nextCursor
      ? hrefWith(path, {
          ...kept,
          cursor: nextCursor,
          trail: (cursor ? [...trail, cursor] : trail).slice(-longestTrail).join("~"),
        })
      : undefined,
  };
}
