import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#lib/db.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { call, type MethodName } from "#tests/support/api.ts";
import { campaignBody, newCampaign, newSite, newSubscription } from "#tests/support/workspace.ts";

let account: Awaited<ReturnType<typeof newAccount>>;
let siteId: string;
beforeAll(async () => {
  account = await newAccount();
  siteId = (await newSite(account.ctx)).id;
  await newSubscription(siteId);
});

const ask = (method: MethodName, path: string, body?: unknown) =>
  call(method, path, { token: account.accessToken, workspaceId: account.ctx.workspaceId, body });
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const content = (changes: object) => ({ steps: [{ content: { title: "Sale", message: "Today only", ...changes } }] });
const withOptions = (options: object) => ({ options });
const field = (name: string) => `steps.0.content.${name}`;

test("a campaign is made as a draft in the documented shape", async () => {
  const answer = await ask(
    "POST",
    "/api/v1/campaigns",
    campaignBody(siteId, { trigger: { type: "one_time", at: inHours(2) } }),
  );
  expect(answer.status, answer.text).toBe(201);
  expect(answer.json).toMatchObject({
    type: "one_time",
    status: "draft",
    nextRunAt: null,
    siteId,
    channel: "web_push",
    audience: { type: "all" },
  });
});

describe.each<[what: string, changes: object, status: number, field?: string]>([
  ["a blank title", content({ title: "  " }), 400, field("title")],
  ["no title", content({ title: undefined }), 400, field("title")],
  ["a title of 121 characters that people see", content({ title: "👩‍👩‍👧‍👦".repeat(121) }), 400, field("title")],
  ["a message of 2,001 characters", content({ message: "x".repeat(2001) }), 400, field("message")],
  ["a javascript: link", content({ url: "javascript:alert(1)" }), 400, field("url")],
  ["a link with a TAB in its scheme", content({ url: "java\tscript:alert(1)" }), 400, field("url")],
  ["a data: link", content({ url: "data:text/html,x" }), 400, field("url")],
  ["a link without a scheme", content({ url: "//evil.example" }), 400, field("url")],
  ["a link with userinfo", content({ url: "https://shop.example@evil.example/" }), 400, field("url")],
  ["an icon over http", content({ iconUrl: "http://shop.example/icon.png" }), 400, field("iconUrl")],
  [
    "three buttons",
    content({ actions: [1, 2, 3].map((n) => ({ title: `${n}`, url: "https://shop.example" })) }),
    400,
    field("actions"),
  ],
  ["an unknown variable syntax", content({ title: "Hi {{name" }), 400],
  ["a TTL of -1", withOptions({ ttlSeconds: -1 }), 400, "options.ttlSeconds"],
  ["a TTL of 1.5", withOptions({ ttlSeconds: 1.5 }), 400, "options.ttlSeconds"],
  ["a TTL of more than 30 days", withOptions({ ttlSeconds: 2_592_001 }), 400, "options.ttlSeconds"],
  ["an unknown urgency", withOptions({ urgency: "now" }), 400, "options.urgency"],
  ["30 February", { trigger: { type: "one_time", at: "2026-02-30T09:00:00Z" } }, 400, "trigger.at"],
  ["a time without an offset", { trigger: { type: "one_time", at: "2027-02-03T09:00:00" } }, 400, "trigger.at"],
  ["an unknown trigger", { trigger: { type: "cron", at: inHours(1) } }, 400, "trigger.type"],
  ["an unknown channel", { channel: "sms" }, 400, "channel"],
  ["its own status", { status: "running" }, 400, "status"],
  [
    "two steps of one that has one",
    { steps: [1, 2].map(() => ({ content: { title: "a", message: "b" } })) },
    400,
    "steps",
  ],
  ["an unknown site", { siteId: randomUUID() }, 404],
  ["a site that is no id", { siteId: "1; DROP TABLE site" }, 404],
  ["an unknown subscriber", { audience: { type: "subscribers", ids: [randomUUID()] } }, 404],
  ["an empty list of subscribers", { audience: { type: "subscribers", ids: [] } }, 400, "audience.ids"],
])("a campaign with %s", (_, changes, status, named) => {
  test("is refused by name, and none is made", async () => {
    const before = await db.campaign.count();
    const answer = await ask("POST", "/api/v1/campaigns", campaignBody(siteId, changes));
    expect(answer.status, answer.text).toBe(status);
    if (named) expect(Object.keys({ ...answer.json.error?.details }), answer.text).toEqual([named]);
    expect(await db.campaign.count()).toBe(before);
  });
});

