import { createCampaign, listCampaigns } from "#lib/campaigns/campaigns.ts";
import { Campaign, CampaignFilter, CampaignRow, NewCampaign } from "#lib/campaigns/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns", {
  GET: endpoint({
    summary: "List campaigns, newest first",
    permission: "campaigns:read",
    query: CampaignFilter,
    result: pageOf(CampaignRow),
    run: ({ ctx, query }) => listCampaigns(ctx, query),
  }),
  POST: endpoint({
    summary: "Make a draft campaign; nothing is sent yet",
    permission: "campaigns:write",
    body: NewCampaign,
    result: Campaign,
    status: 201,
    run: ({ ctx, body }) => createCampaign(ctx, body),
  }),
});
