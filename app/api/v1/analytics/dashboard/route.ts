import { getWorkspaceDashboard } from "#lib/analytics/dashboard.ts";
import { Dashboard, DashboardRange } from "#lib/analytics/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/analytics/dashboard", {
  GET: endpoint({
    summary: "The workspace's figures by day",
    permission: "analytics:read",
    query: DashboardRange,
    result: Dashboard,
    run: ({ ctx, query }) => getWorkspaceDashboard(ctx, query),
  }),
});
