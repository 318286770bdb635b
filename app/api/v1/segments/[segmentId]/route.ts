import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Segment, SegmentChanges } from "#lib/segments/schema.ts";
import { deleteSegment, getSegment, updateSegment } from "#lib/segments/segments.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments/{segmentId}", {
  GET: endpoint({
    summary: "Get a segment",
    permission: "segments:read",
    params: ids("segmentId"),
    result: Segment,
    run: ({ ctx, params }) => getSegment(ctx, params.segmentId),
  }),
  PATCH: endpoint({
    summary: "Change a segment",
    description: "Runs that have begun keep the rules that they began with.",
    permission: "segments:write",
    params: ids("segmentId"),
    body: SegmentChanges,
    result: Segment,
    run: ({ ctx, params, body }) => updateSegment(ctx, params.segmentId, body),
  }),
  DELETE: endpoint({
    summary: "Delete a segment",
    description: "409 while a campaign that is not over uses it.",
    permission: "segments:write",
    params: ids("segmentId"),
    run: ({ ctx, params }) => deleteSegment(ctx, params.segmentId),
  }),
});
