import type { ViewState } from "#lib/views/schema.ts";

/** The parameters of the address that show a view; `stateOf` reads them back. For the browser too: without zod. */
export function queryOf(state: ViewState): Record<string, string | undefined> {
  return {
    q: state.search,
    status: state.status,
    browser: state.browser,
    site: state.siteId,
    tag: state.tag,
    group: state.groupId,
    segment: state.segmentId,
    sort: state.sort,
    view: state.deleted ? "deleted" : undefined,
    cols: state.columns?.join(","),
  };
}
