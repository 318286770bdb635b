import { getSiteDashboard } from "#lib/analytics/dashboard.ts";
import { Dashboard, DashboardRange } from "#lib/analytics/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/analytics/dashboard", {
  GET: endpoint({
    summary: "A site's figures by day",
    permission: "analytics:read",
    params: ids("siteId"),
    query: DashboardRange,
    result: Dashboard,
    run: ({ ctx, params, query }) => getSiteDashboard(ctx, params.siteId, query),
  }),
});
