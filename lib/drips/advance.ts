import "server-only";
import type { PoolClient } from "pg";
import { Audience, Options } from "#lib/campaigns/schema.ts";
import { keysOnly, query, transaction } from "#lib/db.ts";
import { fixAudience, peopleConditions } from "#lib/delivery/audience.ts";
import { CounterMoves } from "#lib/delivery/counters.ts";
import { quietHoursOf } from "#lib/delivery/ledger-rows.ts";
import { enqueueNew, queueColumns } from "#lib/delivery/queue.ts";
import { nudgeAll } from "#lib/events.ts";
import { newId } from "#lib/ids.ts";
import { Parameters } from "#lib/segments/rules.ts";
import { SiteSettings } from "#lib/sites/schema.ts";

/**
 * Moves everybody whose next step is due, in pages of SQL: nobody passes through this process, and nobody has a durable
 * function of their own. A page – its messages, the places reached and all counters – is one transaction: a crash at any line
 * repeats nothing, and the unique index (enrollment, step, subscription) would refuse it too. Any number of workers may do this at once.
 */
const pageSize = 5_000;

interface Queue {
  workspace_id: string;
  campaign_id: string;
  version: number;
}

/** Campaigns and versions with somebody due: one look at an index for each version that anybody may walk. */
export const dueQueues = `SELECT c.workspace_id, c.id AS campaign_id, v.version
  FROM campaign c JOIN steps_version v ON v.campaign_id = c.id AND v.version >= c.least_version
 WHERE c.type IN ('welcome', 'triggered') AND c.status = 'running' AND NOT c.is_deleted
   AND EXISTS (SELECT 1 FROM enrollment e WHERE e.campaign_id = c.id AND e.version = v.version AND e.status = 'active' AND e.next_at <= now())`;

/**
 * Moves on whoever is due, for at most `maxMs`. Campaigns take turns of a page, so that a large one keeps nobody waiting.
 *
 * @returns how many enrollments moved
 */
export async function advanceDrips(maxMs = 5_000): Promise<number> {
  const deadline = Date.now() + maxMs;
  await beginScheduled();
  let moved = (await moveToVersions(deadline)) + (await stopCancelled(deadline));
  let queues = await query<Queue>(dueQueues);
  /** Runs that the queue knows of already in this turn. */
  const told = new Map<string, Queue>();
  while (queues.length > 0 && Date.now() < deadline) {
    const more: Queue[] = [];
    for (const queue of queues) {
      if (Date.now() >= deadline) break;
      const page = await advancePage(queue);
      moved += page.moved;
      if (page.moved === pageSize) more.push(queue);
      if (page.runId === undefined) continue;
      if (!told.has(page.runId)) tell([[page.runId, queue]]);
      told.set(page.runId, queue);
    }
    queues = more;
  }
  // What came after the first page: whoever delivers may have left meanwhile.
  if (moved > pageSize) tell([...told]);
  return moved;
}

/** Nobody waits for the queue: when it is away the sweep tells it. */
function tell(runs: [runId: string, queue: Queue][]): void {
  void nudgeAll(runs.map(([runId, queue]) => ({ kind: "deliver", workspaceId: queue.workspace_id, runId })));
}

