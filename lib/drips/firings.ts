import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { findCampaign } from "#lib/campaigns/campaigns.ts";
import type { Firing, FiringDetail, FiringFilter } from "#lib/campaigns/drip-schema.ts";
import type { Context } from "#lib/context.ts";
import { query } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page } from "#lib/schema.ts";

interface FiringRow {
  id: string;
  at: Date;
  outcome: string;
  severity: string | null;
  is_test: boolean;
  event_id: string;
  subscriber_id: string;
  name: string | null;
  external_id: string | null;
  properties: Firing["properties"];
  run_id: string | null;
  enrollment_id: string | null;
  told: number;
  shown: number;
  acted: number;
}

/** Figures of a run come from its counters, those of one person's walk from their few messages. */
const firings = `SELECT f.id, f.at, f.outcome, f.severity, f.is_test, f.event_id, f.subscriber_id, u.name, u.external_id, f.properties, f.run_id,
    f.enrollment_id, coalesce(r.told, w.told, 0)::int AS told, coalesce(r.shown, w.shown, 0)::int AS shown,
    coalesce(r.acted, w.acted, 0)::int AS acted
  FROM firing f
  LEFT JOIN subscriber u ON u.workspace_id = f.workspace_id AND u.id = f.subscriber_id
  LEFT JOIN LATERAL (
    SELECT sum(c.queued + c.sending + c.sent + c.failed + c.expired + c.skipped + c.cancelled + c.unknown) AS told,
           sum(c.delivered) AS shown, sum(c.clicked) AS acted FROM counter c WHERE c.run_id = f.run_id) AS r ON f.run_id IS NOT NULL AND NOT f.is_test
  LEFT JOIN LATERAL (
    SELECT count(*) AS told, count(m.delivered_at) AS shown, count(m.clicked_at) AS acted FROM message m
     WHERE m.enrollment_id = f.enrollment_id OR f.is_test AND m.run_id = f.run_id) AS w ON f.enrollment_id IS NOT NULL OR f.is_test`;

/**
 * What events did to a triggered campaign, newest first.
 *
 * @throws not_found
 */
export async function listFirings(ctx: Context, campaignId: string, filter: FiringFilter): Promise<Page<Firing>> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, campaignId);
  const after = filter.cursor === undefined ? null : decodeCursor(filter.cursor).id;
  const rows = await query<FiringRow>(
    `${firings} WHERE f.workspace_id = $1 AND f.campaign_id = $2 AND ($3::text IS NULL OR f.outcome = $3) AND ($4::uuid IS NULL OR f.id < $4)
      ORDER BY f.id DESC LIMIT $5 OFFSET $6`,
    [ctx.workspaceId, campaign.id, filter.outcome ?? null, after, filter.pageSize + 1, pageOffset(filter)],
  );
  return toPage(rows, filter, undefined, toFiring);
}

const maxTold = 200;

/**
 * One firing with whom it told, and who of them acted: clicked.
 *
 * @throws not_found the campaign has no such firing
 */
export async function getFiring(ctx: Context, campaignId: string, id: string): Promise<FiringDetail> {
  authorize(ctx, "campaigns:read");
  const campaign = await findCampaign(ctx, campaignId);
  const [row] = isId(id)
    ? await query<FiringRow>(`${firings} WHERE f.workspace_id = $1 AND f.campaign_id = $2 AND f.id = $3`, [
        ctx.workspaceId,
        campaign.id,
        id,
      ])
    : [];
  if (!row) throw notFound("Firing");
  // Those who acted first: a large audience is cut off.
  const told = await query<ToldRow>(
    `SELECT m.id, m.subscriber_id, u.name, u.external_id, m.subscription_id, m.status::text AS status, m.reason, m.step_index,
            m.sent_at, m.delivered_at, m.clicked_at, m.dismissed_at
       FROM message m LEFT JOIN subscriber u ON u.workspace_id = m.workspace_id AND u.id = m.subscriber_id
      WHERE m.workspace_id = $1 AND ${row.enrollment_id === null ? "m.run_id = $2" : "m.enrollment_id = $2"}
      ORDER BY m.clicked_at NULLS LAST, m.delivered_at NULLS LAST, m.id LIMIT ${maxTold + 1}`,
    [ctx.workspaceId, row.enrollment_id ?? row.run_id],
  );
  return {
    ...toFiring(row),
    people: told.slice(0, maxTold).map((each) => ({
      messageId: each.id,
      subscriber: { id: each.subscriber_id, name: each.name, externalId: each.external_id },
      subscriptionId: each.subscription_id,
      status: each.status,
      reason: each.reason,
      stepKey: each.step_index,
      sentAt: each.sent_at,
      deliveredAt: each.delivered_at,
      clickedAt: each.clicked_at,
      dismissedAt: each.dismissed_at,
    })),
    isToldCapped: told.length > maxTold,
  };
}

interface ToldRow {
  id: string;
  subscriber_id: string;
  name: string | null;
  external_id: string | null;
  subscription_id: string;
  status: string;
  reason: string | null;
  step_index: number;
  sent_at: Date | null;
  delivered_at: Date | null;
  clicked_at: Date | null;
  dismissed_at: Date | null;
}

function toFiring(row: FiringRow): Firing {
  return {
    id: row.id,
    at: row.at,
    outcome: row.outcome as Firing["outcome"],
    severity: row.severity as Firing["severity"],
    isTest: row.is_test,
    eventId: row.event_id,
    subscriber: { id: row.subscriber_id, name: row.name, externalId: row.external_id },
    properties: row.properties,
    told: row.told,
    shown: row.shown,
    acted: row.acted,
    runId: row.run_id,
  };
}
