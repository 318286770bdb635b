import { Download, endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamSegment } from "#lib/subscribers/list-export.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments/{segmentId}/export", {
  GET: endpoint({
    summary: "Download the people that a segment has now as CSV",
    permission: "subscribers:read",
    params: ids("segmentId"),
    download: "text/csv; charset=utf-8",
    run: async ({ ctx, params }) =>
      new Download(`segment-${params.segmentId}.csv`, await streamSegment(ctx, params.segmentId)),
  }),
});
