import { randomUUID } from "node:crypto";
import { registerForTokens } from "#lib/auth/accounts.ts";
import type { Registered } from "#lib/auth/schema.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";
import type { MemberRole } from "#prisma/generated/enums.ts";

export const password = "correct horse battery";

export function newEmail(): string {
  return `person-${randomUUID()}@example.com`;
}

/** A registered person with a workspace of their own. */
export async function newAccount(): Promise<Registered & { ctx: Context }> {
  const registered = await registerForTokens({ email: newEmail(), password, name: "Ada Lovelace" });
  return { ...registered, ctx: contextOf(registered.workspace.id, registered.user.id, "owner") };
}

/** A registered person who administers the installation. */
export async function newAdministrator() {
  const account = await newAccount();
  await db.user.update({ where: { id: account.user.id }, data: { isInstanceAdministrator: true } });
  return account;
}

/** A registered person who is also a member of that workspace. */
export async function newMember(workspaceId: string, role: MemberRole) {
  const account = await newAccount();
  const { id } = await db.member.create({ data: { id: newId(), workspaceId, userId: account.user.id, role } });
  return { ...account, memberId: id, ctx: contextOf(workspaceId, account.user.id, role) };
}

function contextOf(workspaceId: string, userId: string, role: MemberRole): Context {
  return { workspaceId, actor: { type: "user", userId }, role, requestId: "test" };
}
