import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { leaveWorkspace } from "#lib/workspaces/members.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces/{workspaceId}/leave", {
  POST: endpoint({
    summary: "Leave a workspace",
    params: ids("workspaceId"),
    run: ({ ctx }) => leaveWorkspace(ctx),
  }),
});
