import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { NewSegment, Segment, SegmentFilter } from "#lib/segments/schema.ts";
import { createSegment, listSegments } from "#lib/segments/segments.ts";
import { getSite } from "#lib/sites/sites.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/segments", {
  GET: endpoint({
    summary: "List a site's segments, newest first",
    permission: "segments:read",
    params: ids("siteId"),
    query: SegmentFilter.omit({ siteId: true }),
    result: pageOf(Segment),
    run: async ({ ctx, params, query }) => {
      await getSite(ctx, params.siteId);
      return await listSegments(ctx, { ...query, siteId: params.siteId });
    },
  }),
  POST: endpoint({
    summary: "Save rules as a segment of people with a subscription on this site",
    permission: "segments:write",
    params: ids("siteId"),
    body: NewSegment.omit({ siteId: true }),
    result: Segment,
    status: 201,
    run: ({ ctx, params, body }) => createSegment(ctx, { ...body, siteId: params.siteId }),
  }),
});
