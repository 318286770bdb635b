import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Site, SiteChanges } from "#lib/sites/schema.ts";
import { deleteSite, getSite, updateSite } from "#lib/sites/sites.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}", {
  GET: endpoint({
    summary: "Get a site",
    permission: "sites:read",
    params: ids("siteId"),
    result: Site,
    run: ({ ctx, params }) => getSite(ctx, params.siteId),
  }),
  PATCH: endpoint({
    summary: "Change a site's name, URL or settings",
    permission: "sites:write",
    params: ids("siteId"),
    body: SiteChanges,
    result: Site,
    run: ({ ctx, params, body }) => updateSite(ctx, params.siteId, body),
  }),
  DELETE: endpoint({
    summary: "Remove a site",
    permission: "sites:write",
    params: ids("siteId"),
    run: ({ ctx, params }) => deleteSite(ctx, params.siteId),
  }),
});
