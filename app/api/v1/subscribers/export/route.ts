import { Download, endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamList } from "#lib/subscribers/list-export.ts";
import { SubscriberExportQuery } from "#lib/subscribers/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/export", {
  GET: endpoint({
    summary: "Download subscribers as CSV, all or those of a filter, in columns that an import reads again",
    permission: "subscribers:read",
    query: SubscriberExportQuery,
    download: "text/csv; charset=utf-8",
    run: async ({ ctx, query }) => new Download("subscribers.csv", await streamList(ctx, query)),
  }),
});
