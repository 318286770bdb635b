import "server-only";
import { randomUUID } from "node:crypto";
import { Audience } from "#lib/campaigns/schema.ts";
import { query, transaction } from "#lib/db.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { newId } from "#lib/ids.ts";
import { log } from "#lib/log.ts";
import { audienceCondition, FixedAudience, fixAudience } from "./audience.ts";
import { ledgerRows, loadRules, type SendingRules } from "./ledger-rows.ts";
import { enqueueNew, queueColumns } from "./queue.ts";
import { setDecideAt } from "./winner.ts";
import { livingWorkers, workerId } from "./worker.ts";

const usualPageSize = 10_000;
/** Renewed while the writer lives; whoever finds it expired, or its worker dead, may take the run over. */
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
  ledger_cursor: string | null;
}

/**
 * Writes a running run's messages into the ledger for at most `maxMs`, a page of subscriptions at a time, in the order
 * of their ids; after the first page on two connections, each of which takes half of the subscriptions. A page, its counter and
 * the place that both have reached are one transaction. After a crash the quicker one's last pages come again, and the unique
 * index of the ledger refuses them.
 *
 * @returns `complete` when the whole audience is in the ledger, `more` when time was up, `elsewhere` when another
 *   process holds the claim or the run is not running
 */
export async function writeLedger(
  workspaceId: string,
  runId: string,
  maxMs: number,
  { pageSize = usualPageSize } = {},
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
  const plan: Plan = {
    workspaceId,
    run,
    token,
    siteId: campaign.site_id,
    channel: campaign.channel,
    audience: await audienceOf(workspaceId, run, campaign.audience),
    rules,
    pageSize,
    lanes: [{ share: "", reached: run.ledger_cursor ?? nowhere }],
    isLost: false,
  };
  const renewal = setInterval(() => renew(plan), (leaseSeconds * 1_000) / 3);
  try {
    await writePage(plan, plan.lanes[0], { isRepeated: true });
    const { reached } = plan.lanes[0];
    // Halves by a hash, not by ranges of ids: both stay busy to the end, whoever the rules pick.
    const half = (sign: "<= 0" | "> 0"): Lane => ({ share: ` AND uuid_hash(s.id) ${sign}`, reached });
    if (reached !== theEnd) plan.lanes = [half("<= 0"), half("> 0")];
    const written = await Promise.allSettled(plan.lanes.map((lane) => writePages(plan, lane, deadline)));
    for (const lane of written) if (lane.status === "rejected") throw lane.reason;
  } finally {
    clearInterval(renewal);
  }
  const isComplete = plan.lanes.every(({ reached }) => reached === theEnd);
  await query(
    "UPDATE run SET claim_token = NULL, ledger_complete = $4 WHERE workspace_id = $1 AND id = $2 AND claim_token = $3",
    [workspaceId, runId, token, isComplete],
  );
  if (plan.isLost) return "elsewhere";
  return isComplete ? "complete" : "more";
}

