import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deleteCampaign, duplicateCampaign, getCampaign, updateCampaign } from "#lib/campaigns/campaigns.ts";
import {
  cancelCampaign,
  pauseCampaign,
  resumeCampaign,
  scheduleCampaign,
  sendCampaign,
  skipNextRun,
  unscheduleCampaign,
} from "#lib/campaigns/moves.ts";
import { listRuns } from "#lib/campaigns/runs.ts";
import type { NewCampaignInput } from "#lib/campaigns/schema.ts";
import { replanAfterTzChange } from "#lib/campaigns/tz-change.ts";
import { moveClock, now } from "#lib/clock.ts";
import { db } from "#lib/db.ts";
import { deliverSlice } from "#lib/delivery/deliver.ts";
import { writeLedger } from "#lib/delivery/ledger.ts";
import { startRun } from "#lib/delivery/start-run.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newDraft, newShop, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
let shop: Shop;
beforeAll(async () => {
  service = await trustedPushService();
  shop = await newShop();
  await newDevice(shop, service, "one");
});
afterAll(() => service.close());
afterEach(() => moveClock(0));

const hourMs = 3_600_000;
type Trigger = Extract<NonNullable<NewCampaignInput["trigger"]>, { type: "recurring" }>;

/** Hourly, on the hour, since the first of November. */
const hourly: Trigger = { type: "recurring", rrule: "FREQ=HOURLY", startsAt: "2026-11-01T00:00", timezone: "UTC" };

async function switchedOn(trigger: Partial<Trigger> = {}): Promise<string> {
  const { id } = await newDraft(shop, { trigger: { ...hourly, ...trigger } });
  await scheduleCampaign(shop.ctx, id, {});
  return id;
}

function waitingRun(campaignId: string) {
  return db.run.findFirstOrThrow({ where: { workspaceId: shop.ctx.workspaceId, campaignId, status: "due" } });
}

/** Moves the clock to an instant. */
function goTo(at: Date): void {
  moveClock(at.getTime() - Date.now());
}

/** Does with the waiting run what the queue does when it is due. */
async function begin(campaignId: string): Promise<{ started: boolean; runId: string }> {
  const run = await waitingRun(campaignId);
  return { started: await startRun(shop.ctx.workspaceId, run.id), runId: run.id };
}

async function finish(runId: string): Promise<void> {
  await writeLedger(shop.ctx.workspaceId, runId, 60_000);
  while ((await deliverSlice(shop.ctx.workspaceId, runId, 5_000)).next !== "end");
}

async function dueTimes(campaignId: string, status: string): Promise<string[]> {
  const { data } = await listRuns(shop.ctx, campaignId, { page: 1, pageSize: 100 });
  return data
    .filter((run) => run.status === status)
    .map((run) => run.dueAt.toISOString())
    .reverse();
}

describe("a recurring campaign always has its next run", () => {
  test("switched on it runs and waits for the first firing; before its start it is scheduled", async () => {
    const id = await switchedOn();
    const campaign = await getCampaign(shop.ctx, id);
    const next = new Date(Math.floor(now().getTime() / hourMs + 1) * hourMs);
    expect(campaign).toMatchObject({ status: "running", nextRunAt: next });
    expect((await waitingRun(id)).dueAt).toEqual(next);
    const later = await switchedOn({ startsAt: "2099-01-01T00:30" });
    expect(await getCampaign(shop.ctx, later)).toMatchObject({
      status: "scheduled",
      nextRunAt: new Date("2099-01-01T00:30:00Z"),
    });
  });

  test("the run that begins makes the next in the same transaction, also when told twice at once", async () => {
    const id = await switchedOn();
    const run = await waitingRun(id);
    goTo(run.dueAt);
    const told = await Promise.all([1, 2, 3].map(() => startRun(shop.ctx.workspaceId, run.id)));
    expect(told).toEqual([true, true, true]);
    const runs = await db.run.findMany({ where: { campaignId: id }, orderBy: { dueAt: "asc" } });
    expect(runs.map(({ status, dueAt }) => [status, dueAt.getTime() - run.dueAt.getTime()])).toEqual([
      ["running", 0],
      ["due", hourMs],
    ]);
    expect((await getCampaign(shop.ctx, id)).nextRunAt).toEqual(runs[1]?.dueAt);
  });

  test("it does not begin before its time", async () => {
    const id = await switchedOn();
    expect(await begin(id)).toMatchObject({ started: false });
    expect(await dueTimes(id, "running")).toEqual([]);
  });

  test("after its last firing it is completed, once that run is through", async () => {
    const start = new Date(Math.floor(Date.now() / hourMs + 1) * hourMs);
    const id = await switchedOn({ rrule: "FREQ=HOURLY;COUNT=2", startsAt: start.toISOString().slice(0, 16) });
    for (const _ of ["first", "last"]) {
      expect((await getCampaign(shop.ctx, id)).status).not.toBe("completed");
      goTo((await waitingRun(id)).dueAt);
      await finish((await begin(id)).runId);
    }
    expect(await getCampaign(shop.ctx, id)).toMatchObject({ status: "completed", nextRunAt: null });
    expect(await dueTimes(id, "completed")).toHaveLength(2);
  });
});

