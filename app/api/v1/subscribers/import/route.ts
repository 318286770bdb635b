import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { importFile, listImports } from "#lib/imports/imports.ts";
import { Import, ImportFilter, ImportQuery } from "#lib/imports/schema.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import", {
  GET: endpoint({
    summary: "List imports, newest first",
    permission: "subscribers:read",
    query: ImportFilter,
    result: pageOf(Import),
    run: ({ ctx, query }) => listImports(ctx, query),
  }),
  POST: endpoint({
    summary: "Import subscribers from a CSV file",
    description:
      "At most 200,000 rows with a header, in UTF-8 or UTF-16. Columns become what their names suggest; with `start=false` the import waits for `/start`, where each can be said. Poll the import until it is `completed`.",
    permission: "subscribers:write",
    query: ImportQuery,
    upload: "text/csv",
    result: Import,
    status: 202,
    run: ({ ctx, query, upload }) => importFile(ctx, upload, query),
  }),
});
