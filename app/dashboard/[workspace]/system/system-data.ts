import "server-only";
import { cache } from "react";
import { pageUser } from "#lib/auth/page-context.ts";
import type { SystemOverview } from "#lib/system/schema.ts";
import { getSystem } from "#lib/system/system.ts";

/** What the area's layout and pages share of one request; nothing for who may not see it. */
export const systemPage = cache(async (): Promise<(SystemOverview & { userId: string }) | undefined> => {
  const { id, isInstanceAdministrator } = await pageUser();
  return isInstanceAdministrator ? { ...(await getSystem(id)), userId: id } : undefined;
});