async function claim(workspaceId: string, runId: string, token: string): Promise<ClaimedRun | undefined> {
  const [run] = await query<ClaimedRun>(
    `UPDATE run SET claim_token = $3, claim_expires_at = now() + make_interval(secs => ${leaseSeconds})
      WHERE workspace_id = $1 AND id = $2 AND status = 'running' AND NOT ledger_complete
        AND ${deadWriter}
      RETURNING id, campaign_id, started_at, ledger_cursor`,
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
  pageSize: number;
  lanes: [Lane, ...Lane[]];
  /** The claim went to another, the run is not running, or a page failed: nobody begins another one. */
  isLost: boolean;
}

/** What one connection writes. */
interface Lane {
  /** Which subscriptions, as a condition; all of them where it is empty. */
  share: string;
  /** The last of them that is in the ledger. */
  reached: string;
}

const nowhere = "00000000-0000-0000-0000-000000000000";
const theEnd = "ffffffff-ffff-ffff-ffff-ffffffffffff";

function renew({ workspaceId, run, token }: Plan): void {
  query(
    `UPDATE run SET claim_expires_at = now() + make_interval(secs => ${leaseSeconds})
      WHERE workspace_id = $1 AND id = $2 AND claim_token = $3`,
    [workspaceId, run.id, token],
  ).catch((error: unknown) => log.warn({ err: error, run_id: run.id }, "the claim of a run could not be renewed"));
}

async function writePages(plan: Plan, lane: Lane, deadline: number): Promise<void> {
  while (lane.reached !== theEnd && !plan.isLost && Date.now() < deadline) {
    try {
      await writePage(plan, lane, { isRepeated: false }).catch((error: unknown) => {
        if (!(error instanceof Error && "code" in error && error.code === uniqueViolation)) throw error;
        return writePage(plan, lane, { isRepeated: true });
      });
    } catch (error) {
      plan.isLost = true;
      throw error;
    }
  }
}

const uniqueViolation = "23505";

/** Messages of a page by variant and state. */
interface Written {
  variant: number;
  status: "queued" | "skipped";
  count: number;
}

/**
 * Writes the next page of a lane. A page that may be in the ledger in part takes what is missing; any other is spared the
 * look, which costs a tenth of it, and fails when it meets a message that is there.
 */
async function writePage(plan: Plan, lane: Lane, { isRepeated }: { isRepeated: boolean }): Promise<void> {
  const { workspaceId, run, siteId, pageSize } = plan;
  const { where, values } = audienceCondition(plan.audience, 7);
  const special = ledgerRows(plan.rules, 7 + values.length);
  const reached = await transaction(async (client) => {
    const { rows } = await client.query<{ seen: number; written: Written[]; last: string | null }>(
      `WITH page AS MATERIALIZED (
         SELECT s.id, s.subscriber_id${special ? ", u.timezone AS zone, u.quiet_hours AS own" : ""} FROM subscription s, subscriber u
          WHERE ${where}${lane.share} AND s.id > $4::uuid AND s.created_at <= $5
          ORDER BY s.id LIMIT ${pageSize})${special?.with ?? ""},
       written AS (
         INSERT INTO message AS m (workspace_id, site_id, campaign_id, run_id, step_index, variant, subscriber_id, subscription_id, channel${special ? ", status, reason, next_at, due_at" : ""})
         SELECT $1, $2, $6, $3, 0, ${special?.variant ?? "0"}, page.subscriber_id, page.id, $7::channel
                ${special ? `, ${special.status}, ${special.reason}, coalesce(${special.dueAt}, now()), ${special.dueAt}` : ""}
           FROM ${special?.from ?? "page"}
         ${isRepeated ? "ON CONFLICT (run_id, step_index, subscription_id, enrollment_id) DO NOTHING" : ""} RETURNING m.variant, ${queueColumns}),
       queued AS (${enqueueNew("written")}),
       sums AS (${special ? "SELECT variant, status::text, count(*)::int AS count FROM written GROUP BY 1, 2" : "SELECT 0 AS variant, 'queued' AS status, count(*)::int AS count FROM written"})
       SELECT (SELECT count(*)::int FROM page) AS seen, (SELECT jsonb_agg(sums) FROM sums) AS written,
              (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last`,
      [
        workspaceId,
        siteId,
        run.id,
        lane.reached,
        run.started_at,
        run.campaign_id,
        plan.channel,
        ...values,
        ...(special?.values ?? []),
      ],
    );
    const page = rows[0] ?? { seen: 0, written: [], last: null };
    const last = page.seen < pageSize || page.last === null ? theEnd : page.last;
    const others = plan.lanes.filter((other) => other !== lane).map((other) => other.reached);
    // Whoever paused or cancelled the run, or took the claim over, was first: this page is not written.
    const { rowCount: held } = await client.query(
      `UPDATE run SET ledger_cursor = greatest(ledger_cursor, $4), claim_expires_at = now() + make_interval(secs => ${leaseSeconds})
        WHERE workspace_id = $1 AND id = $2 AND claim_token = $3 AND status = 'running'`,
      [workspaceId, run.id, plan.token, [last, ...others].sort()[0]],
    );
    if (held === 0) throw new ClaimLost();
    const moves = new CounterMoves();
    for (const { variant, status, count } of page.written ?? [])
      moves.add(
        { workspaceId, siteId, campaignId: run.campaign_id, runId: run.id, stepIndex: 0, variant },
        status,
        count,
      );
    await moves.write(client);
    return last;
  }).catch((error: unknown) => {
    if (!(error instanceof ClaimLost)) throw error;
    plan.isLost = true;
    return lane.reached;
  });
  lane.reached = reached;
}

/** Rolls the page back. */
class ClaimLost extends Error {}
