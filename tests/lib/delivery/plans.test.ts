import { beforeAll, expect, test } from "vitest";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import { keysInOrder, pool, query } from "#lib/db.ts";
import { claiming, claimMessages } from "#lib/delivery/claim.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { recordOutcomes } from "#lib/delivery/record.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { workerId } from "#lib/delivery/worker.ts";
import { newId } from "#lib/ids.ts";
import { seedDrip } from "#tests/support/drip-audience.ts";
import { nodesOf } from "#tests/support/plan.ts";
import { queueDrift } from "#tests/support/queue.ts";

const people = 6_000;
let shop: Awaited<ReturnType<typeof seedDrip>>;
beforeAll(async () => {
  shop = await seedDrip(people);
});

/** A campaign to all of them, in the ledger and not sent. */
async function waitingRun(): Promise<string> {
  const campaign = await createCampaign(
    shop.ctx,
    NewCampaign.parse({
      name: "News",
      siteId: shop.siteId,
      steps: [{ content: { title: "Hello", message: "News." } }],
    }),
  );
  await sendCampaign(shop.ctx, campaign.id);
  const [run] = await query<{ id: string }>("SELECT id FROM run WHERE campaign_id = $1", [campaign.id]);
  await startRun(shop.ctx.workspaceId, run?.id ?? "");
  await writeLedger(shop.ctx.workspaceId, run?.id ?? "", 60_000);
  return run?.id ?? "";
}

/** How many rows of a table a claim of 250 reads. */
async function readByClaim(runId: string, table: string): Promise<number> {
  const client = await pool().connect();
  try {
    await client.query("BEGIN");
    await client.query(keysInOrder(true));
    const values = [shop.ctx.workspaceId, runId, 1, false, [], [], [], [], [], [], [], newId()];
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${claiming(250)} SELECT * FROM moved`, values);
    return nodesOf(rows)
      .filter((node) => /Scan/.test(node["Node Type"]) && node["Relation Name"] === table)
      .reduce((most, node) => Math.max(most, (node["Actual Rows"] ?? 0) * (node["Actual Loops"] ?? 0)), 0);
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}

test("a claim reads as much of the queue as it takes, whatever the planner believes of it", async () => {
  await query("ANALYZE message, message_queue");
  const unknown = await waitingRun();
  expect(await readByClaim(unknown, "message_queue")).toBe(250);
  await query("ANALYZE message, message_queue");
  const other = await waitingRun();
  for (const table of ["message_queue", "message", "subscription", "subscriber"])
    expect(await readByClaim(other, table), table).toBeLessThanOrEqual(250);
});

test("claims and successes write no index of the ledger", async () => {
  const runId = await waitingRun();
  const updates = async () => {
    await query("SELECT pg_stat_force_next_flush()");
    const [row] = await query<{ all: number; hot: number }>(
      "SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'message'",
    );
    return row ?? { all: 0, hot: 0 };
  };
  const before = await updates();
  const worker = await workerId();
  for (let taken = 0; taken < 3_000; ) {
    const terms = { limit: 250, sliceId: newId() };
    const { messages } = await claimMessages(shop.ctx.workspaceId, runId, worker, terms);
    await recordOutcomes(
      worker,
      messages.map((message) => ({ message, outcome: { kind: "sent" } })),
    );
    taken += messages.length;
  }
  expect(await queueDrift(shop.ctx.workspaceId)).toEqual([]);
  // A connection tells what it did within ten seconds.
  await expect.poll(async () => (await updates()).all - before.all, { timeout: 30_000 }).toBeGreaterThanOrEqual(6_000);
  const after = await updates();
  // Not all: pages that the writing of the ledger filled to their edge have no room.
  expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThan(0.8);
});
