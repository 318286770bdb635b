import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { changeTagsOfMany } from "#lib/subscribers/bulk.ts";
import { BulkChanged, BulkTags } from "#lib/subscribers/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/subscribers/tags", {
  POST: endpoint({
    summary: "Add and remove tags of up to 1,000 people",
    permission: "subscribers:write",
    body: BulkTags,
    result: BulkChanged,
    run: async ({ ctx, body }) => ({ changed: await changeTagsOfMany(ctx, body) }),
  }),
});
