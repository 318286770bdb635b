import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { getImport } from "#lib/imports/imports.ts";
import { Import } from "#lib/imports/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import/{importId}", {
  GET: endpoint({
    summary: "Read an import: how far it is and what became of its rows",
    permission: "subscribers:read",
    params: ids("importId"),
    result: Import,
    run: ({ ctx, params }) => getImport(ctx, params.importId),
  }),
});
