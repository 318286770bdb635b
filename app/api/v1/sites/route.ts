import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";
import { NewSite, Site } from "#lib/sites/schema.ts";
import { createSite, listSites } from "#lib/sites/sites.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites", {
  GET: endpoint({
    summary: "List sites, newest first",
    permission: "sites:read",
    query: PageQuery,
    result: pageOf(Site),
    run: ({ ctx, query }) => listSites(ctx, query),
  }),
  POST: endpoint({
    summary: "Add a site; its VAPID key pair is made with it",
    permission: "sites:write",
    body: NewSite,
    result: Site,
    status: 201,
    run: ({ ctx, body }) => createSite(ctx, body),
  }),
});
