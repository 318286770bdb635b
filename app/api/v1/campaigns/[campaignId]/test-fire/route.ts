import { TestFire, TestFired } from "#lib/drips/schema.ts";
import { testFire } from "#lib/drips/test-fire.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/test-fire", {
  POST: endpoint({
    summary: "Fire a triggered campaign for at most 10 devices or people, outside every counter and cooldown",
    permission: "campaigns:send",
    params: ids("campaignId"),
    body: TestFire,
    result: TestFired,
    status: 202,
    run: ({ ctx, params, body }) => testFire(ctx, params.campaignId, body),
  }),
});
