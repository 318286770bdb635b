import "server-only";
import { cookies } from "next/headers";
import type { Context } from "#lib/context.ts";
import { db, query } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { Together } from "#lib/together.ts";
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

interface Membership {
  workspaceId: string;
  userId: string;
}

const roleLookUps = new Together<Membership, MemberRole | undefined>(async (asked) => {
  const rows = await query<{ workspace_id: string; user_id: string; role: MemberRole }>(
    `SELECT m.workspace_id, m.user_id, m.role FROM unnest($1::uuid[], $2::uuid[]) AS a (workspace_id, user_id)
       JOIN member m ON m.workspace_id = a.workspace_id AND m.user_id = a.user_id AND m.status = 'active'
       JOIN workspace w ON w.id = m.workspace_id AND NOT w.is_deleted`,
    [asked.map(({ workspaceId }) => workspaceId), asked.map(({ userId }) => userId)],
  );
  const roles = new Map(rows.map((row) => [`${row.workspace_id} ${row.user_id}`, row.role]));
  return asked.map(({ workspaceId, userId }) => roles.get(`${workspaceId} ${userId}`));
});

async function activeRole(workspaceId: string, userId: string): Promise<MemberRole | undefined> {
  return isId(workspaceId) ? await roleLookUps.do({ workspaceId: workspaceId.toLowerCase(), userId }) : undefined;
}

function workspaceNotFound(): AppError {
  return new AppError("workspace_not_found", "Workspace not found, or you are not a member of it.");
}
