import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { estimateRules } from "#lib/segments/estimate.ts";
import { Estimate, EstimateRules } from "#lib/segments/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments/estimate", {
  POST: endpoint({
    summary: "Count the people that rules pick, and show some of them",
    permission: "segments:read",
    body: EstimateRules,
    result: Estimate,
    run: ({ ctx, body }) => estimateRules(ctx, body),
  }),
});
