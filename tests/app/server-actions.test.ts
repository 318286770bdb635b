import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sessionCookie } from "#lib/auth/session.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { newEmail } from "#tests/support/accounts.ts";
import { type Everybody, type Ids, makeEverybody, marker } from "#tests/support/everybody.ts";
import { campaignBody } from "#tests/support/workspace.ts";

// What Next gives an action of the request that it serves.
let cookie: string | undefined;
vi.mock("next/headers", () => ({
  cookies: async () => ({
    get: (name: string) => (name === sessionCookie().name && cookie ? { value: cookie } : undefined),
  }),
  headers: async () => new Headers(),
}));
// Next's own build picks this half of next/navigation for server code; Node's resolution would find the browser's.
vi.mock("next/navigation", () => import("next/dist/client/components/navigation.react-server.js"));
vi.mock("next/cache", () => ({ refresh() {}, revalidatePath() {} }));

/** Valid inputs; an action that is made by `action` and not here fails. */
const inputs: Record<string, (ids: Ids) => object> = {
  createCampaignAction: ({ siteId }) => campaignBody(siteId),
  updateCampaignAction: ({ campaignId }) => ({ id: campaignId, changes: { name: "Renamed" } }),
  deleteCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  duplicateCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  archiveCampaignAction: ({ campaignId }) => ({ id: campaignId, isArchived: true }),
  sendCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  scheduleCampaignAction: ({ campaignId }) => ({ id: campaignId, at: new Date(Date.now() + 3_600_000).toISOString() }),
  unscheduleCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  pauseCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  skipNextRunAction: ({ campaignId }) => ({ id: campaignId }),
  previewScheduleAction: () => ({
    trigger: { type: "recurring", rrule: "FREQ=DAILY", startsAt: "2027-01-01T09:00", timezone: "UTC" },
  }),
  resumeCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  cancelCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  retryCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  testFireAction: ({ campaignId, subscriberId }) => ({ id: campaignId, subscriberIds: [subscriberId] }),
  preflightAction: ({ siteId }) => campaignBody(siteId),
  checkLinksAction: ({ siteId }) => campaignBody(siteId),
  submitCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  approveCampaignAction: ({ campaignId }) => ({ id: campaignId }),
  rejectCampaignAction: ({ campaignId }) => ({ id: campaignId, note: "Too loud" }),
  pickWinnerAction: ({ campaignId }) => ({ id: campaignId, variant: 0 }),
  testOnDevicesAction: ({ siteId, subscriptionId }) => ({
    siteId,
    subscriptionIds: [subscriptionId],
    content: { title: "Hello", message: "All of us" },
  }),
  testContentAction: ({ siteId, subscriptionId }) => ({
    siteId,
    subscriptionId,
    content: { title: "Hello", message: "Just me" },
  }),
  guessSiteAction: () => ({ url: "https://127.0.0.1/" }),
  createSiteAction: () => ({ name: "Shop", url: "https://shop.example" }),
  updateSiteAction: ({ siteId }) => ({ id: siteId, changes: { name: "Renamed" } }),
  resumeSiteAction: ({ siteId }) => ({ id: siteId }),
  deleteSiteAction: ({ siteId }) => ({ id: siteId }),
  rotateKeyAction: ({ siteId }) => ({ siteId }),
  retireKeyAction: ({ siteId, keyId }) => ({ siteId, keyId, loseDevices: false }),
  importKeyAction: ({ siteId }) => ({ siteId, pair: { privateKey: "A".repeat(42) } }),
  exportKeyAction: ({ siteId, keyId }) => ({ siteId, keyId }),
  chooseColumnsAction: () => ({ area: "subscribers", columns: ["tags"] }),
  createViewAction: () => ({ area: "subscribers", name: crypto.randomUUID(), state: { tag: "vip" } }),
  updateViewAction: ({ viewId }) => ({ id: viewId, changes: { name: crypto.randomUUID() } }),
  deleteViewAction: ({ viewId }) => ({ id: viewId }),
  createSubscriberAction: () => ({ name: "Grace" }),
  updateSubscriberAction: ({ subscriberId }) => ({ id: subscriberId, changes: { name: "Grace" } }),
  deleteSubscriberAction: ({ subscriberId }) => ({ id: subscriberId }),
  restoreSubscriberAction: ({ subscriberId }) => ({ id: subscriberId }),
  announceImportAction: () => ({ fileName: "people.csv" }),
  previewImportAction: ({ importId }) => ({ id: importId, mapping: { columns: { "external id": "externalId" } } }),
  startImportAction: ({ importId }) => ({ id: importId, dryRun: true }),
  cancelImportAction: ({ importId }) => ({ id: importId }),
  eraseSubscriberAction: ({ subscriberId }) => ({ id: subscriberId }),
  preferenceLinkAction: ({ subscriberId }) => ({ id: subscriberId }),
  updateWorkspaceAction: () => ({ name: "Renamed" }),
  createApiKeyAction: () => ({ name: "Server", scopes: ["sites:read"] }),
  revokeApiKeyAction: ({ apiKeyId }) => ({ id: apiKeyId }),
  updateMemberAction: ({ memberId }) => ({ id: memberId, role: "admin" }),
  removeMemberAction: ({ memberId }) => ({ id: memberId }),
  leaveWorkspaceAction: () => ({}),
  createInvitationAction: () => ({ email: newEmail() }),
  revokeInvitationAction: ({ invitationId }) => ({ id: invitationId }),
  createTemplateAction: () => ({ name: "Sale", content: { title: "Sale", message: "Today only" } }),
  updateTemplateAction: ({ templateId }) => ({ id: templateId, changes: { name: "Renamed" } }),
  duplicateTemplateAction: ({ templateId }) => ({ id: templateId, name: "Copy" }),
  deleteTemplateAction: ({ templateId }) => ({ id: templateId }),
  mergeSubscribersAction: ({ subscriberId }) => ({ id: subscriberId, fromId: subscriberId }),
  changeTagsAction: ({ subscriberId }) => ({ ids: [subscriberId], add: ["vip"] }),
  createSegmentAction: () => ({ name: "VIPs", rules: { all: [] } }),
  updateSegmentAction: ({ segmentId }) => ({ id: segmentId, changes: { name: "Renamed" } }),
  deleteSegmentAction: ({ segmentId }) => ({ id: segmentId }),
  estimateRulesAction: ({ groupId }) => ({ rules: { all: [{ field: "group", op: "eq", value: groupId }] } }),
  estimateSegmentAction: ({ segmentId }) => ({ id: segmentId }),
  createGroupAction: () => ({ name: "Crew" }),
  updateGroupAction: ({ groupId }) => ({ id: groupId, changes: { name: "Renamed" } }),
  deleteGroupAction: ({ groupId }) => ({ id: groupId }),
  addGroupMembersAction: ({ groupId, subscriberId }) => ({ id: groupId, members: { ids: [subscriberId] } }),
  removeGroupMembersAction: ({ groupId, subscriberId }) => ({ id: groupId, members: { ids: [subscriberId] } }),
  addNamedMembersAction: ({ groupId, subscriberId }) => ({ id: groupId, people: [{ id: subscriberId }] }),
  removeNamedMembersAction: ({ groupId, subscriberId }) => ({ id: groupId, people: [{ id: subscriberId }] }),
  setCustodiansAction: ({ groupId, memberId }) => ({ id: groupId, custodians: [{ memberId }] }),
  previewFeedAction: () => ({ url: "https://127.0.0.1/feed" }),
  createFeedAction: ({ siteId }) => ({ siteId, url: "https://127.0.0.1/feed" }),
  updateFeedAction: ({ feedId }) => ({ id: feedId, changes: { name: "Renamed" } }),
  checkFeedAction: ({ feedId }) => ({ id: feedId }),
  deleteFeedAction: ({ feedId }) => ({ id: feedId }),
  retryWorkAction: () => ({ id: "01JZZZZZZZZZZZZZZZZZZZZZZZ" }),
  cancelWorkAction: () => ({ id: "01JZZZZZZZZZZZZZZZZZZZZZZZ" }),
  retryEventAction: () => ({ id: "01JZZZZZZZZZZZZZZZZZZZZZZZ" }),
};

