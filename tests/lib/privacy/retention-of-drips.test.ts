import { beforeEach, expect, test } from "vitest";
import { updateCampaign } from "#lib/campaigns/campaigns.ts";
import { CampaignChanges } from "#lib/campaigns/schema.ts";
import { db, query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { dropOld, firstIdAt } from "#lib/privacy/retention.ts";
import { updateWorkspace } from "#lib/workspaces/workspaces.ts";
import { runningWelcome, step } from "#tests/support/drips.ts";
import { newShop, type Shop } from "#tests/support/shop.ts";

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const edit = (id: string, steps: object[]) => updateCampaign(shop.ctx, id, CampaignChanges.parse({ steps }));
const drop = () => dropOld(Date.now() + 60_000);

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
  await updateWorkspace(shop.ctx, { settings: { messageRetentionDays: 30, eventRetentionDays: 60 } });
});

/** Somebody's walk that ended so many days ago; `days` undefined: they are inside. */
async function walk(campaignId: string, days: number | undefined, eventId: string | null = newId()): Promise<string> {
  const { id: subscriberId } = await db.subscriber.create({
    data: { id: newId(), workspaceId: shop.ctx.workspaceId },
  });
  const over = days === undefined ? {} : { status: "completed" as const, finishedAt: ago(days) };
  const { stepsVersion: version } = await db.campaign.findUniqueOrThrow({ where: { id: campaignId } });
  const id = newId();
  await db.enrollment.create({
    data: { id, workspaceId: shop.ctx.workspaceId, campaignId, subscriberId, eventId, version, ...over },
  });
  return id;
}

test("an alarm's history and walks go by age; what is still to be sent, and whom a welcome greeted, stays", async () => {
  const { workspaceId } = shop.ctx;
  const alarm = await runningWelcome(shop, [step("Alarm")], {
    trigger: { type: "triggered", event: "order" },
    audience: { type: "event_subject" },
  });
  const welcome = await runningWelcome(shop, [step("Hello")]);
  await walk(alarm, 70);
  const kept = [
    await walk(alarm, 70),
    await walk(alarm, 50),
    await walk(alarm, undefined),
    await walk(welcome, 700, null),
  ];
  await query(
    `INSERT INTO message (id, workspace_id, site_id, campaign_id, run_id, enrollment_id, subscriber_id, subscription_id, channel, status)
     VALUES ($1, $2, $3, $4, $5, $6, $5, $5, 'web_push', 'queued')`,
    [firstIdAt(ago(70)), workspaceId, shop.site.id, alarm, newId(), kept[0]],
  );
  const firings = [70, 50].map((days) => firstIdAt(ago(days)));
  for (const id of firings)
    await query(
      "INSERT INTO firing (id, workspace_id, campaign_id, event_id, subscriber_id, outcome) VALUES ($1, $2, $3, $4, $4, 'fired')",
      [id, workspaceId, alarm, newId()],
    );
  await drop();
  const walks = await db.enrollment.findMany({ where: { workspaceId, campaignId: { in: [alarm, welcome] } } });
  expect(walks.map(({ id }) => id).sort()).toEqual(kept.sort());
  const left = await db.firing.findMany({ where: { workspaceId } });
  expect(left.map(({ id }) => id)).toEqual(firings.slice(1));
});

test("earlier steps go once nobody walks them and their messages are gone, and no new step gets their number", async () => {
  const { ctx, site } = shop;
  const welcome = await runningWelcome(shop, [step("Hello"), step("Second", 10)]);
  const inside = await walk(welcome, undefined, null);
  await query("UPDATE enrollment SET next_at = now() WHERE id = $1", [inside]);
  await query(
    "INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting) VALUES ($1, $2, 1, 1) ON CONFLICT DO NOTHING",
    [ctx.workspaceId, welcome],
  );
  await edit(welcome, [step("Hello", 0, { key: 0 })]);
  const versions = async () =>
    (await db.stepsVersion.findMany({ where: { campaignId: welcome }, orderBy: { version: "asc" } })).map(
      ({ version }) => version,
    );
  const [first = 0, second = 0] = await versions();
  await drop();
  expect(await db.stepsVersion.count({ where: { campaignId: welcome, leftAt: null } })).toBe(2);

  // The last of them leaves; a message of theirs still waits.
  await query("UPDATE enrollment SET status = 'completed', next_at = NULL, finished_at = now() WHERE id = $1", [
    inside,
  ]);
  await drop();
  expect(await db.stepsVersion.findMany({ where: { campaignId: welcome, leftAt: { not: null } } })).toHaveLength(1);
  await query("UPDATE steps_version SET left_at = $2 WHERE campaign_id = $1 AND left_at IS NOT NULL", [
    welcome,
    ago(31),
  ]);
  const messageId = firstIdAt(ago(32));
  await query(
    `INSERT INTO message (id, workspace_id, site_id, campaign_id, run_id, enrollment_id, subscriber_id, subscription_id, channel, status)
     VALUES ($1, $2, $3, $4, $5, $6, $5, $5, 'web_push', 'queued')`,
    [messageId, ctx.workspaceId, site.id, welcome, newId(), inside],
  );
  await drop();
  expect(await versions()).toEqual([first, second]);
  await query("UPDATE message SET status = 'sent' WHERE id = $1", [messageId]);
  await query("UPDATE campaign SET created_at = $2 WHERE id = $1", [welcome, ago(40)]);
  await drop();
  expect(await versions()).toEqual([second]);

  await edit(welcome, [step("Hello", 0, { key: 0 }), step("Other", 10)]);
  const steps = await db.step.findMany({ where: { campaignId: welcome }, orderBy: { index: "asc" } });
  expect(steps.map(({ key }) => key)).toEqual([0, 2]);
});
