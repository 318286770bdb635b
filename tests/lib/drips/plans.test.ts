import { beforeAll, expect, test } from "vitest";
import { keysOnly, query, transaction } from "#lib/db.ts";
import { advanceDrips, duePage, dueQueues } from "#lib/drips/advance.ts";
import { newId } from "#lib/ids.ts";
import { seedDrip } from "#tests/support/drip-audience.ts";
import { nodesOf, type PlanNode } from "#tests/support/plan.ts";

let drip: Awaited<ReturnType<typeof seedDrip>>;
const people = 20_000;
beforeAll(async () => {
  drip = await seedDrip(people);
});

const large = new Set(["enrollment", "message", "subscription", "subscriber"]);

/** What of a plan reads a whole table that grows with the audience. */
function scansOf(rows: { "QUERY PLAN": { Plan: PlanNode }[] }[]): string[] {
  return nodesOf(rows)
    .filter((node) => /Scan/.test(node["Node Type"]) && large.has(node["Relation Name"] ?? ""))
    .filter((node) => !/Index|Bitmap|Tid/.test(node["Node Type"]))
    .map((node) => `${node["Node Type"]} on ${node["Relation Name"]}`);
}

test("a step reads and moves by keys, whatever the planner believes of the audience", async () => {
  await query(
    "UPDATE enrollment SET next_at = now() WHERE id IN (SELECT id FROM enrollment WHERE campaign_id = $1 LIMIT 3000)",
    [drip.campaignId],
  );
  const values = [
    drip.ctx.workspaceId,
    drip.campaignId,
    1,
    drip.siteId,
    "web_push",
    newId(),
    [0, 1, 2],
    [1440, 2880, 4320],
    "[[], [], []]",
    null,
    "UTC",
  ];
  const scans = await transaction(async (client) => {
    await client.query(keysOnly);
    return scansOf((await client.query(`EXPLAIN (FORMAT JSON) ${duePage()}`, values)).rows);
  });
  expect(scans).toEqual([]);
});

test("finding out who is due reads no enrollment that is not", async () => {
  expect(scansOf(await query(`EXPLAIN (FORMAT JSON) ${dueQueues}`))).toEqual([]);
});

test("a step moves everybody who is due, page after page, and nobody else", async () => {
  let moved = 0;
  for (let more = 1; more > 0; moved += more) more = await advanceDrips(60_000);
  expect(moved).toBe(3000);
  const places = await query(
    "SELECT position, count(*)::int AS count FROM enrollment WHERE campaign_id = $1 GROUP BY 1 ORDER BY 1",
    [drip.campaignId],
  );
  expect(places).toEqual([
    { position: 0, count: people - 3000 },
    { position: 1, count: 3000 },
  ]);
});