/** What an ordinary member may not do. */
const needsAdmin = new Set([
  "approveCampaignAction",
  "rejectCampaignAction",
  "guessSiteAction",
  "createSiteAction",
  "updateSiteAction",
  "resumeSiteAction",
  "deleteSiteAction",
  "rotateKeyAction",
  "retireKeyAction",
  "importKeyAction",
  "exportKeyAction",
  "updateWorkspaceAction",
  "createApiKeyAction",
  "revokeApiKeyAction",
  "updateMemberAction",
  "removeMemberAction",
  "createInvitationAction",
  "revokeInvitationAction",
  "retryWorkAction",
  "cancelWorkAction",
  "retryEventAction",
]);

type Action = (workspaceId: string, input: unknown) => Promise<ActionResult<unknown>>;
const dashboard = join(import.meta.dirname, "../../app/dashboard/[workspace]");
const found = await Promise.all(
  readdirSync(dashboard, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(dashboard, file))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }))
    .filter(({ text }) => text.startsWith('"use server"'))
    .map(async ({ file, text }) => {
      const made = [...text.matchAll(/^export const (\w+) = action\(/gm)].map(([, name = ""]) => name);
      const module: Record<string, Action> = await import(file);
      return made.flatMap((name) => (module[name] ? [{ name, run: module[name] }] : []));
    }),
);
const actions = found.flat();

