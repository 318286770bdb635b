import { afterAll, beforeAll, expect, test } from "vitest";
import {
  approveCampaign,
  getApproval,
  listApprovals,
  rejectCampaign,
  submitCampaign,
} from "#lib/campaigns/approvals.ts";
import { getCampaign, updateCampaign } from "#lib/campaigns/campaigns.ts";
import { scheduleCampaign, sendCampaign, unscheduleCampaign } from "#lib/campaigns/moves.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { updateWorkspace } from "#lib/workspaces/workspaces.ts";
import { newMember } from "#tests/support/accounts.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newDraft, newShop, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterAll(() => service.close());

const inAnHour = () => ({ at: new Date(Date.now() + 3_600_000) });
const page = { page: 1, pageSize: 25 };

/** A shop that sends nothing unapproved, with a member who writes and an admin who approves. */
async function strictShop(): Promise<Shop & { member: Context; admin: Context }> {
  const shop = await newShop();
  await newDevice(shop, service, shop.ctx.workspaceId);
  const member = await newMember(shop.ctx.workspaceId, "member");
  const admin = await newMember(shop.ctx.workspaceId, "admin");
  await updateWorkspace(shop.ctx, { settings: { approvalRequired: true } });
  return { ...shop, member: member.ctx, admin: admin.ctx };
}

test("an unapproved campaign cannot leave draft, by whatever way; an approved one can, at a time of one's choice", async () => {
  const shop = await strictShop();
  const { id } = await newDraft(shop);
  const ways = [() => sendCampaign(shop.ctx, id), () => scheduleCampaign(shop.ctx, id, inAnHour())];
  const refused = async () => {
    for (const way of ways)
      await expect(way()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("draft") });
    expect((await getCampaign(shop.ctx, id)).status).toBe("draft");
    expect(await db.run.count({ where: { workspaceId: shop.ctx.workspaceId, campaignId: id } })).toBe(0);
  };
  await refused();
  await submitCampaign(shop.member, id, { note: "For Friday" });
  await refused();
  await rejectCampaign(shop.admin, id, { note: "Too loud" });
  await refused();
  expect(await getCampaign(shop.ctx, id)).toMatchObject({ approval: { status: "rejected", decisionNote: "Too loud" } });
  await submitCampaign(shop.member, id, {});
  await approveCampaign(shop.admin, id, {});
  expect(await scheduleCampaign(shop.member, id, inAnHour())).toMatchObject({
    status: "scheduled",
    approval: { status: "approved", decidedByUserId: expect.any(String) },
  });
  expect(await sendCampaign(shop.member, id)).toMatchObject({ status: "running" });
});

test("without the setting nobody needs approval, and none is asked for", async () => {
  const shop = await newShop();
  await newDevice(shop, service, shop.ctx.workspaceId);
  const { id } = await newDraft(shop);
  await expect(submitCampaign(shop.ctx, id, {})).rejects.toMatchObject({ code: "conflict" });
  expect(await sendCampaign(shop.ctx, id)).toMatchObject({ status: "running" });
});

test("an edit drops what was asked or approved and shows what was changed; a new name does not", async () => {
  const shop = await strictShop();
  const { id } = await newDraft(shop);
  await submitCampaign(shop.member, id, {});
  await approveCampaign(shop.admin, id, {});
  await updateCampaign(shop.ctx, id, { name: "Another name" });
  expect((await getApproval(shop.ctx, id)).current).toMatchObject({ status: "approved", changes: [] });

  const { steps } = await getCampaign(shop.ctx, id);
  const [step] = steps;
  if (!step) throw new Error("no step");
  await updateCampaign(shop.ctx, id, {
    steps: [{ ...step, content: { ...step.content, title: "Hello, all" } }],
    options: { ttlSeconds: 60 },
  });
  expect((await getApproval(shop.admin, id)).current).toMatchObject({
    status: "dropped",
    mayDecide: false,
    changes: [
      { field: "steps.0.content.title", before: "Hello", after: "Hello, all" },
      { field: "options.ttlSeconds", before: null, after: "60" },
    ],
  });
  await expect(sendCampaign(shop.ctx, id)).rejects.toMatchObject({ code: "conflict" });
  await expect(approveCampaign(shop.admin, id, {})).rejects.toMatchObject({ code: "conflict" });
});

