import { expect, test } from "vitest";
import { registerAccount } from "#lib/auth/accounts.ts";
import { moveClock } from "#lib/clock.ts";
import { db } from "#lib/db.ts";
import {
  acceptInvitation,
  createInvitation,
  findInvitationOffer,
  listInvitations,
  revokeInvitation,
} from "#lib/workspaces/invitations.ts";
import { newAccount, newEmail, newMember, password } from "#tests/support/accounts.ts";

const firstPage = { page: 1, pageSize: 25 };
const gone = { code: "not_found" };
const tokenOf = (link: string) => link.split("/").at(-1) ?? "";

test("a new person registers with the link and joins that workspace, without an own one", async () => {
  const { ctx, workspace } = await newAccount();
  const email = newEmail();
  const { link } = await createInvitation(ctx, { email: email.toUpperCase(), role: "admin" });
  const token = tokenOf(link);
  expect(link).toMatch(/^http:\/\/localhost:3000\/invitation\/[\w-]{43}$/);
  expect(await findInvitationOffer(token)).toEqual({
    workspaceName: workspace.name,
    invitedBy: "Ada Lovelace",
    email,
    role: "admin",
    hasAccount: false,
  });

  const joined = await registerAccount({ email, password, name: "Bob", invitation: token });

  expect(joined.workspace).toMatchObject({ id: workspace.id, role: "admin" });
  expect(await db.member.count({ where: { userId: joined.user.id } })).toBe(1);
  expect((await listInvitations(ctx, firstPage)).data).toEqual([]);
});

test("the link works once, also for ten at once", async () => {
  const { ctx } = await newAccount();
  const guest = await newAccount();
  const { link } = await createInvitation(ctx, { email: guest.user.email });
  const accept = () => acceptInvitation(tokenOf(link), guest.user.id, "test");
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, accept));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await db.member.count({ where: { userId: guest.user.id, workspaceId: ctx.workspaceId } })).toBe(1);
});

test("nobody else can use it, neither signed in nor by registering", async () => {
  const { ctx } = await newAccount();
  const eve = await newAccount();
  const { link } = await createInvitation(ctx, { email: newEmail() });
  const token = tokenOf(link);
  await expect(acceptInvitation(token, eve.user.id, "test")).rejects.toMatchObject({ code: "forbidden" });
  const other = registerAccount({ email: newEmail(), password, name: "Eve", invitation: token });
  await expect(other).rejects.toMatchObject({ code: "forbidden" });
  expect(await findInvitationOffer(token)).not.toBeNull();
});

test("revoked, replaced and old links offer nothing", async () => {
  const { ctx } = await newAccount();
  const guest = await newAccount();
  const invite = () => createInvitation(ctx, { email: guest.user.email });
  const accept = (link: string) => acceptInvitation(tokenOf(link), guest.user.id, "test");

  const first = await invite();
  const second = await invite();
  await expect(accept(first.link)).rejects.toMatchObject(gone);

  await revokeInvitation(ctx, second.id);
  await expect(accept(second.link)).rejects.toMatchObject(gone);
  await expect(revokeInvitation(ctx, second.id)).rejects.toMatchObject({ code: "conflict" });

  const third = await invite();
  try {
    moveClock(8 * 86_400_000);
    await expect(accept(third.link)).rejects.toMatchObject(gone);
    expect(await findInvitationOffer(tokenOf(third.link))).toBeNull();
  } finally {
    moveClock(0);
  }
});

test("a suspended member does not come back by an old link", async () => {
  const { ctx } = await newAccount();
  const guest = await newAccount();
  const { link } = await createInvitation(ctx, { email: guest.user.email });
  const where = { workspaceId: ctx.workspaceId, userId: guest.user.id };
  await db.member.create({ data: { ...where, role: "member", status: "suspended" } });
  await acceptInvitation(tokenOf(link), guest.user.id, "test");
  expect(await db.member.findFirst({ where })).toMatchObject({ status: "suspended" });
});

test("members are not invited again, and members invite nobody", async () => {
  const { ctx } = await newAccount();
  const member = await newMember(ctx.workspaceId, "member");
  await expect(createInvitation(ctx, { email: member.user.email })).rejects.toMatchObject({ code: "conflict" });
  await expect(createInvitation(member.ctx, { email: newEmail() })).rejects.toMatchObject({ code: "forbidden" });
});

test("another workspace's invitations are neither listed nor revoked", async () => {
  const [ours, theirs] = [await newAccount(), await newAccount()];
  const { id } = await createInvitation(theirs.ctx, { email: newEmail() });
  await expect(revokeInvitation(ours.ctx, id)).rejects.toMatchObject(gone);
  expect((await listInvitations(ours.ctx, firstPage)).data).toEqual([]);
  expect((await listInvitations(theirs.ctx, firstPage)).data).toHaveLength(1);
});
