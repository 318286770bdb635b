import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { TypedTime, TypedTimeMeaning } from "#lib/recurrence/schema.ts";
import { readTypedTime } from "#lib/recurrence/typed-time.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/schedules/wall-time", {
  POST: endpoint({
    summary: "The instant of a wall time in a zone: the first of two; one that the clocks skip is 422",
    permission: "campaigns:read",
    body: TypedTime,
    result: TypedTimeMeaning,
    run: async ({ ctx, body }) => readTypedTime(ctx, body),
  }),
});
