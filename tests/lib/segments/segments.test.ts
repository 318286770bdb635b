import { beforeAll, describe, expect, test } from "vitest";
import { segmentHistory } from "#lib/analytics/segment-history.ts";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { countSegmentsOfToday } from "#lib/segments/daily.ts";
import { estimateRules, estimateSegment } from "#lib/segments/estimate.ts";
import type { Rules } from "#lib/segments/grammar.ts";
import { createSegment, deleteSegment, getSegment, listSegments, updateSegment } from "#lib/segments/segments.ts";
import { suggestValues } from "#lib/segments/suggestions.ts";
import { createSubscriber } from "#lib/subscribers/subscribers.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { campaignBody, newSite, newSubscription } from "#tests/support/workspace.ts";

const vips: Rules = { all: [{ field: "tag", op: "eq", value: "vip" }] };
let ctx: Context;
let siteId: string;

beforeAll(async () => {
  ({ ctx } = await newAccount());
  siteId = (await newSite(ctx)).id;
  await createSubscriber(ctx, { externalId: "a", name: "Ada", tags: ["vip", "new"], attributes: { plan: "pro" } });
  await createSubscriber(ctx, { externalId: "b", tags: ["vip"], attributes: { plan: "free", seats: 3 } });
  await createSubscriber(ctx, { externalId: "c" });
});

describe("a segment", () => {
  test("counts its people, shows some, and remembers the figure until its rules change", async () => {
    const { id } = await createSegment(ctx, { name: " VIPs ", rules: vips });
    expect(await getSegment(ctx, id)).toMatchObject({ name: "VIPs", rules: vips, estimatedCount: null });
    const estimate = await estimateSegment(ctx, id);
    expect(estimate).toMatchObject({ count: 2, isExact: true });
    expect(estimate.sample.map((person) => person.externalId).sort()).toEqual(["a", "b"]);
    expect((await getSegment(ctx, id)).estimatedCount).toBe(2);
    await updateSegment(ctx, id, { rules: { all: [] } });
    expect((await getSegment(ctx, id)).estimatedCount).toBeNull();
  });

  test("of no rules is everyone; test devices' people and the deleted are nobody", async () => {
    const test = await newSubscription(siteId);
    await db.subscriber.update({ where: { id: test.subscriberId }, data: { isTest: true } });
    await db.subscriber.create({ data: { id: newId(), workspaceId: ctx.workspaceId, isDeleted: true } });
    expect((await estimateRules(ctx, { rules: { all: [] } })).count).toBe(3);
  });

  test("of a site asks for a subscription there", async () => {
    const { subscriberId } = await newSubscription(siteId);
    const { id } = await createSegment(ctx, { name: "Here", siteId, rules: { all: [] } });
    expect((await estimateSegment(ctx, id)).sample.map((person) => person.id)).toContain(subscriberId);
    expect((await listSegments(ctx, { page: 1, pageSize: 10, siteId })).data.map((each) => each.id)).toEqual([id]);
    await db.subscriber.delete({ where: { id: subscriberId } }).catch(() => undefined);
  });

  test("cannot be deleted while a campaign that is not over reaches it or leaves it out", async () => {
    const { id } = await createSegment(ctx, { name: "Used", rules: vips });
    const other = await createSegment(ctx, { name: "Left out", rules: vips });
    const audience = { type: "segment", segmentId: id, exclude: { segmentIds: [other.id] } };
    const campaign = await createCampaign(ctx, NewCampaign.parse(campaignBody(siteId, { audience })));
    for (const each of [id, other.id])
      await expect(deleteSegment(ctx, each)).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("Autumn sale"),
      });
    await db.campaign.update({ where: { id: campaign.id }, data: { status: "completed" } });
    await deleteSegment(ctx, id);
    await expect(getSegment(ctx, id)).rejects.toMatchObject({ code: "not_found" });
    const again = NewCampaign.parse(campaignBody(siteId, { audience }));
    await expect(createCampaign(ctx, again)).rejects.toMatchObject({ code: "not_found" });
  });

  test("names nothing of another workspace", async () => {
    const stranger = await newAccount();
    const { id } = await createSegment(ctx, { name: "Ours", rules: vips });
    await expect(getSegment(stranger.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    const group = await db.group.create({ data: { id: newId(), workspaceId: ctx.workspaceId, name: "Ours" } });
    const named: Rules[] = [
      { all: [{ field: "group", op: "eq", value: group.id }] },
      { any: [{ all: [{ field: `campaign.${newId()}`, op: "is", value: "clicked" }] }] },
    ];
    for (const rules of named) {
      await expect(createSegment(stranger.ctx, { name: "x", rules })).rejects.toMatchObject({ code: "not_found" });
      await expect(estimateRules(stranger.ctx, { rules })).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(createSegment(stranger.ctx, { name: "x", siteId, rules: vips })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("is counted once a day, and its page tells size and campaigns", async () => {
    const { id } = await createSegment(ctx, { name: "Daily", rules: vips });
    await createCampaign(
      ctx,
      NewCampaign.parse(campaignBody(siteId, { audience: { type: "segment", segmentId: id } })),
    );
    while ((await countSegmentsOfToday()) > 0);
    const { days, campaigns } = await segmentHistory(ctx, id);
    expect(days).toEqual([{ date: new Date().toISOString().slice(0, 10), count: 2 }]);
    expect(campaigns).toMatchObject([{ name: "Autumn sale", counts: { recipients: 0 } }]);
    await query("UPDATE segment_day SET day = day - 1 WHERE segment_id = $1", [id]);
    expect(await countSegmentsOfToday()).toBe(1);
    expect((await segmentHistory(ctx, id)).days).toHaveLength(2);
  });
});

test("suggestions are the workspace's own values", async () => {
  const values = async (field: string, search?: string) =>
    (await suggestValues(ctx, { field, search })).data.map(({ value }) => value);
  expect(await values("tag")).toEqual(["vip", "new"]);
  expect(await values("tag", "NE")).toEqual(["new"]);
  expect((await values("attribute")).sort()).toEqual(["plan", "seats"]);
  expect((await values("attribute.plan")).sort()).toEqual(["free", "pro"]);
  expect(await values("attribute.seats")).toEqual([3]);
  expect(await values("nonsense")).toEqual([]);
  const stranger = await newAccount();
  expect((await suggestValues(stranger.ctx, { field: "tag" })).data).toEqual([]);
});
