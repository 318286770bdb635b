import { beforeAll, describe, expect, test } from "vitest";
import { can } from "#lib/auth/permissions.ts";
import { sessionCookie } from "#lib/auth/session.ts";
import { generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import type { Context } from "#lib/context.ts";
import type { Described } from "#lib/http/resource.ts";
import { deleteSubscriber } from "#lib/subscribers/subscribers.ts";
import { newEmail, newMember } from "#tests/support/accounts.ts";
import { type Answered, call, type MethodName, methods, routeFiles } from "#tests/support/api.ts";
import { type Everybody, type Ids, makeEverybody, marker } from "#tests/support/everybody.ts";
import { campaignBody } from "#tests/support/workspace.ts";

/**
 * Every route file below app × every method × everybody who could call it. What is generated cannot be forgotten: a new
 * route is here as soon as its file is, and one whose body or path parameter is not known below fails.
 */

/** Valid bodies of calls that have one; `ids` are rows of the workspace that is called. */
const bodies: Record<string, (ids: Ids) => object> = {
  "POST /api/v1/workspaces": () => ({ name: "Second" }),
  "PATCH /api/v1/workspaces/{workspaceId}": () => ({ name: "Renamed" }),
  "PATCH /api/v1/workspaces/{workspaceId}/members/{memberId}": () => ({ role: "member" }),
  "POST /api/v1/workspaces/{workspaceId}/invitations": () => ({ email: newEmail() }),
  "POST /api/v1/workspaces/{workspaceId}/api-keys": () => ({ name: "Server", scopes: ["sites:read"] }),
  "PATCH /api/v1/me": () => ({ name: "Grace" }),
  "POST /api/v1/me/password": () => ({ currentPassword: "wrong password", newPassword: "another long one" }),
  "POST /api/v1/invitations/accept": () => ({ token: "unknown" }),
  "POST /api/v1/sites": () => ({ name: "Shop", url: "https://shop.example" }),
  "POST /api/v1/sites/guess": () => ({ url: "https://127.0.0.1/" }),
  "PATCH /api/v1/sites/{siteId}": () => ({ name: "Renamed" }),
  "POST /api/v1/sites/{siteId}/test": ({ subscriptionId }) => ({
    content: { title: "Hello", message: "Just me" },
    subscriptionIds: [subscriptionId],
  }),
  "POST /api/v1/sites/{siteId}/keys/import": () => ({ privateKey: generateVapidKeys().privateKey }),
  "POST /api/v1/sites/{siteId}/rss-feeds": () => ({ url: "https://127.0.0.1/feed" }),
  "POST /api/v1/rss-feeds/preview": () => ({ url: "https://127.0.0.1/feed" }),
  "PATCH /api/v1/rss-feeds/{feedId}": () => ({ name: "Renamed" }),
  "POST /api/v1/sites/{siteId}/notifications": () => ({ title: "Sale", message: "Today only" }),
  "PATCH /api/v1/notifications/{campaignId}": () => ({ title: "Renamed" }),
  "POST /api/v1/segments": () => ({ name: "VIPs", rules: { all: [{ field: "tag", op: "eq", value: "vip" }] } }),
  "POST /api/v1/segments/estimate": ({ groupId }) => ({
    rules: { all: [{ field: "group", op: "eq", value: groupId }] },
  }),
  "PATCH /api/v1/segments/{segmentId}": () => ({ name: "Renamed" }),
  "POST /api/v1/sites/{siteId}/segments": () => ({ name: "VIPs", rules: { all: [] } }),
  "POST /api/v1/groups": () => ({ name: "Crew" }),
  "PATCH /api/v1/groups/{groupId}": () => ({ name: "Renamed" }),
  "POST /api/v1/groups/{groupId}/members": ({ subscriberId }) => ({ ids: [subscriberId] }),
  "DELETE /api/v1/groups/{groupId}/members": ({ subscriberId }) => ({ ids: [subscriberId] }),
  "POST /api/v1/groups/{groupId}/members/named": ({ subscriberId }) => ({ people: [{ id: subscriberId }] }),
  "DELETE /api/v1/groups/{groupId}/members/named": ({ subscriberId }) => ({ people: [{ id: subscriberId }] }),
  "PATCH /api/v1/groups/{groupId}/custodians": ({ memberId }) => ({ custodians: [{ memberId }] }),
  "POST /api/v1/subscribers/tags": ({ subscriberId }) => ({ ids: [subscriberId], add: ["vip"] }),
  // Somebody cannot be merged into themselves; who may ask is what is asked here.
  "POST /api/v1/subscribers/{subscriberId}/merge": ({ subscriberId }) => ({ fromId: subscriberId }),
  "POST /api/v1/subscribers": () => ({ name: "Grace" }),
  "POST /api/v1/subscribers/import/{importId}/start": () => ({ dryRun: true }),
  "POST /api/v1/subscribers/import/{importId}/preview": () => ({}),
  "PATCH /api/v1/subscribers/{subscriberId}": () => ({ name: "Grace" }),
  "POST /api/v1/views": () => ({ area: "subscribers", name: crypto.randomUUID(), state: { tag: "vip" } }),
  "PATCH /api/v1/views/{viewId}": () => ({ name: crypto.randomUUID() }),
  "PATCH /api/v1/views/columns": () => ({ area: "subscribers", columns: ["tags"] }),
  "POST /api/v1/templates": () => ({ name: "Sale", content: { title: "Sale", message: "Today only" } }),
  "PATCH /api/v1/templates/{templateId}": () => ({ name: "Renamed" }),
  "POST /api/v1/campaigns": ({ siteId }) => campaignBody(siteId),
  "POST /api/v1/campaigns/preflight": ({ siteId }) => campaignBody(siteId),
  "PATCH /api/v1/campaigns/{campaignId}": () => ({ name: "Renamed" }),
  "POST /api/v1/campaigns/{campaignId}/schedule": () => ({ at: new Date(Date.now() + 3_600_000).toISOString() }),
  "POST /api/v1/schedules/preview": () => ({ trigger: recurringTrigger }),
  "POST /api/v1/schedules/wall-time": () => ({ wallTime: "2027-10-31T02:30", timezone: "Europe/Berlin" }),
  "POST /api/v1/campaigns/{campaignId}/submit": () => ({}),
  "POST /api/v1/campaigns/{campaignId}/approve": () => ({}),
  "POST /api/v1/campaigns/{campaignId}/reject": () => ({ note: "Too loud" }),
  "POST /api/v1/campaigns/{campaignId}/winner": () => ({ variant: 0 }),
  "POST /api/v1/sites/{siteId}/welcome-campaigns": () => ({
    name: "Welcome",
    steps: [{ content: { title: "Hello", message: "Good to have you." } }],
  }),
  "POST /api/v1/events": ({ subscriberId }) => ({ name: "order", subscriberId, properties: { total: 12 } }),
  "POST /api/v1/campaigns/{campaignId}/test-fire": ({ subscriptionId }) => ({ subscriptionIds: [subscriptionId] }),
  "POST /api/v1/campaigns/{campaignId}/test": ({ subscriptionId }) => ({ subscriptionIds: [subscriptionId] }),
};

const recurringTrigger = { type: "recurring", rrule: "FREQ=DAILY", startsAt: "2027-01-01T09:00", timezone: "UTC" };

/** Of the Inngest server, which has no such rows. */
const workIds = { runId: "01JZZZZZZZZZZZZZZZZZZZZZZZ", eventId: "01JZZZZZZZZZZZZZZZZZZZZZZZ" };

/** What must have happened before a call can do anything. */
const preparations: Record<string, (owner: Context, ids: Ids) => Promise<unknown>> = {
  "POST /api/v1/subscribers/{subscriberId}/restore": (owner, { subscriberId }) => deleteSubscriber(owner, subscriberId),
};

/** Calls whose refusal for lack of a permission is not to be had, with the reason. */
const needsNoPermission = new Set(["POST /api/v1/workspaces/{workspaceId}/leave"]);

const files = await routeFiles();
const calls = files.flatMap(({ path, handlers }) =>
  methods.flatMap((method) => {
    const describes = handlers[method]?.method?.describes;
    return describes ? [{ name: `${method} ${path}`, method, path, describes }] : [];
  }),
);
const ofWorkspaces = calls.filter(({ describes }) => describes.access === "workspace");
const ofPeople = calls.filter(({ describes }) => describes.access === "user" || describes.access === "caller");
const ofInstance = calls.filter(({ describes }) => describes.access === "instance");

let everybody: Everybody;
let ids: Ids;
beforeAll(async () => {
  everybody = await makeEverybody();
  ids = await everybody.ids();
});

test("every route file says the path that it lies at and answers every method", () => {
  expect(files.length).toBeGreaterThan(50);
  for (const { file, path, handlers } of files) {
    expect(Object.keys(handlers).sort(), file).toEqual([...methods, "OPTIONS"].sort());
    for (const name of [...methods, "OPTIONS"] as const) expect(handlers[name]?.route, file).toBe(path);
  }
});

test("the matrix knows a body for every call that needs one, and no call that there is not", () => {
  const withBody = [...ofWorkspaces, ...ofPeople].filter(({ describes }) => describes.body).map(({ name }) => name);
  expect(withBody.sort()).toEqual(Object.keys(bodies).sort());
});

interface Caller {
  token?: string | undefined;
  workspaceId?: string | undefined;
  cookie?: string;
}

function callAs(
  each: { name: string; method: MethodName; path: string },
  rows: Ids,
  caller: Caller,
): Promise<Answered> {
  const target = each.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = { ...rows, ...workIds }[name as keyof Ids];
    if (id === undefined) throw new Error(`${each.name}: the matrix knows no ${name}`);
    return id;
  });
  return call(each.method, target, {
    token: caller.token,
    workspaceId: caller.workspaceId,
    ...(caller.cookie && { headers: { cookie: caller.cookie } }),
    ...(each.method !== "GET" && { body: bodies[each.name]?.(rows) ?? {} }),
  });
}

