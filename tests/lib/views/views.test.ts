import { beforeAll, describe, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import { SubscriberFilter } from "#lib/subscribers/schema.ts";
import { createSubscriber, listSubscribers } from "#lib/subscribers/subscribers.ts";
import { chooseColumns, chosenColumns } from "#lib/views/columns.ts";
import { NewView, ViewFilter, ViewState } from "#lib/views/schema.ts";
import { createView, deleteView, getView, listViews, updateView } from "#lib/views/views.ts";
import { newAccount, newMember } from "#tests/support/accounts.ts";

let owner: Context;
let member: Context;
let other: Context;
beforeAll(async () => {
  owner = (await newAccount()).ctx;
  member = (await newMember(owner.workspaceId, "member")).ctx;
  other = (await newMember(owner.workspaceId, "member")).ctx;
});

const filter = ViewFilter.parse({ area: "subscribers" });
const view = (name: string, more: object = {}) =>
  NewView.parse({ area: "subscribers", name, state: { tag: "vip", columns: ["attributes.plan", "tags"] }, ...more });
const names = async (ctx: Context) => (await listViews(ctx, filter)).data.map(({ name }) => name);

describe("a saved view", () => {
  test("is its maker's alone until it is shared, and then everybody's; only the maker and admins change it", async () => {
    const { id, ...made } = await createView(member, view("VIPs"));
    expect(made).toMatchObject({ isShared: false, isOwn: true, isChangeable: true, state: { tag: "vip" } });
    expect([await names(member), await names(other), await names(owner)]).toEqual([["VIPs"], [], []]);
    for (const stranger of [other, owner]) {
      await expect(getView(stranger, id)).rejects.toMatchObject({ code: "not_found" });
      await expect(deleteView(stranger, id)).rejects.toMatchObject({ code: "not_found" });
    }
    await updateView(member, id, { isShared: true });
    expect(await names(other)).toEqual(["VIPs"]);
    expect(await getView(other, id)).toMatchObject({ isOwn: false, isChangeable: false });
    await expect(updateView(other, id, { name: "Mine" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(deleteView(other, id)).rejects.toMatchObject({ code: "forbidden" });
    expect(await updateView(owner, id, { name: "Best customers" })).toMatchObject({ name: "Best customers" });
    await deleteView(owner, id);
    expect(await names(member)).toEqual([]);
    const audited = await db.auditEntry.findMany({ where: { entityId: id }, orderBy: { id: "asc" } });
    expect(audited.map(({ action }) => action)).toEqual(["view.create", "view.update", "view.update", "view.delete"]);
  });

  test("has a name once among a person's own, and once among the shared", async () => {
    await createView(member, view("Mine"));
    await createView(other, view("Mine"));
    await expect(createView(member, view("mine"))).rejects.toMatchObject({
      code: "conflict",
      fields: { name: ["Already taken."] },
    });
    const shared = await createView(other, view("Ours", { isShared: true }));
    await expect(createView(member, view("Ours", { isShared: true }))).rejects.toMatchObject({ code: "conflict" });
    const { id } = await createView(member, view("Ours"));
    await expect(updateView(member, id, { isShared: true })).rejects.toMatchObject({ code: "conflict" });
    await deleteView(other, shared.id);
    expect(await updateView(member, id, { isShared: true })).toMatchObject({ isShared: true });
  });

  test("of another workspace is none, and a custodian has none", async () => {
    const { id } = await createView(member, view("Shared", { isShared: true }));
    const stranger = await newAccount();
    await expect(getView(stranger.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    const custodian = await newMember(owner.workspaceId, "custodian");
    await expect(listViews(custodian.ctx, filter)).rejects.toMatchObject({ code: "forbidden" });
    await expect(createView(custodian.ctx, view("X"))).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is written by no key that only reads, whoever's it is", async () => {
    const { id } = await createView(owner, view("Kept"));
    const userId = owner.actor.type === "user" ? owner.actor.userId : "";
    const key = (scopes: Permission[]): Context => ({
      ...owner,
      actor: { type: "api_key", apiKeyId: newId(), userId, scopes },
    });
    const reading = key(["subscribers:read"]);
    expect(await getView(reading, id)).toMatchObject({ isOwn: true, isChangeable: false });
    const refused = { code: "forbidden" };
    await expect(createView(reading, view("By a program"))).rejects.toMatchObject(refused);
    await expect(updateView(reading, id, { name: "Else" })).rejects.toMatchObject(refused);
    await expect(deleteView(reading, id)).rejects.toMatchObject(refused);
    await expect(chooseColumns(reading, { area: "subscribers", columns: ["tags"] })).rejects.toMatchObject(refused);
    await deleteView(key(["subscribers:read", "subscribers:write"]), id);
  });

  test("keeps only what the list understands", () => {
    for (const wrong of [
      { sort: "passwordHash" },
      { columns: ["passwordHash"] },
      { columns: ["tags", "tags"] },
      { columns: ["attributes.a b"] },
      { cursor: "x" },
      { search: " " },
    ])
      expect(ViewState.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});

test("columns are remembered for each person by themselves", async () => {
  expect(await chosenColumns(member, "subscribers")).toBeNull();
  await chooseColumns(member, { area: "subscribers", columns: ["attributes.plan", "country"] });
  expect(await chosenColumns(member, "subscribers")).toEqual(["attributes.plan", "country"]);
  expect(await chosenColumns(other, "subscribers")).toBeNull();
  await chooseColumns(member, { area: "subscribers", columns: null });
  expect(await chosenColumns(member, "subscribers")).toBeNull();
});

test("the list goes by key in every order, and a name it lacks comes last", async () => {
  const { ctx } = await newAccount();
  for (const name of ["bob", "Ada", undefined, "Zoe", "ada"]) await createSubscriber(ctx, name ? { name } : {});
  const inOrder = async (sort: string) => {
    const found: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await listSubscribers(ctx, SubscriberFilter.parse({ sort, pageSize: 2, ...(cursor && { cursor }) }));
      found.push(...page.data.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return found;
  };
  expect(await inOrder("name")).toEqual(["Ada", "ada", "bob", "Zoe", null]);
  expect(await inOrder("createdAt")).toEqual(["bob", "Ada", null, "Zoe", "ada"]);
  expect(await inOrder("-createdAt")).toEqual(["ada", "Zoe", null, "Ada", "bob"]);
  const { nextCursor } = await listSubscribers(ctx, SubscriberFilter.parse({ sort: "name", pageSize: 2 }));
  await expect(listSubscribers(ctx, SubscriberFilter.parse({ cursor: nextCursor }))).rejects.toMatchObject({
    fields: { cursor: [expect.any(String)] },
  });
  expect(SubscriberFilter.safeParse({ sort: "passwordHash" }).success).toBe(false);
});
