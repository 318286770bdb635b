import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Who may do what. Each permission names the least role that has it; API keys need it among their scopes too.
 * `instance` permissions are not here: they belong to the instance administrator, not to a workspace.
 */
const leastRole = {
  "workspace:read": "member",
  "workspace:write": "admin",
  "members:read": "member",
  "members:write": "admin",
  "api_keys:read": "admin",
  "api_keys:write": "admin",
  "audit:read": "admin",
  "sites:read": "member",
  "sites:write": "admin",
  /** Private keys and whole exports: whoever has them can send to every device of the site. */
  "sites:export": "owner",
  "subscribers:read": "member",
  "subscribers:write": "member",
  // A custodian reads the groups that are theirs; lib/groups sees to that.
  "groups:read": "custodian",
  "groups:write": "member",
  // Likewise: a custodian names people for a group that is theirs, and searches nobody.
  "groups:members": "custodian",
  "segments:read": "member",
  "segments:write": "member",
  "templates:read": "member",
  "templates:write": "member",
  "campaigns:read": "member",
  "campaigns:write": "member",
  "campaigns:send": "member",
  "campaigns:approve": "admin",
  "events:read": "member",
  "events:write": "member",
  "analytics:read": "member",
} as const satisfies Record<string, "custodian" | "member" | "admin" | "owner">;

export type Permission = keyof typeof leastRole;

/** Every permission, which is also every scope that an API key can have. */
export const permissions = Object.keys(leastRole) as [Permission, ...Permission[]];

const rank = { custodian: 0, member: 1, admin: 2, owner: 3, system: 4 };

export function can(ctx: Context, permission: Permission): boolean {
  if (rank[ctx.role] < rank[leastRole[permission]]) return false;
  return ctx.actor.type !== "api_key" || ctx.actor.scopes.includes(permission);
}

/**
 * The first line of every domain function.
 *
 * @throws forbidden the role is too low, or the API key lacks the scope
 */
export function authorize(ctx: Context, permission: Permission): void {
  if (can(ctx, permission)) return;
  const message =
    ctx.actor.type === "api_key" && rank[ctx.role] >= rank[leastRole[permission]]
      ? `This API key lacks the scope ${permission}.`
      : `This needs the role ${leastRole[permission]} or higher in this workspace.`;
  throw new AppError("forbidden", message);
}
