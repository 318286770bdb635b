import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#lib/db.ts";
import { createSegment } from "#lib/segments/segments.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { call, type MethodName } from "#tests/support/api.ts";
import { campaignBody, newSite } from "#tests/support/workspace.ts";

/** What somebody may type into a schedule, a drip, an alarm or a feed: refused by the name of its field, nothing is made. */
let account: Awaited<ReturnType<typeof newAccount>>;
let siteId: string;
let foreign: { segmentId: string; siteId: string };
beforeAll(async () => {
  account = await newAccount();
  siteId = (await newSite(account.ctx)).id;
  const { ctx } = await newAccount();
  const segment = await createSegment(ctx, { name: "Theirs", rules: { all: [] } });
  foreign = { segmentId: segment.id, siteId: (await newSite(ctx)).id };
});

const ask = (method: MethodName, path: string, body: object) =>
  call(method, path, { token: account.accessToken, workspaceId: account.ctx.workspaceId, body });

/** Keys of what the answer says is wrong. */
const namedIn = (details: unknown) => Object.keys(typeof details === "object" && details !== null ? details : {});

const rule = (rrule: string, more: object = {}) => ({
  trigger: { type: "recurring", rrule, startsAt: "2027-01-01T09:00", timezone: "Europe/Berlin", ...more },
});

describe("a schedule", () => {
  test.each<[what: string, body: object, status: number, field?: string]>([
    ["every second", rule("FREQ=SECONDLY"), 400, "trigger.rrule"],
    ["every minute", rule("FREQ=MINUTELY;INTERVAL=5"), 400, "trigger.rrule"],
    ["every 0 days", rule("FREQ=DAILY;INTERVAL=0"), 400, "trigger.rrule"],
    ["every -1 days", rule("FREQ=DAILY;INTERVAL=-1"), 400, "trigger.rrule"],
    ["every billion days", rule("FREQ=DAILY;INTERVAL=1000000000"), 400, "trigger.rrule"],
    ["two ends", rule("FREQ=DAILY;COUNT=3;UNTIL=20280101T000000Z"), 400, "trigger.rrule"],
    ["a 25th hour", rule("FREQ=DAILY;BYHOUR=25"), 400, "trigger.rrule"],
    ["BYSETPOS=0", rule("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0"), 400, "trigger.rrule"],
    ["two rules in one text", rule("FREQ=DAILY\nRRULE:FREQ=WEEKLY"), 400, "trigger.rrule"],
    ["2,001 characters", rule(`FREQ=DAILY;BYHOUR=${"1,".repeat(992)}1`), 400, "trigger.rrule"],
    ["no rule", rule(""), 400, "trigger.rrule"],
    ["an object for a rule", { trigger: { ...rule("").trigger, rrule: { not: "" } } }, 400, "trigger.rrule"],
    ["30 February", rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 422],
    ["an end before its start", rule("FREQ=DAILY;UNTIL=20260101T000000Z"), 400, "trigger.rrule"],
    ["an unknown zone", rule("FREQ=DAILY", { timezone: "Mars/Phobos" }), 400, "trigger.timezone"],
    ["a start that is no time", rule("FREQ=DAILY", { startsAt: "2027-02-30T09:00" }), 400, "trigger.startsAt"],
    ["an unknown missed-run rule", rule("FREQ=DAILY", { missedRuns: "never" }), 400, "trigger.missedRuns"],
    ["an unknown field", rule("FREQ=DAILY", { cron: "* * * * *" }), 400, "trigger.cron"],
  ])("with %s is refused", async (_, body, status, field) => {
    const before = await db.campaign.count();
    const answer = await ask("POST", "/api/v1/campaigns", campaignBody(siteId, body));
    expect(answer.status, answer.text).toBe(status);
    if (field) expect(namedIn(answer.json.error?.details), answer.text).toEqual([field]);
    else expect(answer.json.error?.code).toBe("never_occurs");
    expect(await db.campaign.count()).toBe(before);
  });
});

const text = { title: "Hello", message: "Good to have you." };
const steps = (...delays: number[]) => ({ steps: delays.map((delayMinutes) => ({ delayMinutes, content: text })) });
const variants = (...weights: number[]) => ({
  steps: [{ content: text, variants: weights.map((weight, index) => ({ name: `V${index}`, weight, content: text })) }],
});
const alarm = (more: object) => ({ trigger: { type: "triggered", event: "too_hot", ...more } });
const deep = (levels: number): object =>
  levels === 0 ? { field: "property.value", op: "gt", value: 1 } : { all: [deep(levels - 1)] };

