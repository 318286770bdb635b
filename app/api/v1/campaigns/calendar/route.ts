import { planned } from "#lib/campaigns/calendar.ts";
import { Calendar, CalendarQuery } from "#lib/campaigns/calendar-schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/calendar", {
  GET: endpoint({
    summary: "What is planned between two instants: scheduled campaigns and the firings of recurring ones",
    permission: "campaigns:read",
    query: CalendarQuery,
    result: Calendar,
    run: ({ ctx, query }) => planned(ctx, query),
  }),
});
