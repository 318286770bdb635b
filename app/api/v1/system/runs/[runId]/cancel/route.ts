import { z } from "zod";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Ulid } from "#lib/system/schema.ts";
import { cancelWork } from "#lib/system/system.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system/runs/{runId}/cancel", {
  POST: endpoint({
    summary: "End a run that has not ended",
    access: "instance",
    params: z.object({ runId: Ulid }),
    run: ({ userId, caller, params }) => cancelWork({ userId, requestId: caller.requestId }, params.runId),
  }),
});
