import { getPerformance } from "#lib/analytics/performance.ts";
import { Performance } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/notifications/{campaignId}/performance", {
  GET: endpoint({
    summary: "What a campaign did",
    permission: "analytics:read",
    params: ids("campaignId"),
    result: Performance,
    run: ({ ctx, params }) => getPerformance(ctx, params.campaignId),
  }),
});
