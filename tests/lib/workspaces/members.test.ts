import { expect, test } from "vitest";
import { db } from "#lib/db.ts";
import { listAuditLog } from "#lib/workspaces/audit-log.ts";
import { leaveWorkspace, listMembers, removeMember, updateMember } from "#lib/workspaces/members.ts";
import { newAccount, newMember } from "#tests/support/accounts.ts";

const firstPage = { page: 1, pageSize: 25 };
const conflict = { code: "conflict" };

async function ownMembership(ctx: { workspaceId: string }, userId: string): Promise<string> {
  const where = { workspaceId_userId: { workspaceId: ctx.workspaceId, userId } };
  return (await db.member.findUniqueOrThrow({ where })).id;
}

test("the last owner cannot leave, be removed, demoted or suspended", async () => {
  const { ctx, user } = await newAccount();
  await newMember(ctx.workspaceId, "admin");
  const id = await ownMembership(ctx, user.id);

  await expect(leaveWorkspace(ctx)).rejects.toMatchObject(conflict);
  await expect(removeMember(ctx, id)).rejects.toMatchObject(conflict);
  await expect(updateMember(ctx, id, { role: "admin" })).rejects.toMatchObject(conflict);
  await expect(updateMember(ctx, id, { status: "suspended" })).rejects.toMatchObject(conflict);
});

test("a suspended owner does not count as one", async () => {
  const { ctx } = await newAccount();
  const other = await newMember(ctx.workspaceId, "owner");
  await updateMember(ctx, other.memberId, { status: "suspended" });
  await expect(leaveWorkspace(ctx)).rejects.toMatchObject(conflict);
});

test("of two owners who remove each other at once, one stays", async () => {
  for (let round = 0; round < 10; round++) {
    const ada = await newAccount();
    const bob = await newMember(ada.workspace.id, "owner");
    const adasId = await ownMembership(ada.ctx, ada.user.id);
    await Promise.allSettled([removeMember(ada.ctx, bob.memberId), removeMember(bob.ctx, adasId)]);
    expect(await db.member.count({ where: { workspaceId: ada.workspace.id, role: "owner" } })).toBe(1);
  }
});

test("with another owner there, one may leave", async () => {
  const { ctx } = await newAccount();
  const heir = await newMember(ctx.workspaceId, "member");
  await updateMember(ctx, heir.memberId, { role: "owner" });
  await leaveWorkspace(ctx);
  const { data } = await listMembers(heir.ctx, firstPage);
  expect(data).toMatchObject([{ userId: heir.user.id, role: "owner", status: "active" }]);
});

test("admins manage admins and members, not owners; members manage nobody", async () => {
  const { ctx, user } = await newAccount();
  const [admin, member] = [await newMember(ctx.workspaceId, "admin"), await newMember(ctx.workspaceId, "member")];
  const owner = await ownMembership(ctx, user.id);
  const forbidden = { code: "forbidden" };

  await expect(updateMember(admin.ctx, member.memberId, { role: "owner" })).rejects.toMatchObject(forbidden);
  await expect(updateMember(admin.ctx, admin.memberId, { role: "owner" })).rejects.toMatchObject(forbidden);
  await expect(updateMember(admin.ctx, owner, { role: "member" })).rejects.toMatchObject(forbidden);
  await expect(removeMember(admin.ctx, owner)).rejects.toMatchObject(forbidden);
  await expect(updateMember(member.ctx, admin.memberId, { role: "member" })).rejects.toMatchObject(forbidden);
  await expect(removeMember(member.ctx, admin.memberId)).rejects.toMatchObject(forbidden);
  await expect(updateMember(admin.ctx, member.memberId, { role: "admin" })).resolves.toMatchObject({ role: "admin" });
});

test("members of another workspace are not found", async () => {
  const [ours, theirs] = [await newAccount(), await newAccount()];
  const stranger = await newMember(theirs.workspace.id, "member");
  for (const id of [stranger.memberId, "not-an-id"]) {
    await expect(updateMember(ours.ctx, id, { role: "admin" })).rejects.toMatchObject({ code: "not_found" });
    await expect(removeMember(ours.ctx, id)).rejects.toMatchObject({ code: "not_found" });
  }
});

test("pages by cursor name every member once", async () => {
  const { ctx } = await newAccount();
  for (let n = 0; n < 4; n++) await newMember(ctx.workspaceId, "member");
  const first = await listMembers(ctx, { page: 1, pageSize: 2 });
  expect(first).toMatchObject({ total: 5, page: 1 });
  const seen = [...first.data];
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const page = await listMembers(ctx, { page: 1, pageSize: 2, cursor });
    seen.push(...page.data);
    cursor = page.nextCursor;
  }
  expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
});

test("every change is in the audit log, with the name of who made it", async () => {
  const { ctx, workspace } = await newAccount();
  const member = await newMember(workspace.id, "member");
  await updateMember(ctx, member.memberId, { role: "admin" });
  await removeMember(ctx, member.memberId);

  const { data } = await listAuditLog(ctx, firstPage);
  expect(data.map(({ action }) => action)).toEqual(["member.remove", "member.update", "workspace.create"]);
  expect(data[1]).toMatchObject({
    actorName: "Ada Lovelace",
    entityId: member.memberId,
    details: { role: "admin", formerRole: "member" },
  });
  const updates = await listAuditLog(ctx, { ...firstPage, action: "member." });
  expect(updates.total).toBe(2);
  await expect(listAuditLog(member.ctx, firstPage)).rejects.toMatchObject({ code: "forbidden" });
});
