import { listRuns } from "#lib/campaigns/runs.ts";
import { RunRow } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/runs", {
  GET: endpoint({
    summary: "List a campaign's runs with their figures, latest first",
    permission: "campaigns:read",
    params: ids("campaignId"),
    query: PageQuery,
    result: pageOf(RunRow),
    run: ({ ctx, params, query }) => listRuns(ctx, params.campaignId, query),
  }),
});