test("a scheduled campaign stays as it was approved until it is taken back to draft", async () => {
  const shop = await strictShop();
  const { id } = await newDraft(shop);
  await submitCampaign(shop.member, id, {});
  await approveCampaign(shop.admin, id, {});
  await scheduleCampaign(shop.ctx, id, inAnHour());
  await expect(updateCampaign(shop.ctx, id, { options: { urgency: "high" } })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("scheduled"),
  });
  expect((await getCampaign(shop.ctx, id)).options).toEqual({});
  await unscheduleCampaign(shop.ctx, id);
  expect(await updateCampaign(shop.ctx, id, { options: { urgency: "high" } })).toMatchObject({
    approval: { status: "dropped" },
  });
});

test("members ask and admins decide, not the one who asked – unless nobody else can", async () => {
  const shop = await strictShop();
  const { id } = await newDraft(shop);
  await submitCampaign(shop.admin, id, {});
  await expect(approveCampaign(shop.member, id, {})).rejects.toMatchObject({ code: "forbidden" });
  await expect(approveCampaign(shop.admin, id, {})).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("Somebody else"),
  });
  expect((await getApproval(shop.admin, id)).current).toMatchObject({ mayDecide: false });
  expect((await getApproval(shop.ctx, id)).current).toMatchObject({ mayDecide: true });
  expect(await approveCampaign(shop.ctx, id, {})).toMatchObject({ approval: { status: "approved" } });

  const alone = await newShop();
  await newDevice(alone, service, alone.ctx.workspaceId);
  await updateWorkspace(alone.ctx, { settings: { approvalRequired: true } });
  const own = await newDraft(alone);
  await submitCampaign(alone.ctx, own.id, {});
  expect(await approveCampaign(alone.ctx, own.id, {})).toMatchObject({ approval: { status: "approved" } });
});

test("of many who ask or decide at once one is heard; the audit log says who", async () => {
  const shop = await strictShop();
  const { id } = await newDraft(shop);
  const heard = (tries: PromiseSettledResult<unknown>[]) => tries.filter(({ status }) => status === "fulfilled").length;
  expect(heard(await Promise.allSettled(Array.from({ length: 8 }, () => submitCampaign(shop.member, id, {}))))).toBe(1);
  const decisions = [shop.admin, shop.ctx, shop.admin, shop.ctx].map((ctx, index) =>
    index % 2 ? approveCampaign(ctx, id, {}) : rejectCampaign(ctx, id, { note: "No" }),
  );
  expect(heard(await Promise.allSettled(decisions))).toBe(1);
  const entries = await db.auditEntry.findMany({ where: { workspaceId: shop.ctx.workspaceId, entityId: id } });
  expect(entries.map(({ action }) => action).filter((action) => action !== "campaign.create")).toHaveLength(2);
});

test("the list of requests is the workspace's own, by state", async () => {
  const [shop, other] = [await strictShop(), await strictShop()];
  const { id } = await newDraft(shop);
  await submitCampaign(shop.member, id, { note: "Please" });
  expect((await listApprovals(shop.admin, { ...page, status: "requested" })).data).toMatchObject([
    { campaignId: id, campaignName: "News", note: "Please", requestedByName: expect.any(String) },
  ]);
  expect((await listApprovals(shop.admin, { ...page, status: "approved" })).data).toEqual([]);
  expect((await listApprovals(other.admin, page)).data).toEqual([]);
  for (const attempt of [
    () => submitCampaign(other.ctx, id, {}),
    () => approveCampaign(other.ctx, id, {}),
    () => rejectCampaign(other.ctx, id, { note: "Mine" }),
    () => getApproval(other.ctx, id),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
});
