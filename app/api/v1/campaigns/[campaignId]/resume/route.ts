import { resumeCampaign } from "#lib/campaigns/moves.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/resume", {
  POST: endpoint({
    summary: "Go on with exactly what is left",
    permission: "campaigns:send",
    params: ids("campaignId"),
    result: Campaign,
    run: ({ ctx, params }) => resumeCampaign(ctx, params.campaignId),
  }),
});
