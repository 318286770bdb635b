import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { startImport } from "#lib/imports/imports.ts";
import { Import, StartImport } from "#lib/imports/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import/{importId}/start", {
  POST: endpoint({
    summary: "Begin an import, or try it without changing anything",
    permission: "subscribers:write",
    params: ids("importId"),
    body: StartImport,
    result: Import,
    status: 202,
    run: ({ ctx, params, body }) => startImport(ctx, params.importId, body),
  }),
});
