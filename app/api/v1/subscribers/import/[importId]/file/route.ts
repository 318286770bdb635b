import { z } from "zod";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { receiveAnnounced } from "#lib/imports/imports.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/import/{importId}/file", {
  POST: endpoint({
    summary: "Send the file of an import that the dashboard announced",
    description: "The token of the address is the permission.",
    access: "public",
    params: ids("importId"),
    query: z.strictObject({ token: z.string().max(300) }),
    upload: "text/csv",
    run: ({ params, query, upload }) => receiveAnnounced(params.importId, query.token, upload),
  }),
});
