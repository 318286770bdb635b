import { Download, endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamImportErrors } from "#lib/imports/errors-report.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import/{importId}/errors", {
  GET: endpoint({
    summary: "Download the rows of an import that were not taken in, each with why",
    permission: "subscribers:read",
    params: ids("importId"),
    download: "text/csv; charset=utf-8",
    run: async ({ ctx, params }) =>
      new Download(`import-errors-${params.importId}.csv`, await streamImportErrors(ctx, params.importId)),
  }),
});
