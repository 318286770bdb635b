import "server-only";
import { db } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { type SdkConfig, type SiteCheckIn, SiteSettings } from "./schema.ts";

/**
 * The unscoped finder: browsers know a site by its public id and belong to no workspace. Everything found here carries
 * the workspace on, so that every later query names it.
 */
export interface PublicSite {
  id: string;
  workspaceId: string;
  name: string;
  url: string;
  settings: SiteSettings;
  /** Newest key pair: what a browser that subscribes now must use. */
  vapidKey: { id: string; publicKey: string };
  /** Key pairs of another system, with their devices, were imported. */
  takesOver: boolean;
}

/**
 * The site that an SDK call names.
 *
 * @throws not_found unknown or deleted site
 */
export async function findPublicSite(siteId: string): Promise<PublicSite> {
  const row = isId(siteId)
    ? await db.site.findFirst({
        where: { id: siteId, isDeleted: false, workspace: { isDeleted: false } },
        include: {
          _count: { select: { vapidKeys: { where: { retiredAt: null, isImported: true } } } },
          vapidKeys: { where: { retiredAt: null, isImported: false }, orderBy: { createdAt: "desc" }, take: 1 },
        },
      })
    : null;
  const vapidKey = row?.vapidKeys[0];
  if (!row || !vapidKey) throw notFound("Site");
  const { id, workspaceId, name, url } = row;
  return {
    id,
    workspaceId,
    name,
    url,
    settings: SiteSettings.parse(row.settings),
    vapidKey: { id: vapidKey.id, publicKey: vapidKey.publicKey },
    takesOver: row._count.vapidKeys > 0,
  };
}

/** Whether a page of `origin` may speak for the site: its allowed origins, and this installation's own dashboard. */
export function isAllowedOrigin(site: PublicSite, origin: string | null): boolean {
  return origin !== null && (site.settings.allowedOrigins.includes(origin) || origin === new URL(env().APP_URL).origin);
}

/**
 * @throws origin_not_allowed the Origin header is missing, `null` or not listed
 */
export function requireOrigin(site: PublicSite, origin: string | null): void {
  if (isAllowedOrigin(site, origin)) return;
  throw new AppError(
    "origin_not_allowed",
    "This origin is not allowed for the site. Add it to the site's allowed origins.",
  );
}

/** What sdk.js needs to start: public facts only. */
export function siteConfig(site: PublicSite): SdkConfig {
  return {
    siteId: site.id,
    name: site.name,
    vapidPublicKey: site.vapidKey.publicKey,
    workerPath: "/pushpilot-worker.js",
    scope: "/pushpilot/",
    takesOver: site.takesOver,
    prompt: { ...site.settings.prompt, iconUrl: site.settings.iconUrl },
  };
}

/** Remembers what the SDK saw on the page; the install page reads it. */
export async function recordCheckIn(site: PublicSite, checkIn: SiteCheckIn): Promise<void> {
  await db.site.updateMany({
    where: { id: site.id, workspaceId: site.workspaceId },
    data: { checkIn, checkedInAt: new Date() },
  });
}
