import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { cancelImport } from "#lib/imports/imports.ts";
import { Import } from "#lib/imports/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import/{importId}/cancel", {
  POST: endpoint({
    summary: "End an import and forget its file",
    description: "Who was taken in already stays.",
    permission: "subscribers:write",
    params: ids("importId"),
    result: Import,
    run: ({ ctx, params }) => cancelImport(ctx, params.importId),
  }),
});
