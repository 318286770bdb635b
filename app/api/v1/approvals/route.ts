import { Approval, ApprovalFilter } from "#lib/campaigns/approval-schema.ts";
import { listApprovals } from "#lib/campaigns/approvals.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/approvals", {
  GET: endpoint({
    summary: "List requests for approval, newest first",
    permission: "campaigns:read",
    query: ApprovalFilter,
    result: pageOf(Approval),
    run: ({ ctx, query }) => listApprovals(ctx, query),
  }),
});
