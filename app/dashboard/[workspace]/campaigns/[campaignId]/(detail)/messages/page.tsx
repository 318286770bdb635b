import { z } from "zod";
import { keyPages, one } from "#components/frame/page-links.ts";
import { listCampaignMessages } from "#lib/analytics/performance.ts";
import { messageStatuses } from "#lib/campaigns/message-statuses.ts";
import { Message, MessageFilter } from "#lib/campaigns/schema.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { pageOf } from "#lib/schema.ts";
import { campaignPage } from "../campaign-data.ts";
import { Ledger } from "./ledger.tsx";

const pageSize = 50;

/** The ledger of a campaign: a line for every message. */
export default async function CampaignMessagesPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/messages">) {
  const [{ workspace, campaignId }, query] = await Promise.all([params, searchParams]);
  const { ctx, campaign, progress, base } = await campaignPage(workspace, campaignId);
  const status = messageStatuses.find((state) => state === one(query, "status"));
  const reason = one(query, "reason")?.slice(0, 100);
  const cursor = cursorIn(query);
  const filter = { ...(status && { status }), ...(reason && { reason }), ...(cursor && { cursor }) };
  const page = await listCampaignMessages(ctx, campaign.id, MessageFilter.parse({ pageSize, ...filter }));
  const path = `${base}/campaigns/${campaign.id}/messages`;
  return (
    <Ledger
      workspaceId={ctx.workspaceId}
      base={base}
      path={path}
      campaignId={campaign.id}
      progress={progress}
      filter={{ ...filter, pageSize: String(pageSize) }}
      page={z.encode(pageOf(Message), page)}
      pages={keyPages(path, query, { status, reason }, page.nextCursor)}
    />
  );
}
