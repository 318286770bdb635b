import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { NewView, View, ViewFilter } from "#lib/views/schema.ts";
import { createView, listViews } from "#lib/views/views.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/views", {
  GET: endpoint({
    summary: "List the saved views of a list: your own and the shared ones",
    permission: "subscribers:read",
    query: ViewFilter,
    result: pageOf(View),
    run: ({ ctx, query }) => listViews(ctx, query),
  }),
  POST: endpoint({
    summary: "Keep a list's search, filters, order and columns under a name",
    description:
      "`state` is the query that GET of the list takes, and the columns. Shared views are for everybody in the workspace.",
    permission: "subscribers:write",
    body: NewView,
    result: View,
    status: 201,
    run: ({ ctx, body }) => createView(ctx, body),
  }),
});
