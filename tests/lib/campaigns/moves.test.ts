import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  archiveCampaign,
  deleteCampaign,
  duplicateCampaign,
  getCampaign,
  updateCampaign,
} from "#lib/campaigns/campaigns.ts";
import {
  cancelCampaign,
  legalMoves,
  pauseCampaign,
  resumeCampaign,
  retryCampaign,
  scheduleCampaign,
  sendCampaign,
  skipNextRun,
  unscheduleCampaign,
} from "#lib/campaigns/moves.ts";
import {
  type CampaignStatus,
  type CampaignType,
  campaignStatuses,
  type NewCampaignInput,
} from "#lib/campaigns/schema.ts";
import { db } from "#lib/db.ts";
import { createFeed } from "#lib/feeds/feeds.ts";
import { NewFeed } from "#lib/feeds/schema.ts";
import { newMember } from "#tests/support/accounts.ts";
import { type FeedServer, rss, startFeedServer } from "#tests/support/feed-server.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newDraft, newShop, runOf, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
let feeds: FeedServer;
let shop: Shop;
let feedId: string;
let device: { subscriberId: string; subscriptionId: string };

beforeAll(async () => {
  service = await trustedPushService();
  feeds = await startFeedServer();
  feeds.answer("/news", (_, response) => response.end(rss([{ guid: "1" }])));
  shop = await newShop();
  const { subscriberId, subscriptionId } = await newDevice(shop, service, "one");
  device = { subscriberId, subscriptionId };
  feedId = (await createFeed(shop.ctx, shop.site.id, NewFeed.parse({ url: `${feeds.url}/news` }))).id;
});
afterAll(() => {
  feeds.close();
  return service.close();
});

const inAnHour = () => new Date(Date.now() + 3_600_000);

/** `same`: it stays in its state; `gone`: nobody finds it any more. */
interface Action {
  run: (id: string) => Promise<unknown>;
  from: CampaignStatus[];
  to: CampaignStatus | "same" | "gone";
  /** What it needs besides its state. */
  given?: (id: string) => Promise<unknown>;
}

/** Which states each action may start from; everything else must be refused and change nothing. */
const actions: Record<string, Action> = {
  send: { run: (id) => sendCampaign(shop.ctx, id), from: ["draft", "scheduled"], to: "running" },
  schedule: {
    run: (id) => scheduleCampaign(shop.ctx, id, { at: inAnHour() }),
    from: ["draft", "scheduled"],
    to: "scheduled",
  },
  unschedule: { run: (id) => unscheduleCampaign(shop.ctx, id), from: ["scheduled"], to: "draft" },
  cancel: { run: (id) => cancelCampaign(shop.ctx, id), from: ["scheduled", "running", "paused"], to: "cancelled" },
  pause: { run: (id) => pauseCampaign(shop.ctx, id), from: ["running"], to: "paused" },
  resume: { run: (id) => resumeCampaign(shop.ctx, id), from: ["paused"], to: "running" },
  retry: {
    given: withFailedMessage,
    run: (id) => retryCampaign(shop.ctx, id),
    from: ["completed", "failed"],
    to: "running",
  },
  "skip next": { given: withWaitingRun, run: (id) => skipNextRun(shop.ctx, id), from: [], to: "same" },
  edit: { run: (id) => updateCampaign(shop.ctx, id, { name: "Anew" }), from: ["draft", "scheduled"], to: "same" },
  archive: {
    run: (id) => archiveCampaign(shop.ctx, id),
    from: ["draft", "completed", "cancelled", "failed"],
    to: "same",
  },
  delete: {
    run: (id) => deleteCampaign(shop.ctx, id),
    from: ["draft", "completed", "cancelled", "failed"],
    to: "gone",
  },
};

async function withFailedMessage(campaignId: string): Promise<void> {
  const place = { workspaceId: shop.ctx.workspaceId, campaignId };
  const run = await db.run.create({ data: { ...place, dueAt: new Date(), status: "completed", ledgerComplete: true } });
  await db.message.create({
    data: { ...place, runId: run.id, ...device, siteId: shop.site.id, channel: "web_push", status: "failed" },
  });
}

async function withWaitingRun(campaignId: string): Promise<void> {
  await db.run.create({ data: { workspaceId: shop.ctx.workspaceId, campaignId, dueAt: inAnHour() } });
}

/** Does the action in a state, and expects what the table says of it. */
async function tried(action: Action, from: CampaignStatus, id: string): Promise<void> {
  await action.given?.(id);
  await db.campaign.update({ where: { id }, data: { status: from } });
  if (!action.from.includes(from)) {
    await expect(action.run(id), from).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(new RegExp(`${from}|not sent by hand`)),
    });
    expect((await getCampaign(shop.ctx, id)).status).toBe(from);
    return;
  }
  await action.run(id);
  if (action.to === "gone") return expect(getCampaign(shop.ctx, id)).rejects.toMatchObject({ code: "not_found" });
  const to = action.to === "same" ? from : action.to;
  expect((await getCampaign(shop.ctx, id)).status, from).toBe(to);
  expect(from === to || legalMoves[from].includes(to)).toBe(true);
}

describe("a campaign moves only along the table", () => {
  for (const [name, action] of Object.entries(actions))
    for (const from of campaignStatuses)
      test(`${name} from ${from} ${action.from.includes(from) ? "goes" : "is refused, naming the state"}`, async () =>
        tried(action, from, (await newDraft(shop)).id));
});

