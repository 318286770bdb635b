import { explain } from "#lib/analytics/explain.ts";
import { Explanation } from "#lib/analytics/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/campaigns/{campaignId}/explanations/{subscriberId}",
  {
    GET: endpoint({
      summary: "Why a subscriber got a campaign or did not, device by device",
      permission: "campaigns:read",
      params: ids("campaignId", "subscriberId"),
      result: Explanation,
      run: ({ ctx, params }) => explain(ctx, params.campaignId, params.subscriberId),
    }),
  },
);
