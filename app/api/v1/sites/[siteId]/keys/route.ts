import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { listSiteKeys } from "#lib/sites/keys.ts";
import { SiteKeys } from "#lib/sites/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/keys", {
  GET: endpoint({
    summary: "List a site's VAPID key pairs, newest first, with the devices bound to each",
    permission: "sites:read",
    params: ids("siteId"),
    result: SiteKeys,
    run: ({ ctx, params }) => listSiteKeys(ctx, params.siteId),
  }),
});
