import "server-only";
import { addressHash } from "#lib/crypto.ts";
import { isId } from "#lib/ids.ts";
import type { Parameters } from "#lib/segments/rules.ts";
import { readPhone } from "./phone.ts";

/**
 * People by any part of their name or external id, by their whole id, or by their whole phone number written with +, as
 * a condition over `subscriber u`. The expression is the one of the index `subscriber_search`; each word must occur, in
 * any order.
 */
export function searchCondition(search: string, parameters: Parameters): string {
  const phone = /^\s*\+/.test(search) ? readPhone(search.trim(), null) : undefined;
  if (phone !== undefined) return phoneCondition(phone, parameters);
  const words = search.toLowerCase().trim().split(/\s+/).slice(0, 8);
  const exact = isId(search.trim()) ? ` OR u.id = ${parameters.add(search.trim())}::uuid` : "";
  const each = words.map(
    (word) =>
      `lower(coalesce(u.name, '') || ' ' || coalesce(u.external_id, '')) LIKE ${parameters.add(`%${word.replace(/[\\%_]/g, "\\$&")}%`)}`,
  );
  return `((${each.join(" AND ")})${exact})`;
}

/** Who has this number (E.164) now; by its keyed hash, for numbers are sealed. */
function phoneCondition(phone: string, parameters: Parameters): string {
  const hash = parameters.add(Buffer.from(addressHash(phone)));
  return `u.id IN (SELECT s.subscriber_id FROM subscription s WHERE s.workspace_id = u.workspace_id AND s.site_id IS NULL
     AND s.channel = 'whatsapp' AND s.status = 'active' AND s.address_hash = ${hash}::bytea)`;
}
