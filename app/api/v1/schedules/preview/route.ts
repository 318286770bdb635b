import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { previewSchedule } from "#lib/recurrence/preview.ts";
import { PreviewedFirings, SchedulePreview } from "#lib/recurrence/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/schedules/preview", {
  POST: endpoint({
    summary: "The next firings of a recurring trigger, by its clocks and a subscriber's",
    permission: "campaigns:read",
    body: SchedulePreview,
    result: PreviewedFirings,
    run: async ({ ctx, body }) => previewSchedule(ctx, body),
  }),
});
