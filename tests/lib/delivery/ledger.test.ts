import { expect, test } from "vitest";
import { getPerformance } from "#lib/analytics/performance.ts";
import { cancelCampaign, pauseCampaign, resumeCampaign, sendCampaign } from "#lib/campaigns/moves.ts";
import { db, query } from "#lib/db.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import { newDraft, newShop, runOf, type Shop } from "#tests/support/shop.ts";

/** Many pages for each of the two connections that write a large audience. */
const pageSize = 50;
const people = 2_010;

async function newCrowd(): Promise<Shop> {
  const shop = await newShop();
  await query(
    `WITH person AS (
       INSERT INTO subscriber (id, workspace_id, updated_at) SELECT uuidv7(), $1, now() FROM generate_series(1, $3) RETURNING id)
     INSERT INTO subscription (id, workspace_id, subscriber_id, site_id, channel, address_hash, updated_at)
     SELECT uuidv7(), $1, id, $2, 'web_push', uuid_send(uuidv7()), now() FROM person`,
    [shop.ctx.workspaceId, shop.site.id, people],
  );
  return shop;
}

/** A campaign to all of them whose run has begun and is not in the ledger yet. */
async function begin(shop: Shop) {
  const campaign = await newDraft(shop);
  await sendCampaign(shop.ctx, campaign.id);
  const { id } = await runOf(shop, campaign.id);
  await startRun(shop.ctx.workspaceId, id);
  const write = (maxMs: number) => writeLedger(shop.ctx.workspaceId, id, maxMs, { pageSize });
  return { campaignId: campaign.id, runId: id, write };
}

async function inLedger(runId: string) {
  const [row] = await query<{ messages: number; devices: number }>(
    "SELECT count(*)::int AS messages, count(DISTINCT subscription_id)::int AS devices FROM message WHERE run_id = $1",
    [runId],
  );
  return row;
}

test("a large audience is in the ledger once, wherever its writing stopped and whatever was forgotten of it", async () => {
  const shop = await newCrowd();
  const { campaignId, runId, write } = await begin(shop);
  // Time for one page at a time; then what a crash forgets: how far the quicker connection had come.
  expect(await write(0)).toBe("more");
  expect(await write(0)).toBe("more");
  expect(await inLedger(runId)).toEqual({ messages: 2 * pageSize, devices: 2 * pageSize });
  await db.run.update({ where: { id: runId }, data: { ledgerCursor: null } });
  expect(await write(60_000)).toBe("complete");
  const whole = { messages: people, devices: people };
  expect(await inLedger(runId)).toEqual(whole);

  await db.run.update({ where: { id: runId }, data: { ledgerCursor: null, ledgerComplete: false } });
  const writers = await Promise.all([write(60_000), write(60_000)]);
  expect(writers.sort()).toEqual(["complete", "elsewhere"]);
  expect(await inLedger(runId)).toEqual(whole);
  expect(await getPerformance(shop.ctx, campaignId)).toMatchObject({ recipients: people, queued: people });
});

test("a pause or a cancel under way ends the writing, and a resumed run gets what it lacks", async () => {
  const shop = await newCrowd();
  const { campaignId, runId, write } = await begin(shop);
  expect(await write(0)).toBe("more");
  const writing = write(60_000);
  await pauseCampaign(shop.ctx, campaignId);
  // It may have been through by then.
  expect(["elsewhere", "complete"]).toContain(await writing);
  const before = await inLedger(runId);
  expect(await write(60_000)).not.toBe("more");
  expect(await inLedger(runId)).toEqual(before);
  expect(await getPerformance(shop.ctx, campaignId)).toMatchObject({ recipients: before?.messages });
  await resumeCampaign(shop.ctx, campaignId);
  expect(await write(60_000)).toBe("complete");
  expect(await inLedger(runId)).toEqual({ messages: people, devices: people });
  await cancelCampaign(shop.ctx, campaignId);
  expect(await getPerformance(shop.ctx, campaignId)).toMatchObject({ recipients: people });
});
