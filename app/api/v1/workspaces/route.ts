import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { PageQuery, pageOf } from "#lib/schema.ts";
import { NewWorkspace, Workspace } from "#lib/workspaces/schema.ts";
import { createWorkspace, listWorkspaces } from "#lib/workspaces/workspaces.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/workspaces", {
  GET: endpoint({
    summary: "List the workspaces you are a member of",
    access: "caller",
    query: PageQuery,
    result: pageOf(Workspace),
    run: ({ principal, query }) => listWorkspaces(principal, query),
  }),
  POST: endpoint({
    summary: "Make another workspace, with you as its owner",
    access: "caller",
    body: NewWorkspace,
    result: Workspace,
    status: 201,
    run: ({ principal, body, caller }) => createWorkspace(principal, body, caller),
  }),
});