/** One page of a campaign's version. */
async function advancePage({ workspace_id, campaign_id, version }: Queue): Promise<{ moved: number; runId?: string }> {
  return transaction(async (client) => {
    // Held against a pause or cancel until the page is written: what comes after it finds nothing new.
    const { rows: campaigns } = await client.query<{
      site_id: string;
      channel: string;
      type: string;
      audience: unknown;
      options: unknown;
      settings: unknown;
    }>(
      `SELECT c.site_id, c.channel, c.type, c.audience, c.options, s.settings FROM campaign c JOIN site s ON s.workspace_id = c.workspace_id AND s.id = c.site_id
        WHERE c.workspace_id = $1 AND c.id = $2 AND c.status = 'running' AND NOT c.is_deleted FOR SHARE OF c`,
      [workspace_id, campaign_id],
    );
    const { rows: versions } = await client.query<{ delays: number[]; keys: number[]; steps: unknown }>(
      "SELECT delays, keys, steps FROM steps_version WHERE workspace_id = $1 AND campaign_id = $2 AND version = $3",
      [workspace_id, campaign_id, version],
    );
    const [campaign, steps] = [campaigns[0], versions[0]];
    const runId = campaign && steps && (await dayRun(client, workspace_id, campaign_id));
    if (!campaign || !steps || !runId) return { moved: 0 };
    const settings = SiteSettings.parse(campaign.settings);
    const quiet = quietHoursOf(Options.parse(campaign.options), settings);
    const newcomers = campaign.type === "welcome" ? await newcomersOf(workspace_id, campaign.audience) : everybody;
    await client.query(keysOnly);
    const { rows } = await client.query<Page>(duePage(newcomers.condition), [
      workspace_id,
      campaign_id,
      version,
      campaign.site_id,
      campaign.channel,
      runId,
      steps.keys,
      steps.delays,
      JSON.stringify(boundaries(steps.steps)),
      quiet && JSON.stringify(quiet),
      settings.timezone,
      ...newcomers.values,
    ]);
    const { people, messages } = rows[0] ?? { people: null, messages: null };
    const place = { workspaceId: workspace_id, siteId: campaign.site_id, campaignId: campaign_id, runId };
    const moves = new CounterMoves();
    for (const { step_index, variant, count } of messages ?? [])
      moves.add({ ...place, stepIndex: step_index, variant }, "queued", count);
    await moves.write(client);
    const counts = new CountMoves(workspace_id, campaign_id);
    for (const { position, status, count } of people ?? []) {
      const key = steps.keys[position] ?? 0;
      const next = steps.keys[position + 1];
      counts.add(key, "waiting", -count);
      if (status === "outside") continue;
      counts.add(key, status === "stopped" ? "stopped" : "passed", count);
      if (status === "completed") counts.add(key, "completed", count);
      if (status === "active" && next !== undefined) counts.add(next, "waiting", count);
    }
    await counts.write(client);
    return { moved: (people ?? []).reduce((sum, { count }) => sum + count, 0), runId };
  });
}

interface Page {
  people: { position: number; status: string; count: number }[] | null;
  messages: { step_index: number; variant: number; count: number }[] | null;
}

const everybody = { condition: "true", values: [] as unknown[] };

/**
 * Whom of those who just subscribed a welcome is for, as a condition over `subscriber u`. It is asked when their first step is
 * due, not when they subscribe: what the site says of somebody in the same breath – tags, who they are – counts then.
 */
async function newcomersOf(workspaceId: string, stored: unknown): Promise<typeof everybody> {
  const audience = Audience.parse(stored);
  if (audience.type === "all" && !audience.exclude) return everybody;
  const parameters = new Parameters(11);
  const conditions = peopleConditions(await fixAudience(workspaceId, audience), parameters);
  return { condition: ["true", ...conditions].join(" AND "), values: parameters.values };
}

/** For each step the shares, in percent, at which its next variant begins; none for a step without variants. */
function boundaries(steps: unknown): number[][] {
  return (Array.isArray(steps) ? steps : []).map((step: { variants?: { weight: number }[] }) => {
    let sum = 0;
    return (step.variants ?? []).map(({ weight }) => (sum += weight)).slice(0, -1);
  });
}

/**
 * $1 workspace, $2 campaign, $3 version, $4 site, $5 channel, $6 run, $7 keys and $8 delays of the version's steps, $9 their
 * variants' boundaries, $10 quiet hours, $11 the site's zone. A person gets the same variant of a step on all devices.
 * Whoever has no subscribed device left stops; whom the campaign is not for when their first step is due was never inside. A step that is overdue – an outage, a pause – moves what follows it, so
 * that nobody gets several at once.
 */
