import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { previewImport } from "#lib/imports/imports.ts";
import { ImportPreview, PreviewImport } from "#lib/imports/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import/{importId}/preview", {
  POST: endpoint({
    summary: "Show the first rows of an import's file as a mapping would read them",
    permission: "subscribers:read",
    params: ids("importId"),
    body: PreviewImport,
    result: ImportPreview,
    run: ({ ctx, params, body }) => previewImport(ctx, params.importId, body.mapping),
  }),
});
