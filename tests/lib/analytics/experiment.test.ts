import { afterAll, beforeAll, expect, test } from "vitest";
import { getExperiment } from "#lib/analytics/experiment.ts";
import { differenceOf, shareOf, verdictOn } from "#lib/analytics/shares.ts";
import { sendCampaign } from "#lib/campaigns/moves.ts";
import { holdoutVariant } from "#lib/campaigns/variants-schema.ts";
import { pickWinner } from "#lib/campaigns/winner.ts";
import { db } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { deliverAll, newDevices, newDraft, newShop, runOf, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
beforeAll(async () => {
  service = await trustedPushService();
});
afterAll(() => service.close());

const content = { title: "A", message: "There is news." };
const variants = ["A", "B"].map((name) => ({ name, weight: 50, content: { ...content, title: name } }));

test("a share is told with bounds that are known from the tables, and few messages make no winner", () => {
  // Wilson's interval of 10 in 100 at 95 %.
  const share = shareOf(10, 100);
  expect(share.low).toBeCloseTo(0.0552, 3);
  expect(share.high).toBeCloseTo(0.1744, 3);
  expect(shareOf(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  const [few, many] = [
    differenceOf(shareOf(5, 10), shareOf(0, 10)),
    differenceOf(shareOf(500, 1000), shareOf(400, 1000)),
  ];
  expect(verdictOn(few, [10, 10])).toBe("not_enough_data");
  expect(verdictOn(many, [1000, 1000])).toBe("clear");
  expect(verdictOn(differenceOf(shareOf(50, 1000), shareOf(48, 1000)), [1000, 1000])).toBe("no_clear_difference");
});

test("who owns a campaign may choose the winner before its time: the rest gets it at once, and only once is it chosen", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 24, "pick");
  const options = { experiment: { testShare: 0.5, waitMinutes: 600 } };
  const { id } = await newDraft(shop, { steps: [{ content, variants }], options });
  await expect(pickWinner(shop.ctx, id, { variant: 1 })).rejects.toMatchObject({ code: "conflict" });
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id, 100);
  const asked = service.posts.length;
  expect(asked).toBeLessThan(24);
  await expect(pickWinner(shop.ctx, id, { variant: 2 })).rejects.toMatchObject({ code: "validation_error" });
  const picks = await Promise.allSettled([0, 1, 1].map((variant) => pickWinner(shop.ctx, id, { variant })));
  expect(picks.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await deliverAll(shop, id);
  expect(service.posts).toHaveLength(24);
  expect(await runOf(shop, id)).toMatchObject({ winnerBy: "person", status: "completed" });
  const result = await getExperiment(shop.ctx, id);
  expect(result.variants.reduce((sum, { counts }) => sum + counts.sent, 0)).toBe(asked);
  expect(result.rest?.sent).toBe(24 - asked);
  expect(result.comparison?.verdict).toBe("not_enough_data");
});

test("what people did with and without the campaign is compared, with its money", async () => {
  const shop = await newShop();
  await newDevices(shop, service, 30, "goal");
  const options = { experiment: { holdoutShare: 0.4, goalEvent: "purchase" } };
  const { id } = await newDraft(shop, { options });
  await sendCampaign(shop.ctx, id);
  await deliverAll(shop, id);
  const messages = await db.message.findMany({ where: { workspaceId: shop.ctx.workspaceId, campaignId: id } });
  const held = messages.filter(({ variant }) => variant === holdoutVariant);
  const sent = messages.filter(({ status }) => status === "sent");
  expect(held.length).toBeGreaterThan(2);
  expect(sent.length).toBeGreaterThan(4);
  const buy = (message: (typeof messages)[number] | undefined, value: number, at = new Date()) =>
    db.event.create({
      data: {
        id: newId(),
        workspaceId: shop.ctx.workspaceId,
        siteId: shop.site.id,
        subscriberId: message?.subscriberId ?? "",
        type: "custom",
        name: "purchase",
        properties: { value },
        at,
      },
    });
  await buy(sent[0], 10);
  await buy(sent[0], 5);
  await buy(sent[1], 20);
  await buy(held[0], 3);
  // Before the campaign, and of another name: neither counts.
  await buy(sent[2], 99, new Date(Date.now() - 86_400_000));
  const { holdout } = await getExperiment(shop.ctx, id);
  expect(holdout).toMatchObject({ messages: held.length, goalEvent: "purchase" });
  expect(holdout?.comparison).toMatchObject({
    treated: { messages: sent.length, conversions: 2, value: 35 },
    heldOut: { messages: held.length, conversions: 1, value: 3 },
    verdict: "not_enough_data",
  });
  expect(holdout?.comparison?.extraConversions).toBeCloseTo(2 - sent.length / held.length);
});
