import { beforeAll, expect, test } from "vitest";
import { planned } from "#lib/campaigns/calendar.ts";
import { scheduleCampaign, skipNextRun } from "#lib/campaigns/moves.ts";
import { newDraft, newShop, type Shop } from "#tests/support/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await newShop();
});
const dayMs = 86_400_000;
const from = new Date(Math.floor(Date.now() / dayMs + 2) * dayMs);
const at = (days: number, hours: number) => new Date(from.getTime() + days * dayMs + hours * 3_600_000);

test("the calendar holds scheduled campaigns and the firings of recurring ones, without those skipped", async () => {
  const once = await newDraft(shop, { name: "Once" });
  await scheduleCampaign(shop.ctx, once.id, { at: at(1, 9) });
  const startsAt = at(0, 8).toISOString().slice(0, 16);
  const daily = await newDraft(shop, {
    name: "Daily",
    trigger: { type: "recurring", rrule: "FREQ=DAILY", startsAt, timezone: "UTC" },
  });
  await scheduleCampaign(shop.ctx, daily.id, {});
  await skipNextRun(shop.ctx, daily.id);
  await newDraft(shop, { name: "Draft", trigger: { type: "one_time", at: at(1, 10).toISOString() } });

  const { data, isPartial } = await planned(shop.ctx, { from, to: at(3, 0) });
  expect(data.map((entry) => [entry.name, entry.at, entry.isMovable])).toEqual([
    ["Daily", at(1, 8), false],
    ["Once", at(1, 9), true],
    ["Daily", at(2, 8), false],
  ]);
  expect(isPartial).toBe(false);
  expect((await planned(shop.ctx, { from, to: at(3, 0), siteId: "elsewhere" })).data).toEqual([]);
  expect((await planned((await newShop()).ctx, { from, to: at(3, 0) })).data).toEqual([]);
});

test("what fires many times a day is one entry for the day", async () => {
  const other = await newShop();
  const { id } = await newDraft(other, {
    trigger: {
      type: "recurring",
      rrule: "FREQ=HOURLY",
      startsAt: at(0, 0).toISOString().slice(0, 16),
      timezone: "UTC",
    },
  });
  await scheduleCampaign(other.ctx, id, {});
  const { data } = await planned(other.ctx, { from, to: at(2, 0) });
  expect(data.map((entry) => [entry.at, entry.times])).toEqual([
    [at(0, 0), 24],
    [at(1, 0), 24],
  ]);
});

test("a rule that fires more often than the calendar looks says that not all of it is there", async () => {
  const other = await newShop();
  const { id } = await newDraft(other, {
    trigger: {
      type: "recurring",
      rrule: "FREQ=HOURLY;BYMINUTE=0,15,30,45",
      startsAt: at(0, 0).toISOString().slice(0, 16),
      timezone: "UTC",
    },
  });
  await scheduleCampaign(other.ctx, id, {});
  expect((await planned(other.ctx, { from, to: at(8, 0) })).isPartial).toBe(false);
  expect((await planned(other.ctx, { from, to: at(9, 0) })).isPartial).toBe(true);
});

test("a stretch that is empty or too long is refused", async () => {
  await expect(planned(shop.ctx, { from, to: from })).rejects.toMatchObject({ code: "validation_error" });
  await expect(planned(shop.ctx, { from, to: at(90, 0) })).rejects.toMatchObject({ code: "validation_error" });
});
