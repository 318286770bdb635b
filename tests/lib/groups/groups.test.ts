import { beforeAll, describe, expect, test } from "vitest";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { NewCampaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { countAudience } from "#lib/delivery/audience.ts";
import { createGroup, deleteGroup, getGroup, listGroups, setCustodians, updateGroup } from "#lib/groups/groups.ts";
import { addGroupMembers, listGroupMembers, removeGroupMembers } from "#lib/groups/members.ts";
import { addNamedMembers, removeNamedMembers } from "#lib/groups/named.ts";
import { NamedPeople, type NamedPerson } from "#lib/groups/schema.ts";
import { newId } from "#lib/ids.ts";
import { createSegment } from "#lib/segments/segments.ts";
import type { NewSubscriber } from "#lib/subscribers/schema.ts";
import { createSubscriber, deleteSubscriber, listSubscribers } from "#lib/subscribers/subscribers.ts";
import { newAccount, newMember } from "#tests/support/accounts.ts";
import { campaignBody, newSite, newSubscription } from "#tests/support/workspace.ts";

let ctx: Context;
const page = { page: 1, pageSize: 25 };

beforeAll(async () => {
  ({ ctx } = await newAccount());
});

describe("a group", () => {
  test("takes people by id, by external id and from a segment, once each, and gives them back", async () => {
    const { id } = await createGroup(ctx, { name: "Crew" });
    const ada = await createSubscriber(ctx, { externalId: "ada", name: "Ada", tags: ["crew"] });
    const bob = await createSubscriber(ctx, { externalId: "bob" });
    for (const nobody of [newId(), "x"])
      await expect(addGroupMembers(ctx, id, { ids: [ada.id, nobody] })).rejects.toMatchObject({ code: "not_found" });
    expect(await addGroupMembers(ctx, id, { ids: [ada.id, ada.id] })).toEqual({ changed: 1, unknown: [] });
    expect(await addGroupMembers(ctx, id, { externalIds: ["ada", "bob", "nobody"] })).toEqual({
      changed: 1,
      unknown: ["nobody"],
    });
    expect((await getGroup(ctx, id)).memberCount).toBe(2);
    const members = await listGroupMembers(ctx, id, page);
    expect(members.data.map((each) => each.id)).toEqual([bob.id, ada.id]);
    expect((await listGroupMembers(ctx, id, { ...page, search: "AD" })).data.map((each) => each.id)).toEqual([ada.id]);
    const crew = await createSegment(ctx, {
      name: "Crew",
      rules: { all: [{ field: "tag", op: "eq", value: "crew" }] },
    });
    expect(await removeGroupMembers(ctx, id, { segmentId: crew.id })).toEqual({ changed: 1, unknown: [] });
    expect(await addGroupMembers(ctx, id, { segmentId: crew.id })).toEqual({ changed: 1, unknown: [] });
    await deleteSubscriber(ctx, bob.id);
    expect((await getGroup(ctx, id)).memberCount).toBe(1);
    const audited = await db.auditEntry.count({ where: { workspaceId: ctx.workspaceId, entityId: id } });
    expect(audited).toBe(5);
  });

  test("is an audience and can be left out of one", async () => {
    const { id: siteId } = await newSite(ctx);
    const [one, two] = [await newSubscription(siteId), await newSubscription(siteId)];
    const { id: groupId } = await createGroup(ctx, { name: "Half" });
    await addGroupMembers(ctx, groupId, { ids: [one.subscriberId] });
    const reach = (audience: Parameters<typeof countAudience>[2]) =>
      countAudience(ctx.workspaceId, siteId, audience, 10);
    expect(await reach({ type: "group", groupId })).toBe(1);
    expect(await reach({ type: "all" })).toBe(2);
    expect(await reach({ type: "all", exclude: { groupIds: [groupId] } })).toBe(1);
    expect(await reach({ type: "all", exclude: { subscriberIds: [two.subscriberId], groupIds: [groupId] } })).toBe(0);
    const campaign = NewCampaign.parse(campaignBody(siteId, { audience: { type: "group", groupId } }));
    await createCampaign(ctx, campaign);
    await expect(deleteGroup(ctx, groupId)).rejects.toMatchObject({ code: "conflict" });
  });

  test("is seen by its custodians, who see no other and nothing else", async () => {
    const custodian = await newMember(ctx.workspaceId, "custodian");
    const { id } = await createGroup(ctx, { name: "Theirs" });
    const other = await createGroup(ctx, { name: "Not theirs" });
    await setCustodians(ctx, id, { custodians: [{ memberId: custodian.memberId }] });
    expect((await listGroups(custodian.ctx, page)).data.map((each) => each.id)).toEqual([id]);
    expect((await getGroup(custodian.ctx, id)).custodians).toMatchObject([
      { memberId: custodian.memberId, subscriberId: null },
    ]);
    await expect(getGroup(custodian.ctx, other.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(listGroupMembers(custodian.ctx, other.id, page)).rejects.toMatchObject({ code: "not_found" });
    await expect(updateGroup(custodian.ctx, id, { name: "Mine" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(listSubscribers(custodian.ctx, page)).rejects.toMatchObject({ code: "forbidden" });
    await db.member.update({ where: { id: custodian.memberId }, data: { status: "suspended" } });
    expect((await listGroups(custodian.ctx, page)).data).toEqual([]);
  });

  test("is filled by its custodian with people named exactly, who learns of nobody else", async () => {
    const custodian = await newMember(ctx.workspaceId, "custodian");
    const { id } = await createGroup(ctx, { name: "Choir" });
    const other = await createGroup(ctx, { name: "Orchestra" });
    await setCustodians(ctx, id, { custodians: [{ memberId: custodian.memberId }] });
    const person = (facts: NewSubscriber) => createSubscriber(ctx, facts);
    const byMail = await person({ name: "Mia", attributes: { email: "mia@example.com" } });
    const byId = await person({ externalId: "singer-1" });
    const byPhone = await person({ name: "Tom", phone: "+4930901830" });
    const deleted = await person({ externalId: "gone@example.com" });
    await deleteSubscriber(ctx, deleted.id);
    for (const name of ["One", "Two"]) await person({ name, attributes: { email: "shared@example.com" } });
    const hidden = await person({ name: "Somebody else" });

    const add = (...people: NamedPerson[]) => addNamedMembers(custodian.ctx, id, { people });
    expect(
      await add(
        { email: " Mia@Example.com " },
        { externalId: "singer-1" },
        { phone: "+49 30 901830" },
        { email: "gone@example.com" },
        { email: "shared@example.com" },
        { externalId: "singer" },
        { phone: "12" },
        { id: hidden.id },
        { id: "x" },
      ),
    ).toEqual({ changed: 3, people: [...Array(3).fill("changed"), ...Array(6).fill("unknown")] });
    expect(await add({ email: "mia@example.com" })).toEqual({ changed: 0, people: ["unchanged"] });
    const members = await listGroupMembers(custodian.ctx, id, page);
    expect(members.data.map((each) => each.id).sort()).toEqual([byMail.id, byId.id, byPhone.id].sort());

    // By id: whom they see in a group of theirs, and only there.
    await expect(addNamedMembers(custodian.ctx, other.id, { people: [{ id: byMail.id }] })).rejects.toMatchObject({
      code: "not_found",
    });
    await setCustodians(ctx, other.id, { custodians: [{ memberId: custodian.memberId }] });
    const others = await addNamedMembers(custodian.ctx, other.id, { people: [{ id: byMail.id }, { id: hidden.id }] });
    expect(others).toEqual({ changed: 1, people: ["changed", "unknown"] });
    const taken = await removeNamedMembers(custodian.ctx, id, {
      people: [{ id: byMail.id }, { externalId: "singer" }],
    });
    expect(taken).toEqual({ changed: 1, people: ["changed", "unknown"] });
    expect(() => addGroupMembers(custodian.ctx, id, { ids: [byMail.id] })).toThrow("This needs the role member");
    expect(NamedPeople.safeParse({ people: Array(21).fill({ externalId: "x" }) }).success).toBe(false);

    // Two hundred names an hour, found or not; whoever may search is not counted.
    const guesses = { people: Array<NamedPerson>(20).fill({ email: "guess@example.com" }) };
    const answers = await Promise.allSettled(
      Array.from({ length: 11 }, () => addNamedMembers(custodian.ctx, id, guesses)),
    );
    expect(answers.filter(({ status }) => status === "fulfilled").length).toBeLessThan(10);
    await expect(addNamedMembers(custodian.ctx, id, guesses)).rejects.toMatchObject({ code: "rate_limited" });
    await expect(removeNamedMembers(custodian.ctx, id, guesses)).rejects.toMatchObject({ code: "rate_limited" });
    const byTheirId = await removeNamedMembers(custodian.ctx, id, { people: [{ id: byId.id }] });
    expect(byTheirId.changed).toBe(1);
    expect((await addNamedMembers(ctx, id, { people: [{ id: hidden.id }] })).changed).toBe(1);
    const audited = await db.auditEntry.findMany({ where: { workspaceId: ctx.workspaceId, entityId: id } });
    expect(audited.map(({ details }) => details)).toContainEqual({ people: 3, named: 9 });
  });

  test("knows nobody of another workspace", async () => {
    const stranger = await newAccount();
    const { id } = await createGroup(ctx, { name: "Ours" });
    const foreign = await createSubscriber(stranger.ctx, { externalId: "foreign" });
    await expect(addGroupMembers(ctx, id, { ids: [foreign.id] })).rejects.toMatchObject({ code: "not_found" });
    expect(await addNamedMembers(ctx, id, { people: [{ externalId: "foreign" }, { id: foreign.id }] })).toEqual({
      changed: 0,
      people: ["unknown", "unknown"],
    });
    await expect(addGroupMembers(stranger.ctx, id, { ids: [foreign.id] })).rejects.toMatchObject({ code: "not_found" });
    const outsider = await newMember(stranger.ctx.workspaceId, "member");
    await expect(setCustodians(ctx, id, { custodians: [{ memberId: outsider.memberId }] })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
