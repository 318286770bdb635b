import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { View, ViewChanges } from "#lib/views/schema.ts";
import { deleteView, getView, updateView } from "#lib/views/views.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/views/{viewId}", {
  GET: endpoint({
    summary: "Get a saved view",
    permission: "subscribers:read",
    params: ids("viewId"),
    result: View,
    run: ({ ctx, params }) => getView(ctx, params.viewId),
  }),
  PATCH: endpoint({
    summary: "Rename, share or change a saved view; a shared one only its maker and admins can",
    permission: "subscribers:write",
    params: ids("viewId"),
    body: ViewChanges,
    result: View,
    run: ({ ctx, params, body }) => updateView(ctx, params.viewId, body),
  }),
  DELETE: endpoint({
    summary: "Delete a saved view",
    permission: "subscribers:write",
    params: ids("viewId"),
    run: ({ ctx, params }) => deleteView(ctx, params.viewId),
  }),
});
