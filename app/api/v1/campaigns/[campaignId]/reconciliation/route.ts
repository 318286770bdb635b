import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import { Reconciliation } from "#lib/analytics/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/reconciliation", {
  GET: endpoint({
    summary: "Hold a campaign's counters against its ledger, to the message",
    permission: "analytics:read",
    params: ids("campaignId"),
    result: Reconciliation,
    run: ({ ctx, params }) => getReconciliation(ctx, params.campaignId),
  }),
});