export const duePage = (newcomers = "true") => `
WITH due AS MATERIALIZED (
  SELECT e.id, e.subscriber_id, e.position, u.id IS NOT NULL AND d.devices IS NOT NULL AS is_reachable, d.devices,
         e.position > 0 OR u.id IS NULL OR (${newcomers}) AS belongs,
         CASE WHEN $10::jsonb IS NOT NULL OR u.quiet_hours IS NOT NULL
              THEN after_quiet_hours(now(), known_zone(u.timezone, $11::text), $10::jsonb, u.quiet_hours) END AS at
    FROM enrollment e
    LEFT JOIN subscriber u ON u.workspace_id = $1 AND u.id = e.subscriber_id AND u.is_active AND NOT u.is_deleted
    LEFT JOIN LATERAL (
      SELECT array_agg(s.id) AS devices FROM subscription s
       WHERE s.workspace_id = $1 AND s.subscriber_id = e.subscriber_id AND s.site_id = $4 AND s.channel = $5::channel
         AND s.status = 'active' AND NOT s.is_test) AS d ON true
   WHERE e.campaign_id = $2 AND e.version = $3 AND e.status = 'active' AND e.next_at <= now()
   ORDER BY e.next_at LIMIT ${pageSize} FOR UPDATE OF e SKIP LOCKED),
written AS (
  INSERT INTO message AS m (workspace_id, site_id, campaign_id, run_id, enrollment_id, step_index, variant, subscriber_id, subscription_id, channel, next_at, due_at)
  SELECT $1, $4, $2, $6, due.id, ($7::smallint[])[due.position + 1],
         CASE WHEN $9::jsonb -> due.position::int <> '[]' THEN (
           SELECT count(*) FROM jsonb_array_elements($9::jsonb -> due.position::int) AS boundary
            WHERE ('x' || substr(md5(due.id::text || ':' || due.position), 1, 8))::bit(32)::bigint % 100 >= boundary::int) ELSE 0 END,
         due.subscriber_id, device, $5::channel, greatest(due.at, now()), CASE WHEN due.at > now() THEN due.at END
    FROM due, unnest(due.devices) AS device WHERE due.is_reachable AND due.belongs
  ON CONFLICT DO NOTHING RETURNING m.step_index, m.variant, ${queueColumns}),
queued AS (${enqueueNew("written")}),
moved AS (
  UPDATE enrollment e SET
         position = CASE WHEN due.is_reachable THEN e.position + 1 ELSE e.position END,
         status = CASE WHEN NOT due.is_reachable THEN 'stopped' WHEN e.position + 1 >= cardinality($7::smallint[]) THEN 'completed'
                       ELSE 'active' END::enrollment_status,
         reason = CASE WHEN NOT due.is_reachable THEN 'unsubscribed' END,
         finished_at = CASE WHEN due.is_reachable AND e.position + 1 < cardinality($7::smallint[]) THEN NULL ELSE now() END,
         next_at = CASE WHEN due.is_reachable AND e.position + 1 < cardinality($7::smallint[]) THEN
           CASE WHEN e.started_at + make_interval(mins => ($8::int[])[e.position + 2]) > now()
                THEN e.started_at + make_interval(mins => ($8::int[])[e.position + 2])
                ELSE now() + make_interval(mins => ($8::int[])[e.position + 2] - ($8::int[])[e.position + 1]) END END
    FROM due WHERE e.id = due.id AND due.belongs
  RETURNING due.position, e.status::text),
outside AS (
  DELETE FROM enrollment e USING due WHERE e.id = due.id AND NOT due.belongs RETURNING due.position, 'outside' AS status)
SELECT (SELECT jsonb_agg(each) FROM (
          SELECT position, status, count(*)::int AS count FROM (SELECT * FROM moved UNION ALL SELECT * FROM outside) AS gone GROUP BY 1, 2) AS each) AS people,
       (SELECT jsonb_agg(each) FROM (SELECT step_index, variant, count(*)::int AS count FROM written GROUP BY 1, 2) AS each) AS messages`;

