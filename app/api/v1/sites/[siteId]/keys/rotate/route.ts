import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { rotateSiteKey } from "#lib/sites/keys.ts";
import { SiteKeys } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/keys/rotate", {
  POST: endpoint({
    summary: "Give new devices a new key pair; known devices stay with theirs until their browser comes again",
    permission: "sites:write",
    params: ids("siteId"),
    result: SiteKeys,
    run: ({ ctx, params }) => rotateSiteKey(ctx, params.siteId),
  }),
});
