import { Campaign } from "#lib/campaigns/schema.ts";
import { WinnerChoice } from "#lib/campaigns/variants-schema.ts";
import { pickWinner } from "#lib/campaigns/winner.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/campaigns/{campaignId}/winner", {
  POST: endpoint({
    summary: "Choose the winner of a test by hand, before its time: the rest gets it now",
    permission: "campaigns:send",
    params: ids("campaignId"),
    body: WinnerChoice,
    result: Campaign,
    run: ({ ctx, params, body }) => pickWinner(ctx, params.campaignId, body),
  }),
});
