import { Download, endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamSubscribers } from "#lib/subscribers/export.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/export", {
  GET: endpoint({
    summary: "Download all subscribers as CSV, in columns that an import reads again",
    permission: "subscribers:read",
    download: "text/csv; charset=utf-8",
    run: async ({ ctx }) => new Download("subscribers.csv", await streamSubscribers(ctx)),
  }),
});
