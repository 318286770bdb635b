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

type Shop = Awaited<ReturnType<typeof seedDrip>>;
let shop: Shop;
beforeAll(async () => {
  shop = await seedDrip(6_000);
});

/** A campaign to all of them, in the ledger and not sent. */
async function waitingRun(shop: Shop): Promise<string> {
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
  const unknown = await waitingRun(shop);
  expect(await readByClaim(unknown, "message_queue")).toBe(250);
  await query("ANALYZE message, message_queue");
  const other = await waitingRun(shop);
  for (const table of ["message_queue", "message", "subscription", "subscriber"])
    expect(await readByClaim(other, table), table).toBeLessThanOrEqual(250);
});

test("claims and successes write no index of the ledger, and read of it what they move", async () => {
  // The planner has not heard of this workspace yet.
  const newcomer = await seedDrip(3_000);
  const runId = await waitingRun(newcomer);
  const updates = async () => {
    const [row] = await query<{ all: number; hot: number; read: number }>(
      `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot,
              (SELECT sum(idx_tup_read)::int FROM pg_stat_user_indexes WHERE relname = 'message') + seq_tup_read::int AS read
         FROM pg_stat_user_tables WHERE relname = 'message'`,
    );
    return row ?? { all: 0, hot: 0, read: 0 };
  };
  const before = await updates();
  const worker = await workerId();
  for (let taken = 0; taken < 3_000; ) {
    const terms = { limit: 250, sliceId: newId() };
    const { messages } = await claimMessages(newcomer.ctx.workspaceId, runId, worker, terms);
    await recordOutcomes(
      worker,
      messages.map((message) => ({ message, outcome: { kind: "sent" } })),
    );
    taken += messages.length;
  }
  // A connection tells what it did within ten seconds.
  await expect.poll(async () => (await updates()).all - before.all, { timeout: 30_000 }).toBeGreaterThanOrEqual(6_000);
  const after = await updates();
  // Not all: pages that the writing of the ledger filled to their edge have no room.
  expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThan(0.8);
  // Each is found by its id: twice by the claim, once by the outcome.
  expect((after.read - before.read) / 3_000).toBeLessThan(6);
  expect(await queueDrift(newcomer.ctx.workspaceId)).toEqual([]);
});
