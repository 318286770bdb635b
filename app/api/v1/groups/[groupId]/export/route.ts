import { Download, endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamGroup } from "#lib/subscribers/list-export.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/groups/{groupId}/export", {
  GET: endpoint({
    summary: "Download the people of a group as CSV",
    permission: "subscribers:read",
    params: ids("groupId"),
    download: "text/csv; charset=utf-8",
    run: async ({ ctx, params }) => new Download(`group-${params.groupId}.csv`, await streamGroup(ctx, params.groupId)),
  }),
});
