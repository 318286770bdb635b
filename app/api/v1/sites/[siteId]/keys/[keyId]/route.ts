import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { retireSiteKey } from "#lib/sites/keys.ts";
import { RetireKey } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/keys/{keyId}", {
  DELETE: endpoint({
    summary: "Take a former key pair out of use once no device is bound to it",
    description:
      "With loseDevices=true the devices that are still bound to it are given up: nothing can be sent to them any more.",
    permission: "sites:write",
    params: ids("siteId", "keyId"),
    query: RetireKey,
    run: ({ ctx, params, query }) => retireSiteKey(ctx, params.siteId, params.keyId, query),
  }),
});
