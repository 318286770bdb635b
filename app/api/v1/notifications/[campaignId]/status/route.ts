import { getProgress } from "#lib/analytics/performance.ts";
import { CampaignProgress } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/notifications/{campaignId}/status", {
  GET: endpoint({
    summary: "Where a send stands now",
    permission: "campaigns:read",
    params: ids("campaignId"),
    result: CampaignProgress,
    run: ({ ctx, params }) => getProgress(ctx, params.campaignId),
  }),
});
