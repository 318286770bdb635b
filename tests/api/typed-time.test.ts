import { beforeAll, describe, expect, test } from "vitest";
import { newAccount } from "#tests/support/accounts.ts";
import { call, type MethodName } from "#tests/support/api.ts";
import { nextChangeInBerlin } from "#tests/support/dst.ts";
import { campaignBody, newCampaign, newSite, newSubscription } from "#tests/support/workspace.ts";

let account: Awaited<ReturnType<typeof newAccount>>;
let siteId: string;
beforeAll(async () => {
  account = await newAccount();
  siteId = (await newSite(account.ctx)).id;
  await ask("PATCH", `/api/v1/sites/${siteId}`, { settings: { timezone: "Europe/Berlin" } });
  await newSubscription(siteId);
});

const ask = (method: MethodName, path: string, body?: unknown) =>
  call(method, path, { token: account.accessToken, workspaceId: account.ctx.workspaceId, body });

const forward = nextChangeInBerlin("forward");
const back = nextChangeInBerlin("back");
const skipped = { code: "time_does_not_exist" };
const next = expect.stringContaining(`The next time that exists is ${forward}T03:00.`);

describe("a typed wall time", () => {
  test("that the clocks skip is refused wherever it is given, the field named and the next one offered", async () => {
    const trigger = { type: "one_time", wallTime: `${forward}T02:30` };
    const made = await ask("POST", "/api/v1/campaigns", campaignBody(siteId, { trigger }));
    expect([made.status, made.json.error]).toMatchObject([
      422,
      { ...skipped, details: { "trigger.wallTime": [next] } },
    ]);
    const { id } = await newCampaign(account.ctx, siteId);
    const changed = await ask("PATCH", `/api/v1/campaigns/${id}`, { trigger });
    expect(changed.status).toBe(422);
    const scheduled = await ask("POST", `/api/v1/campaigns/${id}/schedule`, { wallTime: `${forward}T02:30` });
    expect([scheduled.status, scheduled.json.error]).toMatchObject([
      422,
      { ...skipped, details: { wallTime: [next] } },
    ]);
    expect((await ask("GET", `/api/v1/campaigns/${id}`)).json).toMatchObject({ status: "draft", nextRunAt: null });
    const read = await ask("POST", "/api/v1/schedules/wall-time", {
      wallTime: `${forward}T02:59`,
      timezone: "Europe/Berlin",
    });
    expect(read.status).toBe(422);
  });

  test("that comes twice is the first, and the answer says which", async () => {
    const wallTime = `${back}T02:30`;
    const read = await ask("POST", "/api/v1/schedules/wall-time", { wallTime, timezone: "Europe/Berlin" });
    expect(read.json).toEqual({ at: `${back}T00:30:00.000Z`, second: `${back}T01:30:00.000Z` });
    const { id } = await newCampaign(account.ctx, siteId);
    const scheduled = await ask("POST", `/api/v1/campaigns/${id}/schedule`, { wallTime });
    expect(scheduled.json).toMatchObject({
      status: "scheduled",
      nextRunAt: `${back}T00:30:00.000Z`,
      trigger: { type: "one_time", at: `${back}T00:30:00.000Z` },
    });
  });

  test("goes by the site's clocks unless a zone is named, and is kept as its instant", async () => {
    const wallTime = `${forward}T09:00`;
    const made = await ask(
      "POST",
      "/api/v1/campaigns",
      campaignBody(siteId, { trigger: { type: "one_time", wallTime } }),
    );
    expect(made.json.trigger).toEqual({ type: "one_time", at: `${forward}T07:00:00.000Z` });
    const elsewhere = { type: "one_time", wallTime, timezone: "Asia/Kathmandu" };
    const changed = await ask("PATCH", `/api/v1/campaigns/${made.json.id}`, { trigger: elsewhere });
    expect(changed.json.trigger).toEqual({ type: "one_time", at: `${forward}T03:15:00.000Z` });
  });

  test.each([
    [{ wallTime: "2027-02-30T09:00" }, "wallTime"],
    [{ wallTime: `${forward}T09:00Z` }, "wallTime"],
    [{ wallTime: `${forward}T09:00`, timezone: "Mars/Phobos" }, "timezone"],
    [{ wallTime: `${forward}T09:00`, at: `${forward}T09:00:00Z` }, "body"],
    [{ timezone: "Europe/Berlin" }, "body"],
    [{ wallTime: "2020-01-01T09:00" }, "at"],
  ])("%j is refused at schedule", async (body, field) => {
    const { id } = await newCampaign(account.ctx, siteId);
    const answer = await ask("POST", `/api/v1/campaigns/${id}/schedule`, body);
    expect(answer.status, answer.text).toBe(400);
    expect(Object.keys(Object(answer.json.error).details)).toContain(field);
  });
});
