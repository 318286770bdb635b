import { listEventNames } from "#lib/drips/events.ts";
import { EventNames } from "#lib/drips/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/events/names", {
  GET: endpoint({
    summary: "List the names that events had, with the properties of the newest of each",
    permission: "events:read",
    result: EventNames,
    run: ({ ctx }) => listEventNames(ctx),
  }),
});
