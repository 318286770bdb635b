import { SegmentHistory } from "#lib/analytics/schema.ts";
import { segmentHistory } from "#lib/analytics/segment-history.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments/{segmentId}/history", {
  GET: endpoint({
    summary: "A segment's size by day, and its campaigns",
    permission: "analytics:read",
    params: ids("segmentId"),
    result: SegmentHistory,
    run: ({ ctx, params }) => segmentHistory(ctx, params.segmentId),
  }),
});
