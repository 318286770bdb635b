import { FiringDetail } from "#lib/campaigns/drip-schema.ts";
import { getFiring } from "#lib/drips/firings.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource(
  "/api/v1/campaigns/{campaignId}/firings/{firingId}",
  {
    GET: endpoint({
      summary: "Get one firing: whom it told, and who acted",
      permission: "campaigns:read",
      params: ids("campaignId", "firingId"),
      result: FiringDetail,
      run: ({ ctx, params }) => getFiring(ctx, params.campaignId, params.firingId),
    }),
  },
);