describe("a campaign that runs by itself, or that tests", () => {
  test.each<[what: string, body: () => object, status: number, field?: string]>([
    ["steps in no order", () => ({ trigger: { type: "welcome" }, ...steps(60, 30) }), 400, "steps.1.delayMinutes"],
    ["a step before the start", () => ({ trigger: { type: "welcome" }, ...steps(-1) }), 400, "steps.0.delayMinutes"],
    ["no step", () => ({ trigger: { type: "welcome" }, steps: [] }), 400, "steps"],
    [
      "people who are there already",
      () => ({ trigger: { type: "welcome" }, audience: { type: "subscribers", externalIds: ["a"] } }),
      400,
      "audience.type",
    ],
    [
      "another tenant's segment",
      () => ({ trigger: { type: "welcome" }, audience: { type: "segment", segmentId: foreign.segmentId } }),
      404,
    ],
    ["no event", () => alarm({ event: "" }), 400, "trigger.event"],
    ["a cooldown of -1", () => alarm({ cooldownMinutes: -1 }), 400, "trigger.cooldownMinutes"],
    ["half a minute of delay", () => alarm({ delayMinutes: 0.5 }), 400, "trigger.delayMinutes"],
    ["an unknown severity", () => alarm({ severity: "apocalyptic" }), 400, "trigger.severity"],
    ["weights of 60 and 60", () => variants(60, 60), 400, "steps.0.variants"],
    ["one variant", () => variants(99), 400, "steps.0.variants"],
    [
      "a test share of 2",
      () => ({ ...variants(50, 50), options: { experiment: { testShare: 2, waitMinutes: 60 } } }),
      400,
      "options.experiment.testShare",
    ],
    [
      "a winner after a minute",
      () => ({ ...variants(50, 50), options: { experiment: { testShare: 0.5, waitMinutes: 1 } } }),
      400,
      "options.experiment.waitMinutes",
    ],
    ["a rate of 0", () => ({ options: { ratePerMinute: 0 } }), 400, "options.ratePerMinute"],
    [
      "a 25th hour of quiet",
      () => ({ options: { quietHours: { from: "25:00", to: "08:00" } } }),
      400,
      "options.quietHours.from",
    ],
    ["a feed that is unknown", () => ({ trigger: { type: "rss", feedId: crypto.randomUUID() } }), 404],
  ])("with %s is refused", async (_, body, status, field) => {
    const before = await db.campaign.count();
    const answer = await ask("POST", "/api/v1/campaigns", campaignBody(siteId, body()));
    expect(answer.status, answer.text).toBe(status);
    if (field) expect(namedIn(answer.json.error?.details), answer.text).toEqual([field]);
    expect(await db.campaign.count()).toBe(before);
  });

  test("with a condition nested six deep is refused, naming the condition", async () => {
    const answer = await ask("POST", "/api/v1/campaigns", campaignBody(siteId, alarm({ condition: deep(7) })));
    expect(answer.status, answer.text).toBe(400);
    expect(namedIn(answer.json.error?.details).every((name) => name.startsWith("trigger.condition"))).toBe(true);
  });
});

describe("a feed", () => {
  test.each<[what: string, body: object, field: string]>([
    ["a file", { url: "file:///etc/passwd" }, "url"],
    ["gopher", { url: "gopher://example.com/" }, "url"],
    ["this machine", { url: "http://127.0.0.1:9/feed" }, "url"],
    ["this machine, in an odd form", { url: "http://0x7f.1:9/feed" }, "url"],
    ["this machine, as IPv6", { url: "http://[::ffff:7f00:1]:9/feed" }, "url"],
    ["the cloud's own address", { url: "http://169.254.169.254/latest/meta-data" }, "url"],
    ["a user name inside", { url: "https://shop.example@127.0.0.1/feed" }, "url"],
    ["no address", { url: "" }, "url"],
    ["a look every minute", { url: "https://shop.example/feed", pollMinutes: 1 }, "pollMinutes"],
    ["no item an hour", { url: "https://shop.example/feed", maxItemsPerHour: 0 }, "maxItemsPerHour"],
  ])("at %s is refused, and never asked", async (_, body, field) => {
    const answer = await ask("POST", `/api/v1/sites/${siteId}/rss-feeds`, body);
    expect(answer.status, answer.text).toBe(400);
    expect(namedIn(answer.json.error?.details), answer.text).toEqual([field]);
    expect(await db.feed.count({ where: { workspaceId: account.ctx.workspaceId } })).toBe(0);
  });

  test("of another tenant's site is not found", async () => {
    const answer = await ask("POST", `/api/v1/sites/${foreign.siteId}/rss-feeds`, { url: "https://shop.example/feed" });
    expect(answer.status, answer.text).toBe(404);
  });
});