let everybody: Everybody;
let ids: Ids;
beforeAll(async () => {
  everybody = await makeEverybody();
  ids = await everybody.ids();
});
beforeEach(() => {
  cookie = undefined;
});

test("the matrix knows an input for every action, and no action that there is not", () => {
  expect(actions.map(({ name }) => name).sort()).toEqual(Object.keys(inputs).sort());
});

const inputOf = (name: string, rows: Ids) => inputs[name]?.(rows) ?? {};

function expectRefused(result: ActionResult<unknown>, code: string): void {
  expect(JSON.stringify(result)).not.toContain(marker);
  expect(result).toMatchObject({ ok: false, code });
}

describe.each(actions)("$name", ({ name, run }) => {
  test("does nothing for nobody", async () => {
    expectRefused(await run(everybody.workspaceId, inputOf(name, ids)), "unauthorized");
    cookie = "eyJhbGciOiJub25lIn0..forged";
    expectRefused(await run(everybody.workspaceId, inputOf(name, ids)), "unauthorized");
  });

  test("does nothing in our workspace for another tenant", async () => {
    cookie = everybody.cookies.stranger;
    expectRefused(await run(everybody.workspaceId, inputOf(name, ids)), "workspace_not_found");
    expectRefused(await run("x", inputOf(name, ids)), "workspace_not_found");
  });

  test("refuses input of another shape", async () => {
    cookie = everybody.cookies.owner;
    for (const hostile of [null, [], "x", { unknown: 1 }, { id: { not: "" } }, JSON.parse('{"__proto__":{"id":1}}')])
      expect(await run(everybody.workspaceId, hostile)).toMatchObject({ ok: false, code: "validation_error" });
  });
});

const namesRows = actions.filter(({ name }) => JSON.stringify(inputOf(name, blank())).includes("row"));
test.each(namesRows)("$name finds none of our rows from another workspace", async ({ name, run }) => {
  cookie = everybody.cookies.stranger;
  expectRefused(await run(everybody.strangersWorkspaceId, inputOf(name, ids)), "not_found");
});

test.each(actions.filter(({ name }) => needsAdmin.has(name)))(
  "$name is refused to an ordinary member",
  async ({ name, run }) => {
    cookie = everybody.cookies.member;
    expectRefused(await run(everybody.workspaceId, inputOf(name, ids)), "forbidden");
  },
);

/** Names for rows, to tell whether an action's input names any. */
function blank(): Ids {
  const row = "row";
  return {
    workspaceId: row,
    siteId: row,
    keyId: row,
    subscriberId: row,
    subscriptionId: row,
    campaignId: row,
    messageId: row,
    templateId: row,
    memberId: row,
    invitationId: row,
    apiKeyId: row,
    importId: row,
    firingId: row,
    feedId: row,
    segmentId: row,
    groupId: row,
    viewId: row,
  };
}