/**
 * The campaign's run of today (UTC): every message of a drip belongs to one, so that delivery and counters work as for any run and
 * there is a row a day, not one a person. It completes when nothing is left to deliver, and goes on when more comes.
 *
 * @returns none while it is paused or cancelled
 */
async function dayRun(client: PoolClient, workspaceId: string, campaignId: string): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO run (id, workspace_id, campaign_id, due_at, status, started_at, ledger_complete, updated_at)
     VALUES ($1, $2, $3, date_trunc('day', now(), 'UTC'), 'running', now(), true, now())
     ON CONFLICT (campaign_id, due_at) DO UPDATE SET status = 'running', finished_at = NULL, updated_at = now()
      WHERE run.status IN ('running', 'completed') RETURNING id`,
    [newId(), workspaceId, campaignId],
  );
  return rows[0]?.id;
}

/** Begins what was scheduled for later. */
async function beginScheduled(): Promise<void> {
  await query(
    `UPDATE campaign SET status = 'running', started_at = now(), next_run_at = NULL, updated_at = now()
      WHERE type IN ('welcome', 'triggered') AND status = 'scheduled' AND next_run_at <= now() AND NOT is_deleted`,
  );
}

/** $1 workspace, $2 campaign, $3 the version to move to. Everybody goes on with the steps whose time they have not passed. */
const movePage = `
WITH page AS MATERIALIZED (
  SELECT e.id, e.version, e.position FROM enrollment e
   WHERE e.campaign_id = $2 AND e.version < $3 AND e.status = 'active' LIMIT ${pageSize} FOR UPDATE SKIP LOCKED),
planned AS (
  SELECT page.id, old.keys[page.position + 1] AS old_key, new.delays, new.keys,
         (SELECT min(i) FROM generate_subscripts(new.delays, 1) AS i
           WHERE page.position = 0 OR new.delays[i] > old.delays[page.position]) AS place
    FROM page JOIN steps_version old ON old.workspace_id = $1 AND old.campaign_id = $2 AND old.version = page.version
    JOIN steps_version new ON new.workspace_id = $1 AND new.campaign_id = $2 AND new.version = $3),
moved AS (
  UPDATE enrollment e SET version = $3, position = coalesce(p.place - 1, cardinality(p.keys)),
         status = CASE WHEN p.place IS NULL THEN 'completed' ELSE 'active' END::enrollment_status,
         finished_at = CASE WHEN p.place IS NULL THEN now() END,
         next_at = greatest(e.started_at + make_interval(mins => p.delays[p.place]), CASE WHEN p.place IS NOT NULL THEN now() END)
    FROM planned p WHERE e.id = p.id
  RETURNING p.old_key, p.keys[p.place] AS new_key)
