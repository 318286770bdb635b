import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { NewSegment, Segment, SegmentFilter } from "#lib/segments/schema.ts";
import { createSegment, listSegments } from "#lib/segments/segments.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments", {
  GET: endpoint({
    summary: "List segments, newest first",
    permission: "segments:read",
    query: SegmentFilter,
    result: pageOf(Segment),
    run: ({ ctx, query }) => listSegments(ctx, query),
  }),
  POST: endpoint({
    summary: "Save rules as a segment",
    permission: "segments:write",
    body: NewSegment,
    result: Segment,
    status: 201,
    run: ({ ctx, body }) => createSegment(ctx, body),
  }),
});
