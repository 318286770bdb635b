import { getSiteHealth } from "#lib/analytics/health.ts";
import { Health } from "#lib/analytics/health-schema.ts";
import { DashboardRange } from "#lib/analytics/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/health", {
  GET: endpoint({
    summary:
      "How a site's devices and push services do: accepted and failed, what is slow or stopped, lost devices, what to mend",
    permission: "analytics:read",
    params: ids("siteId"),
    query: DashboardRange,
    result: Health,
    run: ({ ctx, params, query }) => getSiteHealth(ctx, params.siteId, query),
  }),
});
