import type { MemberRole } from "#prisma/generated/enums.ts";

/** Who acts. `system` is the product itself: the queue's functions and the sweep. */
export type Actor =
  | { type: "user"; userId: string }
  | { type: "api_key"; apiKeyId: string; userId: string; scopes: readonly string[] }
  | { type: "system" };

/** Who acts, in which workspace: the first argument of every domain function. Doors make it, domain functions trust it. */
export interface Context {
  workspaceId: string;
  actor: Actor;
  /** The member's role, read from the database for this request. */
  role: MemberRole | "system";
  requestId: string;
}

/** The product acting in a workspace on its own. */
export function systemContext(workspaceId: string, requestId = "system"): Context {
  return { workspaceId, actor: { type: "system" }, role: "system", requestId };
}