describe("G18: after a six-hour outage of an hourly rule", () => {
  let first: Date;
  beforeEach(() => {
    first = new Date(Math.floor(Date.now() / hourMs + 1) * hourMs);
  });
  const after = (hours: number) => new Date(first.getTime() + hours * hourMs).toISOString();

  test("`latest` sends the latest one once", async () => {
    const id = await switchedOn();
    goTo(new Date(first.getTime() + 6 * hourMs + 20 * 60_000));
    const { started, runId } = await begin(id);
    expect(started).toBe(true);
    expect(await dueTimes(id, "running")).toEqual([after(6)]);
    expect(await dueTimes(id, "missed")).toEqual([0, 1, 2, 3, 4, 5].map(after));
    expect(await dueTimes(id, "due")).toEqual([after(7)]);
    await finish(runId);
    expect((await getCampaign(shop.ctx, id)).status).toBe("running");
  });

  test("`skip` sends none and waits for the next", async () => {
    const id = await switchedOn({ missedRuns: "skip" });
    goTo(new Date(first.getTime() + 6 * hourMs + 20 * 60_000));
    expect((await begin(id)).started).toBe(false);
    expect(await dueTimes(id, "running")).toEqual([]);
    expect(await dueTimes(id, "missed")).toEqual([0, 1, 2, 3, 4, 5, 6].map(after));
    expect(await dueTimes(id, "due")).toEqual([after(7)]);
  });

  test("`skip` still sends what is a minute late", async () => {
    const id = await switchedOn({ missedRuns: "skip" });
    goTo(new Date(first.getTime() + 60_000));
    expect((await begin(id)).started).toBe(true);
    expect(await dueTimes(id, "missed")).toEqual([]);
  });

  test("`all` sends each of the seven, one after the other, and then waits", async () => {
    const id = await switchedOn({ missedRuns: "all" });
    goTo(new Date(first.getTime() + 6 * hourMs + 20 * 60_000));
    for (let begun = 0; begun < 7; begun++) expect((await begin(id)).started).toBe(true);
    expect((await begin(id)).started).toBe(false);
    expect(await dueTimes(id, "running")).toEqual([0, 1, 2, 3, 4, 5, 6].map(after));
    expect(await dueTimes(id, "missed")).toEqual([]);
    expect(await dueTimes(id, "due")).toEqual([after(7)]);
  });

  test("a year away of a rule that fires every minute is counted, not written row by row", async () => {
    const id = await switchedOn({ rrule: `FREQ=HOURLY;BYMINUTE=${[...Array(60).keys()].join()}` });
    goTo(new Date(first.getTime() + 30 * 24 * hourMs));
    expect((await begin(id)).started).toBe(true);
    const { total } = await listRuns(shop.ctx, id, { page: 1, pageSize: 1 });
    expect(total).toBeLessThan(510);
  });
});