/** What runs by itself: the same table, but it is switched on instead of sent. */
const byThemselves: Record<Exclude<CampaignType, "one_time">, () => NonNullable<NewCampaignInput["trigger"]>> = {
  recurring: () => ({
    type: "recurring",
    rrule: "FREQ=DAILY",
    startsAt: "2026-01-01T09:00",
    timezone: "Europe/Berlin",
  }),
  welcome: () => ({ type: "welcome" }),
  triggered: () => ({ type: "triggered", event: "cart_left" }),
  rss: () => ({ type: "rss", feedId }),
};

describe("what runs by itself moves only along the table too", () => {
  const others: typeof actions = {
    ...actions,
    send: { run: (id) => sendCampaign(shop.ctx, id), from: [], to: "running" },
    schedule: { run: (id) => scheduleCampaign(shop.ctx, id, {}), from: ["draft", "scheduled"], to: "running" },
    edit: {
      run: (id) => updateCampaign(shop.ctx, id, { name: "Anew" }),
      from: ["draft", "scheduled", "running", "paused"],
      to: "same",
    },
  };
  const skipping: typeof actions = {
    "skip next": {
      given: withWaitingRun,
      run: (id) => skipNextRun(shop.ctx, id),
      from: ["scheduled", "running"],
      to: "same",
    },
  };
  for (const [type, trigger] of Object.entries(byThemselves))
    for (const [name, action] of Object.entries({ ...others, ...(type === "recurring" ? skipping : {}) }))
      test(`${type}: ${name}, from each state`, async () => {
        for (const from of campaignStatuses)
          await tried(action, from, (await newDraft(shop, { trigger: trigger() })).id);
      });
});

test("of twenty people who send at once one succeeds, and there is one run", async () => {
  const { id } = await newDraft(shop);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => sendCampaign(shop.ctx, id)));
  expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  expect(await db.run.count({ where: { workspaceId: shop.ctx.workspaceId, campaignId: id } })).toBe(1);
});

test("a scheduled campaign can be moved in time and keeps its one run", async () => {
  const { id } = await newDraft(shop);
  await scheduleCampaign(shop.ctx, id, { at: inAnHour() });
  const later = new Date(Date.now() + 7_200_000);
  expect(await scheduleCampaign(shop.ctx, id, { at: later })).toMatchObject({
    status: "scheduled",
    nextRunAt: later,
    trigger: { at: later },
  });
  expect((await runOf(shop, id)).dueAt).toEqual(later);
});

test("nobody to send to is said before anything is changed", async () => {
  const empty = await newShop();
  const { id } = await newDraft(empty);
  await expect(sendCampaign(empty.ctx, id)).rejects.toMatchObject({ code: "empty_audience" });
  expect((await getCampaign(empty.ctx, id)).status).toBe("draft");
});

test("a time in the past, more than a year ahead or missing is refused with the field named", async () => {
  const { id } = await newDraft(shop);
  for (const at of [new Date(Date.now() - 86_400_000), new Date(Date.now() + 400 * 86_400_000), undefined])
    await expect(scheduleCampaign(shop.ctx, id, { at })).rejects.toMatchObject({
      code: "validation_error",
      fields: { at: [expect.any(String)] },
    });
});

test("a campaign of another workspace is not found, whatever one tries", async () => {
  const other = await newShop();
  const { id } = await newDraft(shop);
  for (const attempt of [
    () => sendCampaign(other.ctx, id),
    () => scheduleCampaign(other.ctx, id, { at: inAnHour() }),
    () => cancelCampaign(other.ctx, id),
    () => pauseCampaign(other.ctx, id),
    () => resumeCampaign(other.ctx, id),
    () => retryCampaign(other.ctx, id),
    () => unscheduleCampaign(other.ctx, id),
    () => updateCampaign(other.ctx, id, { name: "Mine now" }),
    () => deleteCampaign(other.ctx, id),
    () => duplicateCampaign(other.ctx, id),
    () => newDraft(other, { siteId: shop.site.id }),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
});

test("a running campaign cannot be edited or deleted; a member may send, an API key without the scope may not", async () => {
  const { id } = await newDraft(shop);
  const member = await newMember(shop.ctx.workspaceId, "member");
  const key = {
    ...shop.ctx,
    actor: { type: "api_key" as const, apiKeyId: id, userId: id, scopes: ["campaigns:read"] },
  };
  await expect(sendCampaign(key, id)).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("campaigns:send"),
  });
  await sendCampaign(member.ctx, id);
  await expect(updateCampaign(shop.ctx, id, { name: "Other" })).rejects.toMatchObject({ code: "conflict" });
  await expect(deleteCampaign(shop.ctx, id)).rejects.toMatchObject({ code: "conflict" });
});

test("a payload of 3,993 bytes is taken and one of 3,994 refused with the byte count", async () => {
  const content = { title: "T", message: "x", url: "https://shop.example/" };
  const bytes = (length: number) =>
    newDraft(shop, {
      steps: [
        { content: { ...content, url: `https://shop.example/${"a".repeat(length)}`, message: "y".repeat(1900) } },
      ],
    });
  const fault = await bytes(2000).then(
    () => undefined,
    (error: Error) => error,
  );
  const over = Number(/(\d+) of 3993/.exec(fault?.message ?? "")?.[1] ?? 3993) - 3993;
  const fits = over > 0 ? 2000 - over : undefined;
  expect(fits, "the first try must be over the limit").toBeGreaterThan(0);
  await expect(bytes((fits ?? 0) + 1)).rejects.toMatchObject({
    code: "payload_too_large",
    message: expect.stringContaining("3994 of 3993"),
  });
  await expect(bytes(fits ?? 0)).resolves.toMatchObject({ status: "draft" });
});
