import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign } from "#lib/campaigns/campaigns.ts";
import { messageStatuses } from "#lib/campaigns/message-statuses.ts";
import type { Message } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { query } from "#lib/db.ts";
import { countsByCampaign, noCounts } from "#lib/delivery/counters.ts";
import type { Reconciliation } from "./schema.ts";

/**
 * Holds a campaign's counters against its ledger, to the message. The only reader of a whole ledger: it is asked for by
 * a person, never by a page that refreshes itself.
 *
 * While messages move, the two are read a moment apart and may differ by what moved in between.
 *
 * @throws not_found
 */
export async function getReconciliation(ctx: Context, campaignId: string): Promise<Reconciliation> {
  authorize(ctx, "analytics:read");
  const campaign = await findCampaign(ctx, campaignId);
  const [rows, totals] = await Promise.all([
    query<{ status: Message["status"]; reason: string | null; count: number }>(
      `SELECT status::text AS status, reason, count(*)::int AS count FROM message
        WHERE campaign_id = $2 AND workspace_id = $1 AND NOT is_test GROUP BY 1, 2 ORDER BY 3 DESC`,
      [ctx.workspaceId, campaign.id],
    ),
    countsByCampaign(ctx.workspaceId, [campaign.id]),
  ]);
  const counters = totals.get(campaign.id) ?? noCounts();
  const states = messageStatuses.map((status) => {
    const ledger = rows.filter((row) => row.status === status).reduce((sum, row) => sum + row.count, 0);
    return { status, ledger, counters: counters[status] };
  });
  return {
    campaignId: campaign.id,
    at: new Date(),
    recipients: states.reduce((sum, state) => sum + state.ledger, 0),
    isExact: states.every(({ ledger, counters }) => (campaign.ledgerSince ? ledger <= counters : ledger === counters)),
    ledgerSince: campaign.ledgerSince,
    states,
    reasons: rows.flatMap(({ status, reason, count }) => (reason === null ? [] : [{ status, reason, count }])),
  };
}

const pageSize = 5_000;
const header =
  "messageId,runId,step,variant,subscriberId,subscriptionId,status,reason,attempts,createdAt,sentAt,deliveredAt,clickedAt,dismissedAt";

interface LedgerRow {
  id: string;
  cells: (string | number | null)[];
}

/**
 * The whole ledger of a campaign as CSV, oldest first, a page at a time: memory stays flat whatever the audience. Every
 * cell is an id, a number, a code or an instant, so none needs quoting and no spreadsheet takes one for a formula.
 *
 * @throws not_found
 */
export async function streamLedger(ctx: Context, campaignId: string): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "analytics:read");
  const campaign = await findCampaign(ctx, campaignId);
  const encoder = new TextEncoder();
  let after = "00000000-0000-0000-0000-000000000000";
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(`${header}\n`)),
    async pull(controller) {
      const rows = await query<LedgerRow>(
        `SELECT id, jsonb_build_array(id, run_id, step_index, variant, subscriber_id, subscription_id, status, reason, attempts,
                  created_at, sent_at, delivered_at, clicked_at, dismissed_at) AS cells
           FROM message WHERE campaign_id = $2 AND workspace_id = $1 AND NOT is_test AND id > $3 ORDER BY id LIMIT ${pageSize}`,
        [ctx.workspaceId, campaign.id, after],
      );
      const last = rows.at(-1);
      if (!last) return controller.close();
      after = last.id;
      controller.enqueue(
        encoder.encode(rows.map(({ cells }) => `${cells.map((cell) => cell ?? "").join(",")}\n`).join("")),
      );
    },
  });
}
