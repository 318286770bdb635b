// How punctually campaigns begin when very many are planned: 100,000 scheduled and recurring ones, due evenly over an
// hour, in ten workspaces with a subscriber each. The whole product runs as `npm start` runs it – web, worker, local
// Inngest server, PostgreSQL – against a push service beside it. Nothing is compressed: the hour's first minutes are
// watched at their real pace, six unless `--minutes` says more.
//
//   npm run bench:schedules -- --campaigns 100000 --minutes 6
//
// The last line is JSON.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { query } from "#lib/db.ts";
import { newTenant, openStage, seedDevices } from "#tests/faults/stage.ts";

const { values } = parseArgs({
  options: { campaigns: { type: "string", default: "100000" }, minutes: { type: "string", default: "6" } },
});
const campaigns = Number(values.campaigns);
const watchSeconds = Number(values.minutes) * 60;
const workspaces = 10;
const hourSeconds = 3_600;
/** The first one is due so long after the last row is written. */
const leadSeconds = 20;

const stage = await openStage(1);
try {
  const [service] = stage.services;
  if (!service) throw new Error("there is no push service");
  const tenants = [];
  for (let index = 0; index < workspaces; index++) {
    const tenant = await newTenant(stage);
    await seedDevices(tenant, service, 1, `tenant-${index}`);
    tenants.push(tenant);
  }
  const seedStart = performance.now();
  const start = await seedCampaigns(tenants.map(({ api, siteId }) => ({ workspaceId: api.workspaceId, siteId })));
  console.log(`${campaigns} campaigns planned in ${((performance.now() - seedStart) / 1000).toFixed(1)} s`);

  await sleep(start.getTime() - Date.now());
  const cpuBefore = cpuSeconds();
  const watchedFrom = Date.now();
  while (Date.now() - watchedFrom < watchSeconds * 1000) {
    await sleep(Math.min(30_000, watchSeconds * 1000));
    const [{ due = 0, begun = 0 } = {}] = await query<{ due: number; begun: number }>(
      `SELECT count(*)::int AS due, count(started_at)::int AS begun FROM run WHERE due_at <= now()`,
    );
    console.log(`${Math.round((Date.now() - watchedFrom) / 1000)} s: ${begun} of ${due} due ones have begun`);
  }
  const cpu = cpuSeconds() - cpuBefore;
  const end = new Date(Date.now());
  // What is late shall be counted, not left out.
  await sleep(30_000);
  const [row] = await query<Record<string, number | null>>(
    `SELECT count(*)::int AS due, count(started_at)::int AS begun, count(finished_at)::int AS finished,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY began) AS p50, percentile_disc(0.99) WITHIN GROUP (ORDER BY began) AS p99,
            max(began) AS worst, percentile_disc(0.99) WITHIN GROUP (ORDER BY sent) AS sent99
       FROM (SELECT started_at, finished_at, (extract(epoch FROM started_at - due_at) * 1000)::int AS began,
                    (extract(epoch FROM finished_at - due_at) * 1000)::int AS sent
               FROM run WHERE due_at >= $1 AND due_at < $2) AS watched`,
    [start, end],
  );
  const [{ waiting = 0 } = {}] = await query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM campaign c WHERE c.type = 'recurring' AND c.status IN ('scheduled', 'running')
        AND NOT EXISTS (SELECT 1 FROM run r WHERE r.workspace_id = c.workspace_id AND r.campaign_id = c.id AND r.status = 'due')`,
  );
  const seconds = (end.getTime() - start.getTime()) / 1000;
  console.log(`due in ${Math.round(seconds)} s: ${row?.due}, begun ${row?.begun}, through ${row?.finished}`);
  console.log(
    `begun after its time: p50 ${row?.p50} ms, p99 ${row?.p99} ms, at most ${row?.worst} ms; through p99 ${row?.sent99} ms`,
  );
  console.log(
    `CPU of all processes: ${((cpu / seconds) * 100).toFixed(0)} % of a core, ${((cpu / (row?.due || 1)) * 1000).toFixed(1)} ms a campaign`,
  );
  console.log(`recurring campaigns without a next run: ${waiting}`);
  console.log(
    JSON.stringify({
      bench: "schedules",
      campaigns,
      watchedSeconds: Math.round(seconds),
      ...row,
      cpuMsPerCampaign: Math.round((cpu / (row?.due || 1)) * 10_000) / 10,
      cores: Math.round((cpu / seconds) * 100) / 100,
      withoutNextRun: waiting,
    }),
  );
} finally {
  await stage.close();
}

/** Writes the rows as scheduling does, in bulk: every second campaign repeats daily. @returns when the first is due */
async function seedCampaigns(places: { workspaceId: string; siteId: string }[]): Promise<Date> {
  const written = `WITH made AS (
      SELECT uuidv7() AS id, uuidv7() AS run_id, n, place.workspace_id, place.site_id, n % 2 = 1 AS repeats,
             ($3::timestamptz + make_interval(secs => n::float8 * ${hourSeconds} / $4)) AS due_at
        FROM generate_series($5::int, $6::int - 1) AS n
        JOIN unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS place (workspace_id, site_id, number) ON place.number = n % ${workspaces} + 1),
    campaigns AS (
      INSERT INTO campaign (id, workspace_id, site_id, name, channel, type, status, trigger, audience, options, next_run_at, started_at, updated_at)
      SELECT id, workspace_id, site_id, 'Planned ' || n, 'web_push', (CASE WHEN repeats THEN 'recurring' ELSE 'one_time' END)::campaign_type,
             (CASE WHEN repeats THEN 'running' ELSE 'scheduled' END)::campaign_status,
             CASE WHEN repeats THEN jsonb_build_object('type', 'recurring', 'rrule', 'FREQ=DAILY', 'timezone', 'UTC',
                    'startsAt', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'))
                  ELSE jsonb_build_object('type', 'one_time', 'at', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END,
             '{"type": "all"}', '{}', due_at, CASE WHEN repeats THEN now() END, now() FROM made),
    steps AS (
      INSERT INTO campaign_step (id, workspace_id, campaign_id, index, content)
      SELECT uuidv7(), workspace_id, id, 0, '{"title": "It is time", "message": "As planned."}' FROM made)
    INSERT INTO run (id, workspace_id, campaign_id, due_at, status, is_only, updated_at)
    SELECT run_id, workspace_id, id, due_at, 'due', NOT repeats, now() FROM made`;
  const pages = Math.ceil(campaigns / 10_000);
  // A page takes about a second; the first must not be due before the last is written.
  const start = new Date(Math.ceil((Date.now() + (leadSeconds + pages * 2) * 1000) / 1000) * 1000);
  for (let page = 0; page < pages; page++)
    await query(written, [
      places.map(({ workspaceId }) => workspaceId),
      places.map(({ siteId }) => siteId),
      start,
      campaigns,
      page * 10_000,
      Math.min(campaigns, (page + 1) * 10_000),
    ]);
  await query("ANALYZE campaign, run, campaign_step");
  return start;
}

/** User and system time of the product's processes and all their children so far, s. */
function cpuSeconds(): number {
  const ticks = 100;
  const parents = new Map<number, { parent: number; time: number }>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ").map(Number) ?? [];
      const [, parent = 0] = fields;
      parents.set(Number(name), { parent, time: (fields.slice(11, 15).reduce((a, b) => a + b, 0) || 0) / ticks });
    } catch {
      // It ended meanwhile; its parent has its time.
    }
  }
  const roots = new Set(Object.values(stage.product.pids));
  const isOurs = (pid: number): boolean =>
    roots.has(pid) || (parents.has(pid) && isOurs(parents.get(pid)?.parent ?? 0));
  return [...parents].filter(([pid]) => isOurs(pid)).reduce((sum, [, { time }]) => sum + time, 0);
}
