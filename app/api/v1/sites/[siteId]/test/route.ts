import { TestSend, TestSent } from "#lib/campaigns/schema.ts";
import { testContent } from "#lib/campaigns/test-send.ts";
import { Content } from "#lib/content/schema.ts";
import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

const TestContent = TestSend.extend({ content: Content });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/{siteId}/test", {
  POST: endpoint({
    summary: "Send any content to at most 10 devices of a site now, outside every counter",
    permission: "campaigns:send",
    params: ids("siteId"),
    body: TestContent,
    result: TestSent,
    status: 202,
    run: ({ ctx, params, body: { content, ...to } }) => testContent(ctx, params.siteId, content, to),
  }),
});
