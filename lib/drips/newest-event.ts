import "server-only";
import { db } from "#lib/db.ts";

/** The properties of the newest custom event of a name; null when none ever came. One look at the index of names. */
export async function newestProperties(workspaceId: string, name: string): Promise<Record<string, unknown> | null> {
  const newest = await db.event.findFirst({
    where: { workspaceId, type: "custom", name },
    orderBy: { id: "desc" },
    select: { properties: true },
  });
  return newest && Object(newest.properties);
}