test("a payload over the limit is refused with its size", async () => {
  const answer = await ask("POST", "/api/v1/campaigns", campaignBody(siteId, content({ message: "漢".repeat(1900) })));
  expect([answer.status, answer.json.error?.code]).toEqual([400, "payload_too_large"]);
  expect(answer.text).toMatch(/\d{4} of 3,?993/);
});

describe("times", () => {
  test.each([
    ["yesterday", inHours(-24)],
    ["more than a year ahead", inHours(24 * 400)],
  ])("%s is refused at schedule", async (_, at) => {
    const { id } = await newCampaign(account.ctx, siteId);
    const answer = await ask("POST", `/api/v1/campaigns/${id}/schedule`, { at });
    expect([answer.status, Object.keys({ ...answer.json.error?.details })]).toEqual([400, ["at"]]);
    expect((await ask("GET", `/api/v1/campaigns/${id}`)).json.status).toBe("draft");
  });
});

describe("moves", () => {
  test("sending twice, editing while it runs and cancelling twice are 409 and name both states", async () => {
    const { id } = await newCampaign(account.ctx, siteId);
    expect((await ask("POST", `/api/v1/campaigns/${id}/send`)).json.status).toBe("running");
    const twice = await ask("POST", `/api/v1/campaigns/${id}/send`);
    expect([twice.status, twice.json.error?.code]).toEqual([409, "conflict"]);
    expect(twice.text).toContain("running");
    expect((await ask("PATCH", `/api/v1/campaigns/${id}`, { name: "x" })).status).toBe(409);
    expect((await ask("POST", `/api/v1/campaigns/${id}/cancel`)).json.status).toBe("cancelled");
    const again = await ask("POST", `/api/v1/campaigns/${id}/cancel`);
    expect(again.status).toBe(409);
    expect(again.text).toContain("cancelled");
  });

  test("50 parallel sends of one campaign are one", async () => {
    const { id } = await newCampaign(account.ctx, siteId);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask("POST", `/api/v1/campaigns/${id}/send`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    expect(await db.run.count({ where: { campaignId: id } })).toBe(1);
  });

  test("an empty audience is 422 at send, and the campaign stays a draft", async () => {
    const empty = await newSite(account.ctx, "Empty");
    const { id } = await newCampaign(account.ctx, empty.id);
    const answer = await ask("POST", `/api/v1/campaigns/${id}/send`);
    expect([answer.status, answer.json.error?.code]).toEqual([422, "empty_audience"]);
    expect((await ask("GET", `/api/v1/campaigns/${id}`)).json.status).toBe("draft");
  });

  test("schedule, unschedule, schedule again, pause refused, archive and back", async () => {
    const { id } = await newCampaign(account.ctx, siteId);
    const at = inHours(3);
    expect((await ask("POST", `/api/v1/campaigns/${id}/schedule`, { at })).json).toMatchObject({
      status: "scheduled",
      nextRunAt: at,
    });
    expect((await ask("POST", `/api/v1/campaigns/${id}/pause`)).status).toBe(409);
    expect((await ask("POST", `/api/v1/campaigns/${id}/unschedule`)).json.status).toBe("draft");
    expect((await ask("POST", `/api/v1/campaigns/${id}/archive`)).json.isArchived).toBe(true);
    expect((await ask("DELETE", `/api/v1/campaigns/${id}/archive`)).json.isArchived).toBe(false);
    expect((await ask("PUT", `/api/v1/campaigns/${id}`, { name: "By PUT" })).json.name).toBe("By PUT");
    expect((await ask("POST", `/api/v1/campaigns/${id}/duplicate`)).status).toBe(201);
    expect((await ask("DELETE", `/api/v1/campaigns/${id}`)).status).toBe(204);
    expect((await ask("GET", `/api/v1/campaigns/${id}`)).status).toBe(404);
  });

  test("figures, firings and messages of a campaign are there to read", async () => {
    const { id } = await newCampaign(account.ctx, siteId);
    await ask("POST", `/api/v1/campaigns/${id}/send`);
    expect((await ask("GET", `/api/v1/campaigns/${id}/performance`)).json).toMatchObject({
      clickRate: 0,
      steps: expect.anything(),
    });
    expect((await ask("GET", `/api/v1/campaigns/${id}/status`)).json).toMatchObject({ id, status: "running" });
    expect((await ask("GET", `/api/v1/campaigns/${id}/runs`)).json).toMatchObject({ total: 1 });
    expect((await ask("GET", `/api/v1/campaigns/${id}/messages?status=sent`)).json).toMatchObject({
      data: [],
      nextCursor: null,
    });
  });
});

describe("the flat door", () => {
  const flat = {
    title: "Flash sale",
    message: "Ends tonight",
    destinationUrl: "https://shop.example/sale",
    imageUrl: null,
    utmParams: { source: "news" },
    actionButtons: [{ title: "Open", url: "https://shop.example/sale" }],
  };

  test("makes the same campaigns, and answers in its own shape", async () => {
    const made = await ask("POST", `/api/v1/sites/${siteId}/notifications`, flat);
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({
      type: "one_time",
      status: "draft",
      title: "Flash sale",
      destinationUrl: flat.destinationUrl,
      imageUrl: null,
    });
    const campaign = await ask("GET", `/api/v1/campaigns/${made.json.id}`);
    expect(campaign.json).toMatchObject({
      name: "Flash sale",
      steps: [{ content: { url: flat.destinationUrl, utm: { source: "news" } } }],
    });
    const changed = await ask("PATCH", `/api/v1/notifications/${made.json.id}`, {
      title: "Last hours",
      destinationUrl: null,
    });
    expect(changed.json).toMatchObject({ title: "Last hours", message: "Ends tonight", destinationUrl: null });
    expect((await ask("POST", `/api/v1/notifications/${made.json.id}/send`)).json).toMatchObject({
      title: "Last hours",
      status: "running",
    });
    expect((await ask("GET", `/api/v1/notifications/${made.json.id}/status`)).status).toBe(200);
    expect((await ask("GET", `/api/v1/notifications/${made.json.id}/performance`)).status).toBe(200);
  });

  test("schedules at once what has a time", async () => {
    const scheduledAt = inHours(5);
    const made = await ask("POST", `/api/v1/sites/${siteId}/notifications`, { ...flat, scheduledAt });
    expect(made.json).toMatchObject({ status: "scheduled", scheduledAt });
  });

  test("names faults in its own words", async () => {
    const refused = async (changes: object) => {
      const answer = await ask("POST", `/api/v1/sites/${siteId}/notifications`, { ...flat, ...changes });
      return [answer.status, ...Object.keys({ ...answer.json.error?.details })];
    };
    expect(await refused({ destinationUrl: "javascript:alert(1)" })).toEqual([400, "destinationUrl"]);
    expect(await refused({ scheduledAt: inHours(-1) })).toEqual([400, "scheduledAt"]);
    expect(await refused({ title: "Hi {{name" })).toEqual([400, "title"]);
    expect(await refused({ segmentId: randomUUID() })).toEqual([404]);
    expect((await ask("POST", `/api/v1/sites/${randomUUID()}/notifications`, flat)).status).toBe(404);
  });
});

test("pages of a list do not overlap and end", async () => {
  const { ctx, accessToken } = await newAccount();
  const site = await newSite(ctx);
  for (let made = 0; made < 5; made++) await newCampaign(ctx, site.id);
  const page = (query: string) =>
    call("GET", `/api/v1/campaigns?pageSize=2${query}`, { token: accessToken, workspaceId: ctx.workspaceId });
  const first = await page("");
  expect(first.json).toMatchObject({ page: 1, pageSize: 2, total: 5 });
  const second = await page(`&cursor=${first.json.nextCursor}`);
  const third = await page(`&cursor=${second.json.nextCursor}`);
  expect(third.json.nextCursor).toBeNull();
  expect(second.json).not.toHaveProperty("total");
  const ids = [first, second, third].flatMap(({ json }) => Object.values({ ...json.data }).map(({ id }) => id));
  expect(new Set(ids).size).toBe(5);
  const byNumber = await page("&page=2");
  expect(byNumber.json.data).toEqual(second.json.data);
});
