import { one, type SearchParams } from "#components/frame/page-links.ts";
import { columnsIn, subscriberSorts } from "#lib/subscribers/columns.ts";
import { subscriptionStatuses } from "#lib/subscribers/schema.ts";
import type { ViewState } from "#lib/views/schema.ts";

/** What the list's address says, as a view keeps it. What makes no sense is left out. */
export function stateOf(query: SearchParams): ViewState {
  const cols = one(query, "cols");
  const said = {
    search: one(query, "q")?.slice(0, 200).trim() || undefined,
    status: subscriptionStatuses.find((status) => status === one(query, "status")),
    browser: one(query, "browser")?.slice(0, 60),
    siteId: one(query, "site")?.slice(0, 64),
    tag: one(query, "tag")?.slice(0, 100),
    groupId: one(query, "group")?.slice(0, 64),
    segmentId: one(query, "segment")?.slice(0, 64),
    sort: subscriberSorts.find((sort) => sort === one(query, "sort")),
    deleted: one(query, "view") === "deleted" ? true : undefined,
    columns: cols === undefined ? undefined : columnsIn(cols.split(",")),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
