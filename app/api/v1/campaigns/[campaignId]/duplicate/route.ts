import { duplicateCampaign } from "#lib/campaigns/campaigns.ts";
import { Campaign } from "#lib/campaigns/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/duplicate", {
  POST: endpoint({
    summary: "Make a draft with the same content",
    permission: "campaigns:write",
    params: ids("campaignId"),
    result: Campaign,
    status: 201,
    run: ({ ctx, params }) => duplicateCampaign(ctx, params.campaignId),
  }),
});
