import { Firing, FiringFilter } from "#lib/campaigns/drip-schema.ts";
import { listFirings } from "#lib/drips/firings.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/firings", {
  GET: endpoint({
    summary: "List what events did to a triggered campaign, newest first",
    permission: "campaigns:read",
    params: ids("campaignId"),
    query: FiringFilter,
    result: pageOf(Firing),
    run: ({ ctx, params, query }) => listFirings(ctx, params.campaignId, query),
  }),
});