describe("while it is switched on", () => {
  test("skip the next one: it is not sent, the one after is next, and stays so", async () => {
    const id = await switchedOn();
    const skipped = (await waitingRun(id)).dueAt;
    const { nextRunAt } = await skipNextRun(shop.ctx, id);
    expect(nextRunAt?.getTime()).toBe(skipped.getTime() + hourMs);
    await pauseCampaign(shop.ctx, id);
    expect((await resumeCampaign(shop.ctx, id)).nextRunAt).toEqual(nextRunAt);
    const rows = await db.run.findMany({ where: { campaignId: id }, orderBy: { dueAt: "asc" } });
    expect(rows.map(({ status, statusReason }) => [status, statusReason])).toEqual([
      ["cancelled", "skipped"],
      ["due", null],
    ]);
  });

  test("the last firing cannot be skipped, a one-time campaign has none to skip", async () => {
    const start = new Date(Date.now() + hourMs).toISOString().slice(0, 16);
    const last = await switchedOn({ rrule: "FREQ=HOURLY;COUNT=1", startsAt: start });
    await expect(skipNextRun(shop.ctx, last)).rejects.toMatchObject({ code: "conflict" });
    expect((await waitingRun(last)).status).toBe("due");
    const { id } = await newDraft(shop);
    await expect(skipNextRun(shop.ctx, id)).rejects.toMatchObject({ code: "conflict" });
  });

  test("paused it does not begin; what passed meanwhile is not made up for", async () => {
    const id = await switchedOn();
    const first = (await waitingRun(id)).dueAt;
    const held = await waitingRun(id);
    await pauseCampaign(shop.ctx, id);
    expect((await getCampaign(shop.ctx, id)).nextRunAt).toBeNull();
    goTo(new Date(first.getTime() + 3 * hourMs + 60_000));
    expect(await startRun(shop.ctx.workspaceId, held.id)).toBe(false);
    const { nextRunAt } = await resumeCampaign(shop.ctx, id);
    expect(nextRunAt?.getTime()).toBe(first.getTime() + 4 * hourMs);
    expect(await dueTimes(id, "missed")).toEqual([]);
  });

  test("a change of its rule moves the next run", async () => {
    const id = await switchedOn();
    const daily: Trigger = { ...hourly, rrule: "FREQ=DAILY", startsAt: "2026-11-01T18:30", timezone: "Asia/Kathmandu" };
    const { nextRunAt } = await updateCampaign(shop.ctx, id, { trigger: daily });
    expect(nextRunAt?.toISOString()).toMatch(/T12:45:00/);
    expect((await waitingRun(id)).dueAt).toEqual(nextRunAt);
    await expect(
      updateCampaign(shop.ctx, id, { trigger: { ...daily, rrule: "FREQ=DAILY;UNTIL=20261102T000000Z" } }),
    ).rejects.toMatchObject({ code: "never_occurs" });
    await expect(updateCampaign(shop.ctx, id, { trigger: { type: "one_time" } })).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await waitingRun(id)).dueAt).toEqual(nextRunAt);
  });

  test("its content does not change under a run that goes out", async () => {
    const id = await switchedOn();
    const steps = [{ delayMinutes: 0 as const, content: { title: "New", message: "words" } }];
    await updateCampaign(shop.ctx, id, { steps });
    goTo((await waitingRun(id)).dueAt);
    const { runId } = await begin(id);
    await expect(updateCampaign(shop.ctx, id, { steps })).rejects.toMatchObject({ code: "conflict" });
    await finish(runId);
    await updateCampaign(shop.ctx, id, { steps });
  });

  test("stopped, its next run goes with it, and what went out stays", async () => {
    const id = await switchedOn();
    goTo((await waitingRun(id)).dueAt);
    await finish((await begin(id)).runId);
    expect(await cancelCampaign(shop.ctx, id)).toMatchObject({ status: "cancelled", nextRunAt: null });
    expect(await db.run.findMany({ where: { campaignId: id }, select: { status: true } })).toEqual([
      { status: "completed" },
    ]);
    await deleteCampaign(shop.ctx, id);
  });

  test("a run names its own figures", async () => {
    const id = await switchedOn();
    for (const _ of ["one", "two"]) {
      goTo((await waitingRun(id)).dueAt);
      await finish((await begin(id)).runId);
    }
    const { data } = await listRuns(shop.ctx, id, { page: 1, pageSize: 25 });
    expect(data.map(({ status, counts }) => [status, counts.recipients, counts.sent])).toEqual([
      ["due", 0, 0],
      ["completed", 1, 1],
      ["completed", 1, 1],
    ]);
    const first = await listRuns(shop.ctx, id, { page: 1, pageSize: 2 });
    const rest = await listRuns(shop.ctx, id, { page: 1, pageSize: 2, cursor: first.nextCursor ?? "" });
    expect([...first.data, ...rest.data].map((run) => run.id)).toEqual(data.map((run) => run.id));
    expect(rest.nextCursor).toBeNull();
  });
});

