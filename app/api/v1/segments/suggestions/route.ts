import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { SuggestionQuery, Suggestions } from "#lib/segments/schema.ts";
import { suggestValues } from "#lib/segments/suggestions.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/segments/suggestions", {
  GET: endpoint({
    summary: "Values that a field has in the workspace's own data",
    permission: "segments:read",
    query: SuggestionQuery,
    result: Suggestions,
    run: ({ ctx, query }) => suggestValues(ctx, query),
  }),
});
