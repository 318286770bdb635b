import { Download, endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { streamPerson } from "#lib/privacy/person-export.ts";
import { PersonExportQuery } from "#lib/privacy/schema.ts";

const types = { json: "application/json", csv: "text/csv; charset=utf-8" } as const;

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/{subscriberId}/export", {
  GET: endpoint({
    summary: "Download everything that is kept of one person, as JSON or with format=csv as CSV",
    permission: "subscribers:read",
    params: ids("subscriberId"),
    query: PersonExportQuery,
    download: types.json,
    run: async ({ ctx, params, query: { format } }) => {
      const body = await streamPerson(ctx, params.subscriberId, format);
      return new Download(`subscriber-${params.subscriberId}.${format}`, body, types[format]);
    },
  }),
});