SELECT old_key, new_key, count(*)::int AS people FROM moved GROUP BY old_key, new_key`;

/** Brings those along whom an edit moved to new steps. */
async function moveToVersions(deadline: number): Promise<number> {
  const queues = await query<Queue>(
    `SELECT c.workspace_id, c.id AS campaign_id, c.least_version AS version FROM campaign c
      WHERE c.type IN ('welcome', 'triggered') AND c.status IN ('running', 'paused') AND c.least_version > 1
        AND EXISTS (SELECT 1 FROM enrollment e WHERE e.campaign_id = c.id AND e.version < c.least_version AND e.status = 'active')`,
  );
  let moved = 0;
  for (const { workspace_id, campaign_id, version } of queues) {
    let people: number;
    do {
      people = await transaction(async (client) => {
        await client.query(keysOnly);
        const { rows } = await client.query<{ old_key: number; new_key: number | null; people: number }>(movePage, [
          workspace_id,
          campaign_id,
          version,
        ]);
        const counts = new CountMoves(workspace_id, campaign_id);
        for (const row of rows) {
          counts.add(row.old_key, "waiting", -row.people);
          counts.add(row.new_key ?? row.old_key, row.new_key === null ? "completed" : "waiting", row.people);
        }
        await counts.write(client);
        return rows.reduce((sum, row) => sum + row.people, 0);
      });
      moved += people;
    } while (people === pageSize && Date.now() < deadline);
  }
  return moved;
}

/** Ends what campaigns that were cancelled lately still have inside. */
async function stopCancelled(deadline: number): Promise<number> {
  const queues = await query<Queue>(
    `SELECT c.workspace_id, c.id AS campaign_id, 0 AS version FROM campaign c
      WHERE c.type IN ('welcome', 'triggered') AND c.status = 'cancelled' AND c.finished_at > now() - interval '1 day'
        AND EXISTS (SELECT 1 FROM enrollment e WHERE e.campaign_id = c.id AND e.status = 'active')`,
  );
  let stopped = 0;
  for (const { workspace_id, campaign_id } of queues) {
    let people: number;
    do {
      people = await transaction(async (client) => {
        await client.query(keysOnly);
        const { rows } = await client.query<{ key: number; people: number }>(
          `WITH page AS MATERIALIZED (
             SELECT e.id, v.keys FROM enrollment e JOIN steps_version v ON v.campaign_id = e.campaign_id AND v.version = e.version
              WHERE e.workspace_id = $1 AND e.campaign_id = $2 AND e.status = 'active' LIMIT ${pageSize} FOR UPDATE OF e SKIP LOCKED),
           ended AS (
             UPDATE enrollment e SET status = 'stopped', reason = 'cancelled', next_at = NULL, finished_at = now()
               FROM page WHERE e.id = page.id RETURNING page.keys[e.position + 1] AS key)
           SELECT key, count(*)::int AS people FROM ended GROUP BY key`,
          [workspace_id, campaign_id],
        );
        const counts = new CountMoves(workspace_id, campaign_id);
        for (const row of rows) {
          counts.add(row.key, "waiting", -row.people);
          counts.add(row.key, "stopped", row.people);
        }
        await counts.write(client);
        return rows.reduce((sum, row) => sum + row.people, 0);
      });
      stopped += people;
    } while (people === pageSize && Date.now() < deadline);
  }
  return stopped;
}

type CountColumn = "waiting" | "passed" | "stopped" | "completed";

/** Collects how a page moves `enrollment_count`, and writes it in the order of the steps. */
class CountMoves {
  readonly #workspaceId: string;
  readonly #campaignId: string;
  readonly #moves = new Map<number, Record<CountColumn, number>>();

  constructor(workspaceId: string, campaignId: string) {
    this.#workspaceId = workspaceId;
    this.#campaignId = campaignId;
  }

  add(key: number, column: CountColumn, delta: number): void {
    const move = this.#moves.get(key) ?? { waiting: 0, passed: 0, stopped: 0, completed: 0 };
    move[column] += delta;
    this.#moves.set(key, move);
  }

  async write(client: PoolClient): Promise<void> {
    const list = [...this.#moves].sort(([a], [b]) => a - b);
    if (list.length === 0) return;
    await client.query(
      `INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting, passed, stopped, completed)
       SELECT $1, $2, * FROM unnest($3::smallint[], $4::int[], $5::int[], $6::int[], $7::int[])
       ON CONFLICT (campaign_id, step_key) DO UPDATE SET
         waiting = enrollment_count.waiting + excluded.waiting, passed = enrollment_count.passed + excluded.passed,
         stopped = enrollment_count.stopped + excluded.stopped, completed = enrollment_count.completed + excluded.completed`,
      [
        this.#workspaceId,
        this.#campaignId,
        list.map(([key]) => key),
        list.map(([, move]) => move.waiting),
        list.map(([, move]) => move.passed),
        list.map(([, move]) => move.stopped),
        list.map(([, move]) => move.completed),
      ],
    );
  }
}
