import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { chooseColumns, chosenColumns } from "#lib/views/columns.ts";
import { ListColumns, ListColumnsQuery, NewListColumns } from "#lib/views/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/views/columns", {
  GET: endpoint({
    summary: "Get the columns that you chose for a list; null when you chose none",
    permission: "subscribers:read",
    query: ListColumnsQuery,
    result: ListColumns,
    run: async ({ ctx, query }) => ({ columns: await chosenColumns(ctx, query.area) }),
  }),
  PATCH: endpoint({
    summary: "Choose the columns of a list for yourself; null goes back to the usual ones",
    permission: "subscribers:write",
    body: NewListColumns,
    result: ListColumns,
    run: async ({ ctx, body }) => ({ columns: await chooseColumns(ctx, body) }),
  }),
});