test("it is not sent by hand, goes back to draft before its start, and is copied with its rule", async () => {
  const id = await switchedOn({ startsAt: "2099-01-01T00:30" });
  await expect(sendCampaign(shop.ctx, id)).rejects.toMatchObject({ code: "conflict" });
  await skipNextRun(shop.ctx, id);
  expect(await unscheduleCampaign(shop.ctx, id)).toMatchObject({ status: "draft", nextRunAt: null });
  expect(await db.run.count({ where: { campaignId: id } })).toBe(0);
  expect((await scheduleCampaign(shop.ctx, id, {})).nextRunAt).toEqual(new Date("2099-01-01T00:30:00Z"));
  expect(await duplicateCampaign(shop.ctx, id)).toMatchObject({
    status: "draft",
    type: "recurring",
    trigger: { rrule: "FREQ=HOURLY", startsAt: "2099-01-01T00:30" },
  });
});

test("when the time zone tables changed since the last start, waiting runs follow; what is due already stays", async () => {
  const [moved, due] = [await switchedOn(), await switchedOn()];
  const right = await waitingRun(moved);
  const wrong = new Date(right.dueAt.getTime() + 30 * 60_000);
  await db.run.update({ where: { id: right.id }, data: { dueAt: wrong } });
  const past = new Date(Date.now() - 5_000);
  await db.run.updateMany({ where: { campaignId: due, status: "due" }, data: { dueAt: past } });
  await replanAfterTzChange("2026a");
  const count = await replanAfterTzChange("2026b");
  expect(count).toBeGreaterThanOrEqual(1);
  expect((await waitingRun(moved)).dueAt).toEqual(right.dueAt);
  expect((await getCampaign(shop.ctx, moved)).nextRunAt).toEqual(right.dueAt);
  expect((await waitingRun(due)).dueAt).toEqual(past);
  expect(await replanAfterTzChange("2026b")).toBe(0);
});

test("a simulated year: each firing has its run at its time, 09:00 on the wall in summer and winter", async () => {
  const start = new Date(Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000);
  const rules: [rrule: string, firings: number][] = [
    ["FREQ=WEEKLY;BYDAY=TU", 52],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", 12],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", 52],
  ];
  for (const [rrule, firings] of rules) {
    goTo(start);
    const startsAt = `${start.toISOString().slice(0, 10)}T09:00`;
    const id = await switchedOn({ rrule, startsAt, timezone: "Europe/Berlin" });
    const wall = new Intl.DateTimeFormat("en", { timeStyle: "short", hourCycle: "h23", timeZone: "Europe/Berlin" });
    let count = 0;
    for (let due = (await waitingRun(id)).dueAt; due.getTime() < start.getTime() + 364 * 86_400_000; count++) {
      expect(wall.format(due)).toBe("09:00");
      goTo(due);
      await finish((await begin(id)).runId);
      due = (await waitingRun(id)).dueAt;
    }
    expect(Math.abs(count - firings), `${rrule} fired ${count} times`).toBeLessThanOrEqual(1);
    // The ledger's own clock stands still meanwhile, so most are past their time to live; each is there once.
    expect(await db.message.count({ where: { campaignId: id } })).toBe(count);
    expect(
      await db.run.groupBy({ by: ["status"], where: { campaignId: id }, _count: true, orderBy: { status: "asc" } }),
    ).toEqual([
      { status: "due", _count: 1 },
      { status: "completed", _count: count },
    ]);
  }
}, 60_000);
