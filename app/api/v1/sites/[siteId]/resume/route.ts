import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Site } from "#lib/sites/schema.ts";
import { resumeSite } from "#lib/sites/sites.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/resume", {
  POST: endpoint({
    summary: "Send for a paused site again",
    permission: "sites:write",
    params: ids("siteId"),
    result: Site,
    run: ({ ctx, params }) => resumeSite(ctx, params.siteId),
  }),
});
