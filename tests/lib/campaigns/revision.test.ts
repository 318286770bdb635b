import { beforeAll, expect, test } from "vitest";
import { getCampaign, updateCampaign } from "#lib/campaigns/campaigns.ts";
import { newDraft, newShop, type Shop } from "#tests/support/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await newShop();
});

test("whoever edits what somebody else edited since is told, and changes nothing; without a revision the last one wins", async () => {
  const { id, revision } = await newDraft(shop, { name: "First" });
  const second = await updateCampaign(shop.ctx, id, { name: "Second", revision });
  expect(second.revision).toBe(revision + 1);
  await expect(updateCampaign(shop.ctx, id, { name: "Third", revision })).rejects.toMatchObject({
    code: "conflict",
    fields: { revision: [expect.stringContaining(String(second.revision))] },
  });
  expect((await getCampaign(shop.ctx, id)).name).toBe("Second");
  expect((await updateCampaign(shop.ctx, id, { name: "Fourth" })).name).toBe("Fourth");
});

test("of two edits of one revision at the same moment one is kept", async () => {
  const { id, revision } = await newDraft(shop);
  const edits = ["A", "B", "C"].map((name) => updateCampaign(shop.ctx, id, { name, revision }));
  const outcomes = await Promise.allSettled(edits);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
  expect((await getCampaign(shop.ctx, id)).revision).toBe(revision + 1);
});
