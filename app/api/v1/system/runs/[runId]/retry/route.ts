import { z } from "zod";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { RetriedRun, Ulid } from "#lib/system/schema.ts";
import { retryWork } from "#lib/system/system.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system/runs/{runId}/retry", {
  POST: endpoint({
    summary: "Start the function of an ended run once more, with the same event",
    access: "instance",
    params: z.object({ runId: Ulid }),
    result: RetriedRun,
    run: ({ userId, caller, params }) => retryWork({ userId, requestId: caller.requestId }, params.runId),
  }),
});
