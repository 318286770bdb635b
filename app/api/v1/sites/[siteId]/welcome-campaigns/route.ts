import { createCampaign, listCampaigns } from "#lib/campaigns/campaigns.ts";
import { Campaign, CampaignFilter, CampaignRow } from "#lib/campaigns/schema.ts";
import { NewWelcome } from "#lib/campaigns/welcome-schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { getSite } from "#lib/sites/sites.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/welcome-campaigns", {
  GET: endpoint({
    summary: "List the site's welcome campaigns, newest first",
    permission: "campaigns:read",
    params: ids("siteId"),
    query: CampaignFilter.omit({ siteId: true, type: true }),
    result: pageOf(CampaignRow),
    run: async ({ ctx, params, query }) => {
      await getSite(ctx, params.siteId);
      return listCampaigns(ctx, { ...query, siteId: params.siteId, type: "welcome" });
    },
  }),
  POST: endpoint({
    summary: "Make a welcome campaign of the site: a campaign whose trigger is a subscription",
    permission: "campaigns:write",
    params: ids("siteId"),
    body: NewWelcome,
    result: Campaign,
    status: 201,
    run: ({ ctx, params, body: { stopEvent, ...input } }) =>
      createCampaign(ctx, {
        ...input,
        siteId: params.siteId,
        channel: "web_push",
        audience: { type: "all" },
        trigger: { type: "welcome", ...(stopEvent && { stopEvent }) },
      }),
  }),
});
