import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { WorkRunFilter, WorkRunPage } from "#lib/system/schema.ts";
import { listWork } from "#lib/system/system.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/system/runs", {
  GET: endpoint({
    summary: "Runs of functions, the latest first",
    access: "instance",
    query: WorkRunFilter,
    result: WorkRunPage,
    run: ({ userId, query }) => listWork(userId, query),
  }),
});
