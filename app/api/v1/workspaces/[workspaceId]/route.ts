import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Workspace, WorkspaceChanges } from "#lib/workspaces/schema.ts";
import { getWorkspace, updateWorkspace } from "#lib/workspaces/workspaces.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces/{workspaceId}", {
  GET: endpoint({
    summary: "Get a workspace",
    permission: "workspace:read",
    params: ids("workspaceId"),
    result: Workspace,
    run: ({ ctx }) => getWorkspace(ctx),
  }),
  PATCH: endpoint({
    summary: "Change a workspace's name or settings",
    permission: "workspace:write",
    params: ids("workspaceId"),
    body: WorkspaceChanges,
    result: Workspace,
    run: ({ ctx, body }) => updateWorkspace(ctx, body),
  }),
});
