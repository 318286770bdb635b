import { expect, test } from "vitest";
import { getPerformance } from "#lib/analytics/performance.ts";
import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import { db, query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { dropOld, firstIdAt } from "#lib/privacy/retention.ts";
import { updateWorkspace } from "#lib/workspaces/workspaces.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { importAll, upload } from "#tests/support/imports.ts";
import { newCampaign, newSite, newSubscription } from "#tests/support/workspace.ts";

const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day);

/** An id as it would have been made that many days ago. */
function idFrom(days: number): string {
  return firstIdAt(ago(days)).slice(0, 18) + newId().slice(18);
}

async function countOf(table: "message" | "event", workspaceId: string): Promise<number> {
  const [row] = await query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table} WHERE workspace_id = $1`, [
    workspaceId,
  ]);
  return row?.count ?? 0;
}

test("messages and events go by age, each workspace by its own; figures stay and say so", async () => {
  const [{ ctx }, { ctx: other }] = [await newAccount(), await newAccount()];
  await updateWorkspace(ctx, { settings: { messageRetentionDays: 30, eventRetentionDays: 60 } });
  for (const each of [ctx, other]) {
    const site = await newSite(each);
    const { subscriberId } = await newSubscription(site.id);
    const { id: campaignId } = await newCampaign(each, site.id);
    const runId = newId();
    await query("UPDATE campaign SET created_at = $2 WHERE id = $1", [campaignId, ago(100)]);
    for (const [days, status] of [
      [80, "sent"],
      [80, "queued"],
      [31, "failed"],
      [10, "sent"],
    ] as const) {
      await query(
        `INSERT INTO message (id, workspace_id, site_id, campaign_id, run_id, subscriber_id, subscription_id, channel, status)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'web_push', $8::message_status)`,
        [idFrom(days), each.workspaceId, site.id, campaignId, runId, subscriberId, newId(), status],
      );
      await query(
        `INSERT INTO counter (workspace_id, site_id, campaign_id, run_id, step_index, variant, day, ${status}) VALUES ($1, $2, $3, $4, 0, 0, $5, 1)
         ON CONFLICT (run_id, step_index, variant, day) DO UPDATE SET ${status} = counter.${status} + 1`,
        [each.workspaceId, site.id, campaignId, runId, ago(days)],
      );
    }
    for (const days of [80, 10])
      await query(
        "INSERT INTO event (id, workspace_id, subscriber_id, type, name, at) VALUES ($1, $2, $3, 'custom', 'order', $4)",
        [idFrom(days), each.workspaceId, subscriberId, ago(days)],
      );
  }
  expect(await dropOld(Date.now() + 60_000)).toBe(true);
  // What still waits to be sent is never too old.
  expect([await countOf("message", ctx.workspaceId), await countOf("event", ctx.workspaceId)]).toEqual([2, 1]);
  expect([await countOf("message", other.workspaceId), await countOf("event", other.workspaceId)]).toEqual([4, 2]);

  const campaign = await db.campaign.findFirstOrThrow({ where: { workspaceId: ctx.workspaceId } });
  expect((await getPerformance(ctx, campaign.id)).recipients).toBe(4);
  expect(await getReconciliation(ctx, campaign.id)).toMatchObject({ isExact: true, recipients: 2 });
  expect((await getReconciliation(ctx, campaign.id)).ledgerSince).toBeInstanceOf(Date);
  const theirs = await db.campaign.findFirstOrThrow({ where: { workspaceId: other.workspaceId } });
  expect(await getReconciliation(other, theirs.id)).toMatchObject({ isExact: true, ledgerSince: null });
});

test("old files of imports, broken uploads and old answers of the API go too", async () => {
  const { ctx } = await newAccount();
  const done = await importAll(ctx, "external id,time zone\nc-1,Mars/Phobos\n");
  const waiting = await upload(ctx, "external id\nc-2\n");
  const fresh = await upload(ctx, "external id\nc-3\n");
  await query("UPDATE import SET finished_at = $2, updated_at = $2 WHERE id = ANY ($1::uuid[])", [
    [done.id, waiting.id],
    ago(8),
  ]);
  await query(
    "INSERT INTO import (id, workspace_id, file_name, created_at, updated_at) VALUES ($1, $2, 'x', $3, now())",
    [newId(), ctx.workspaceId, ago(1)],
  );
  await query("INSERT INTO idempotency_key (id, request_hash, created_at) VALUES ('\\x01', '\\x01', $1)", [ago(2)]);
  await dropOld(Date.now() + 60_000);
  const left = await query<{ import_id: string }>("SELECT import_id FROM import_chunk WHERE workspace_id = $1", [
    ctx.workspaceId,
  ]);
  expect(left).toEqual([{ import_id: fresh.id }]);
  expect(
    await query("SELECT 1 FROM import WHERE workspace_id = $1 AND status = 'receiving'", [ctx.workspaceId]),
  ).toEqual([]);
  expect(await query("SELECT 1 FROM import WHERE id = $1 AND status = 'cancelled'", [waiting.id])).toHaveLength(1);
  expect(await query("SELECT 1 FROM idempotency_key")).toEqual([]);
});
