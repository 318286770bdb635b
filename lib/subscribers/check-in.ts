import "server-only";
import type { z } from "zod";
import { transaction } from "#lib/db.ts";
import { HealthFacts } from "#lib/sites/health-facts.ts";
import { type PublicSite, recordCheckIn } from "#lib/sites/public-site.ts";
import type { SiteCheckInReport } from "#lib/sites/schema.ts";
import { deviceOf } from "./device.ts";

/** Keeps what the SDK saw on its page, and counts a person who has just allowed notifications. */
export async function takeCheckIn(
  site: PublicSite,
  { granted, ...checkIn }: z.output<typeof SiteCheckInReport>,
  userAgent: string | null,
): Promise<void> {
  await recordCheckIn(site, checkIn);
  if (!granted) return;
  const facts = new HealthFacts();
  const { browser } = deviceOf(userAgent);
  const { id: siteId, workspaceId, vapidKey } = site;
  facts.add({ workspaceId, siteId, vapidKeyId: vapidKey.id, origin: "", browser: browser ?? "" }, "granted");
  await transaction((client) => facts.write(client));
}
