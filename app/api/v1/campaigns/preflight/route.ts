import { preflight } from "#lib/campaigns/preflight.ts";
import { NewCampaign, Preflight, PreflightQuery } from "#lib/campaigns/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/preflight", {
  POST: endpoint({
    summary: "Look at a campaign before it is sent: audience, bytes, what would go wrong",
    permission: "campaigns:read",
    query: PreflightQuery,
    body: NewCampaign,
    result: Preflight,
    run: ({ ctx, query, body }) => preflight(ctx, body, query),
  }),
});
