import "server-only";
import { isId } from "#lib/ids.ts";
import type { Parameters } from "#lib/segments/rules.ts";

/**
 * People by any part of their name or external id, or by their whole id, as a condition over `subscriber u`. The
 * expression is the one of the index `subscriber_search`; each word must occur, in any order.
 */
export function searchCondition(search: string, parameters: Parameters): string {
  const words = search.toLowerCase().trim().split(/\s+/).slice(0, 8);
  const exact = isId(search.trim()) ? ` OR u.id = ${parameters.add(search.trim())}::uuid` : "";
  const each = words.map(
    (word) =>
      `lower(coalesce(u.name, '') || ' ' || coalesce(u.external_id, '')) LIKE ${parameters.add(`%${word.replace(/[\\%_]/g, "\\$&")}%`)}`,
  );
  return `((${each.join(" AND ")})${exact})`;
}
