import "server-only";
import { randomUUID } from "node:crypto";
import { Audience } from "#lib/campaigns/schema.ts";
import { query, transaction } from "#lib/db.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { newId } from "#lib/ids.ts";
import { audienceCondition, FixedAudience, fixAudience } from "./audience.ts";
import { ledgerRows, loadRules, type SendingRules } from "./ledger-rows.ts";
import { setDecideAt } from "./winner.ts";
import { livingWorkers, workerId } from "./worker.ts";

const pageSize = 10_000;
/** Renewed at every page; whoever finds it expired, or its worker dead, may take the run over. */
const leaseSeconds = 30;

/** Nobody who lives writes the ledger of a `run`. A claim's token ends in the number of its worker. */
export const deadWriter = `(claim_token IS NULL OR claim_expires_at < now()
  OR ('x' || right(claim_token::text, 8))::bit(32)::int NOT IN (${livingWorkers}))`;

/** A random token that names its worker: a UUID of version 8 (RFC 9562), whose content is ours to say. */
function tokenOf(worker: number): string {
  return `${newId().slice(0, 14)}8${randomUUID().slice(15, 28)}${worker.toString(16).padStart(8, "0")}`;
}

interface ClaimedRun {
  id: string;
  campaign_id: string;
  started_at: Date;
}

/**
 * Writes a running run's messages into the ledger for at most `maxMs`, a page of subscriptions at a time, in the order
 * of their ids. Each page, its counter and the place reached are one transaction, so a crash repeats nothing; the
 * unique index of the ledger would refuse it too.
 *
 * @returns `complete` when the whole audience is in the ledger, `more` when time was up, `elsewhere` when another
 *   process holds the claim or the run is not running
 */
export async function writeLedger(
  workspaceId: string,
  runId: string,
  maxMs: number,
): Promise<"complete" | "more" | "elsewhere"> {
  const deadline = Date.now() + maxMs;
  const token = tokenOf(await workerId());
  const run = await claim(workspaceId, runId, token);
  if (!run) {
    const [row] = await query<{ ledger_complete: boolean }>(
      "SELECT ledger_complete FROM run WHERE workspace_id = $1 AND id = $2",
      [workspaceId, runId],
    );
    return row?.ledger_complete ? "complete" : "elsewhere";
  }
  const [campaign] = await query<{ audience: unknown; site_id: string | null; channel: string }>(
    "SELECT audience, site_id, channel FROM campaign WHERE workspace_id = $1 AND id = $2",
    [workspaceId, run.campaign_id],
  );
  const rules = await loadRules(workspaceId, run.campaign_id);
  if (!campaign || !rules) return "elsewhere";
  await setDecideAt(workspaceId, runId, rules);
  const plan = {
    workspaceId,
    run,
    token,
    siteId: campaign.site_id,
    channel: campaign.channel,
    audience: await audienceOf(workspaceId, run, campaign.audience),
    rules,
  };
  let page: Awaited<ReturnType<typeof writePage>> = "more";
  while (page === "more" && Date.now() < deadline) page = await writePage(plan);
  await query("UPDATE run SET claim_token = NULL WHERE workspace_id = $1 AND id = $2 AND claim_token = $3", [
    workspaceId,
    runId,
    token,
  ]);
  return page;
}

async function claim(workspaceId: string, runId: string, token: string): Promise<ClaimedRun | undefined> {
  const [run] = await query<ClaimedRun>(
    `UPDATE run SET claim_token = $3, claim_expires_at = now() + make_interval(secs => ${leaseSeconds})
      WHERE workspace_id = $1 AND id = $2 AND status = 'running' AND NOT ledger_complete
        AND ${deadWriter}
      RETURNING id, campaign_id, started_at`,
    [workspaceId, runId, token],
  );
  return run;
}

