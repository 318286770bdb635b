import { streamCampaigns } from "#lib/analytics/campaign-export.ts";
import { Download, endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/export", {
  GET: endpoint({
    summary: "Download all campaigns with their figures as CSV",
    permission: "campaigns:read",
    download: "text/csv; charset=utf-8",
    run: async ({ ctx }) => new Download("campaigns.csv", streamCampaigns(ctx)),
  }),
});
