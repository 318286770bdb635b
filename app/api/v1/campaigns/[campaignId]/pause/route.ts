import { pauseCampaign } from "#lib/campaigns/moves.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/pause", {
  POST: endpoint({
    summary: "Stop for now",
    permission: "campaigns:send",
    params: ids("campaignId"),
    result: Campaign,
    run: ({ ctx, params }) => pauseCampaign(ctx, params.campaignId),
  }),
});
