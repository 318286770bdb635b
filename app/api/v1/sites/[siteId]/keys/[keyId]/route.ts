import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { retireSiteKey } from "#lib/sites/keys.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/keys/{keyId}", {
  DELETE: endpoint({
    summary: "Take a former key pair out of use once no device is bound to it",
    permission: "sites:write",
    params: ids("siteId", "keyId"),
    run: ({ ctx, params }) => retireSiteKey(ctx, params.siteId, params.keyId),
  }),
});
