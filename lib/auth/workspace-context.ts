import "server-only";
import { cookies } from "next/headers";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import type { MemberRole } from "#prisma/generated/enums.ts";
import { isInstanceAdministrator } from "./administrators.ts";
import { type Principal, sessionUserId } from "./bearer.ts";
import { sessionCookie } from "./session.ts";

/** The signed-in person, as pages need to know them. */
export interface CurrentUser {
  id: string;
  email: string;
  name: string;
  locale: string;
  isInstanceAdministrator: boolean;
  /** False for people who only ever signed in with a provider. */
  hasPassword: boolean;
}

/**
 * The principal acting in a workspace, with the role read from the database now: who was demoted, suspended or removed
 * a moment ago acts as that. An API key acts with the role of whoever made it, within its scopes.
 *
 * @param workspaceId what the request names; API keys need not, and may only name their own
 * @throws workspace_required a user named none
 * @throws workspace_not_found no active membership there, or no such workspace
 * @throws invalid_token whoever made the API key is no longer an active member
 */
export async function contextFor(
  principal: Principal,
  workspaceId: string | undefined,
  requestId: string,
): Promise<Context> {
  const wanted = workspaceId ?? (principal.kind === "api_key" ? principal.workspaceId : undefined);
  if (wanted === undefined)
    throw new AppError("workspace_required", "Name the workspace: header X-Workspace-ID or ?workspaceId=.");
  if (principal.kind === "api_key" && principal.workspaceId !== wanted) throw workspaceNotFound();
  const role = await activeRole(wanted, principal.userId);
  if (!role && principal.kind === "api_key")
    throw new AppError("invalid_token", "Whoever made this API key is no longer an active member of its workspace.");
  if (!role) throw workspaceNotFound();
  const { userId } = principal;
  const actor: Context["actor"] =
    principal.kind === "api_key"
      ? { type: "api_key", apiKeyId: principal.apiKeyId, userId, scopes: principal.scopes }
      : { type: "user", userId };
  return { workspaceId: wanted, actor, role, requestId };
}

/**
 * The signed-in person acting in a workspace, for server actions.
 *
 * @throws unauthorized nobody is signed in
 * @throws workspace_not_found
 */
export async function sessionContext(workspaceId: string): Promise<Context> {
  const userId = await signedInUserId();
  if (!userId) throw new AppError("unauthorized", "Your session has ended. Sign in again.");
  return await contextFor({ kind: "user", via: "session", userId }, workspaceId, newId());
}

/** Who is signed in, or null. */
export async function currentUser(): Promise<CurrentUser | null> {
  const userId = await signedInUserId();
  const user = userId ? await db.user.findUnique({ where: { id: userId } }) : null;
  if (!user) return null;
  const { id, email, name, locale, passwordHash } = user;
  return {
    id,
    email,
    name,
    locale,
    isInstanceAdministrator: isInstanceAdministrator(user),
    hasPassword: passwordHash !== null,
  };
}

async function signedInUserId(): Promise<string | null> {
  const cookie = (await cookies()).get(sessionCookie().name)?.value;
  return cookie ? await sessionUserId(cookie) : null;
}

async function activeRole(workspaceId: string, userId: string): Promise<MemberRole | undefined> {
  if (!isId(workspaceId)) return undefined;
  const member = await db.member.findFirst({
    where: { workspaceId, userId, status: "active", workspace: { isDeleted: false } },
    select: { role: true },
  });
  return member?.role;
}

function workspaceNotFound(): AppError {
  return new AppError("workspace_not_found", "Workspace not found, or you are not a member of it.");
}
