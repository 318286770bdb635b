import { getExperiment } from "#lib/analytics/experiment.ts";
import { ExperimentResult } from "#lib/analytics/experiment-schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/experiment", {
  GET: endpoint({
    summary: "Get what a campaign's variants and hold-out group did, with how sure that is",
    permission: "analytics:read",
    params: ids("campaignId"),
    result: ExperimentResult,
    run: ({ ctx, params }) => getExperiment(ctx, params.campaignId),
  }),
});
