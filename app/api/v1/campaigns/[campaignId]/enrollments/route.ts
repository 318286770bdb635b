import { DripProgress } from "#lib/campaigns/drip-schema.ts";
import { getDripProgress } from "#lib/drips/progress.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/enrollments", {
  GET: endpoint({
    summary: "How many people are at which step of a welcome or triggered campaign",
    permission: "campaigns:read",
    params: ids("campaignId"),
    result: DripProgress,
    run: ({ ctx, params }) => getDripProgress(ctx, params.campaignId),
  }),
});