/** Whom the run reaches: fixed when its first page is written, and kept for all that follow. */
async function audienceOf(workspaceId: string, run: ClaimedRun, audience: unknown): Promise<FixedAudience> {
  const now = await fixAudience(workspaceId, Audience.parse(audience), run.started_at);
  const [row] = await query<{ audience: unknown }>(
    "UPDATE run SET audience = coalesce(audience, $3) WHERE workspace_id = $1 AND id = $2 RETURNING audience",
    [workspaceId, run.id, JSON.stringify(now)],
  );
  return FixedAudience.parse(row?.audience ?? now);
}

interface Plan {
  workspaceId: string;
  run: ClaimedRun;
  token: string;
  siteId: string | null;
  channel: string;
  audience: FixedAudience;
  rules: SendingRules;
}

/** Messages of a page by variant and state. */
interface Written {
  variant: number;
  status: "queued" | "skipped";
  count: number;
}

async function writePage(plan: Plan): Promise<"complete" | "more" | "elsewhere"> {
  const { workspaceId, run, siteId } = plan;
  const { where, values } = audienceCondition(plan.audience, 7);
  return transaction(async (client) => {
    const { rows: held } = await client.query<{ ledger_cursor: string | null }>(
      `UPDATE run SET claim_expires_at = now() + make_interval(secs => ${leaseSeconds})
        WHERE workspace_id = $1 AND id = $2 AND claim_token = $3 AND status = 'running' RETURNING ledger_cursor`,
      [workspaceId, run.id, plan.token],
    );
    const [mine] = held;
    if (!mine) return "elsewhere";
    const special = ledgerRows(plan.rules, 7 + values.length);
    const { rows } = await client.query<{ seen: number; written: Written[]; last: string | null }>(
      `WITH page AS MATERIALIZED (
         SELECT s.id, s.subscriber_id${special ? ", u.timezone AS zone, u.quiet_hours AS own" : ""} FROM subscription s, subscriber u
          WHERE ${where} AND s.id > coalesce($4::uuid, '00000000-0000-0000-0000-000000000000') AND s.created_at <= $5
          ORDER BY s.id LIMIT ${pageSize})${special?.with ?? ""},
       written AS (
         INSERT INTO message (workspace_id, site_id, campaign_id, run_id, step_index, variant, subscriber_id, subscription_id, channel${special ? ", status, reason, next_at, due_at" : ""})
         SELECT $1, $2, $6, $3, 0, ${special?.variant ?? "0"}, page.subscriber_id, page.id, $7::channel
                ${special ? `, ${special.status}, ${special.reason}, coalesce(${special.dueAt}, now()), ${special.dueAt}` : ""}
           FROM ${special?.from ?? "page"}
         ON CONFLICT (run_id, step_index, subscription_id, enrollment_id) DO NOTHING RETURNING ${special ? "variant, status" : "1"}),
       sums AS (${special ? "SELECT variant, status::text, count(*)::int AS count FROM written GROUP BY 1, 2" : "SELECT 0 AS variant, 'queued' AS status, count(*)::int AS count FROM written"})
       SELECT (SELECT count(*)::int FROM page) AS seen, (SELECT jsonb_agg(sums) FROM sums) AS written,
              (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last`,
      [
        workspaceId,
        siteId,
        run.id,
        mine.ledger_cursor,
        run.started_at,
        run.campaign_id,
        plan.channel,
        ...values,
        ...(special?.values ?? []),
      ],
    );
    const page = rows[0] ?? { seen: 0, written: [], last: null };
    const moves = new CounterMoves();
    for (const { variant, status, count } of page.written ?? [])
      moves.add(
        { workspaceId, siteId, campaignId: run.campaign_id, runId: run.id, stepIndex: 0, variant },
        status,
        count,
      );
    await moves.write(client);
    const isLast = page.seen < pageSize;
    await client.query(
      `UPDATE run SET ledger_cursor = coalesce($3, ledger_cursor), ledger_complete = $4, claim_token = CASE WHEN $4 THEN NULL ELSE claim_token END
        WHERE workspace_id = $1 AND id = $2`,
      [workspaceId, run.id, page.last, isLast],
    );
    return isLast ? "complete" : "more";
  });
}
