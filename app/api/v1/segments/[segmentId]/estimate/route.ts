import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { estimateSegment } from "#lib/segments/estimate.ts";
import { Estimate } from "#lib/segments/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments/{segmentId}/estimate", {
  POST: endpoint({
    summary: "Count a segment's people now",
    permission: "segments:read",
    params: ids("segmentId"),
    result: Estimate,
    run: ({ ctx, params }) => estimateSegment(ctx, params.segmentId),
  }),
});
