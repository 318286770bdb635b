import { z } from "zod";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Ulid } from "#lib/system/schema.ts";
import { retryEvent } from "#lib/system/system.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system/events/{eventId}/retry", {
  POST: endpoint({
    summary: "Hand an event that was set aside to its functions again",
    access: "instance",
    params: z.object({ eventId: Ulid }),
    run: ({ userId, caller, params }) => retryEvent({ userId, requestId: caller.requestId }, params.eventId),
  }),
});
