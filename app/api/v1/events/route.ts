import { z } from "zod";
import { acceptEvent, listEvents } from "#lib/drips/events.ts";
import { EventFilter, EventRow, NewEvent } from "#lib/drips/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Id, pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/events", {
  GET: endpoint({
    summary: "List the workspace's own events, newest first, with what each fired",
    permission: "events:read",
    query: EventFilter,
    result: pageOf(EventRow),
    run: ({ ctx, query }) => listEvents(ctx, query),
  }),
  POST: endpoint({
    summary: "Tell that something happened to a subscriber; fires triggered campaigns and alarms",
    description:
      "Stored when it answers; what it fires follows within seconds. Events are taken for 30 days; one told a day late or later fires nothing.",
    permission: "events:write",
    body: NewEvent,
    result: z.object({ id: Id }),
    status: 202,
    run: ({ ctx, body }) => acceptEvent(ctx, body),
  }),
});