function expectRefused(answer: Answered, status: number, code: string): void {
  expect(answer.text).not.toContain(marker);
  expect([answer.status, answer.json.error?.code], answer.text).toEqual([status, code]);
}

/** Neither refused nor broken; what the state of things forbids (409, 422) or finds wrong (400) is past the door. */
function expectAdmitted(answer: Answered): void {
  expect([401, 403, 404], answer.text).not.toContain(answer.status);
  expect(answer.status, answer.text).toBeLessThan(500);
}

describe("nobody", () => {
  test.each([...ofWorkspaces, ...ofPeople, ...ofInstance])("is refused: $name", async (each) => {
    expectRefused(await callAs(each, ids, { workspaceId: everybody.workspaceId }), 401, "unauthorized");
  });
});

describe("another tenant", () => {
  test.each(ofWorkspaces)("cannot act in our workspace: $name", async (each) => {
    const caller = { token: everybody.tokens.stranger, workspaceId: everybody.workspaceId };
    expectRefused(await callAs(each, ids, caller), 404, "workspace_not_found");
  });

  const withIds = ofWorkspaces.filter(({ path }) => /\{(?!workspaceId)/.test(path));
  test.each(withIds)("does not find our rows from their own workspace: $name", async (each) => {
    const own = { ...ids, workspaceId: everybody.strangersWorkspaceId };
    const caller = { token: everybody.tokens.stranger, workspaceId: everybody.strangersWorkspaceId };
    expectRefused(await callAs(each, own, caller), 404, "not_found");
  });

  const foreignBodies = [
    "POST /api/v1/events",
    "POST /api/v1/campaigns",
    "POST /api/v1/campaigns/preflight",
    "POST /api/v1/segments/estimate",
  ];
  test.each(calls.filter(({ name }) => foreignBodies.includes(name)))(
    "cannot name our rows in a body: $name",
    async (each) => {
      const caller = { token: everybody.tokens.stranger, workspaceId: everybody.strangersWorkspaceId };
      expectRefused(await callAs(each, ids, caller), 404, "not_found");
    },
  );
});

describe("an API key", () => {
  const scoped = ofWorkspaces.filter(({ describes }) => describes.permission !== undefined);
  test.each(scoped)("without the scope is refused: $name", async (each) => {
    const token = await everybody.keyWithout(each.describes.permission);
    expectRefused(await callAs(each, ids, { token }), 403, "forbidden");
  });

  const forPersons = [...ofPeople.filter(({ describes }) => describes.access === "user"), ...ofInstance];
  test.each(forPersons)("is no person: $name", async (each) => {
    expectRefused(await callAs(each, ids, { token: everybody.keyWithAll }), 403, "forbidden");
  });
});

describe("the session cookie", () => {
  const all = [...ofWorkspaces, ...ofPeople];
  test.each([...all, ...ofInstance].filter(({ method }) => method !== "GET"))("never writes: $name", async (each) => {
    const caller = { cookie: `${sessionCookie().name}=${everybody.cookies.owner}`, workspaceId: everybody.workspaceId };
    expectRefused(await callAs(each, ids, caller), 403, "forbidden");
  });

  test.each(all.filter(({ method }) => method === "GET"))("reads: $name", async (each) => {
    const caller = { cookie: `${sessionCookie().name}=${everybody.cookies.owner}`, workspaceId: everybody.workspaceId };
    expectAdmitted(await callAs(each, ids, caller));
  });
});

describe.each(["custodian", "member", "admin", "owner"] as const)("%s", (role) => {
  const asRole = ({ permission }: Described, ctx: Context) => permission === undefined || can(ctx, permission);

  test.each(ofWorkspaces)("may do what the role may, and no more: $name", async (each) => {
    const rows = await everybody.ids();
    await preparations[each.name]?.(everybody.contexts.owner, rows);
    const caller = { token: everybody.tokens[role], workspaceId: everybody.workspaceId };
    if (each.name.endsWith("/leave")) caller.token = (await newMember(everybody.workspaceId, role)).accessToken;
    const answer = await callAs(each, rows, caller);
    if (asRole(each.describes, everybody.contexts[role])) expectAdmitted(answer);
    else expectRefused(answer, 403, "forbidden");
  });
});

describe("what is the installation's", () => {
  test.each(ofInstance)("is refused to a workspace's owner: $name", async (each) => {
    const caller = { token: everybody.tokens.owner, workspaceId: everybody.workspaceId };
    expectRefused(await callAs(each, ids, caller), 403, "forbidden");
    if (each.method !== "GET") return;
    const cookie = `${sessionCookie().name}=${everybody.cookies.owner}`;
    expectRefused(await callAs(each, ids, { cookie }), 403, "forbidden");
  });

  test.each(ofInstance)("is open to its administrator: $name", async (each) => {
    // Another server does the work of this installation, as far as it knows: all but the overview says so.
    const answer = await callAs(each, ids, { token: everybody.tokens.administrator });
    expect([200, 409], answer.text).toContain(answer.status);
  });
});

test("every call in a workspace says which permission it needs", () => {
  const silent = ofWorkspaces.filter(({ name, describes }) => !describes.permission && !needsNoPermission.has(name));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
