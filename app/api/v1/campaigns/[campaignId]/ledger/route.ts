import { streamLedger } from "#lib/analytics/reconciliation.ts";
import { Download, endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/ledger", {
  GET: endpoint({
    summary: "Download a campaign's whole ledger as CSV",
    permission: "analytics:read",
    params: ids("campaignId"),
    download: "text/csv; charset=utf-8",
    run: async ({ ctx, params }) =>
      new Download(`ledger-${params.campaignId}.csv`, await streamLedger(ctx, params.campaignId)),
  }),
});
