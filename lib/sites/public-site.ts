import "server-only";
import { db, query } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { Together } from "#lib/together.ts";
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

interface SiteRow {
  id: string;
  workspace_id: string;
  name: string;
  url: string;
  settings: unknown;
  key_id: string;
  public_key: string;
  takes_over: boolean;
}

// Browsers come in floods, and each call begins with this: one look for all who ask at the same moment.
const lookUps = new Together<string, PublicSite | undefined>(async (ids) => {
  const rows = await query<SiteRow>(
    `SELECT s.id, s.workspace_id, s.name, s.url, s.settings, k.id AS key_id, k.public_key,
            EXISTS (SELECT 1 FROM vapid_key i WHERE i.workspace_id = s.workspace_id AND i.site_id = s.id AND i.retired_at IS NULL AND i.is_imported) AS takes_over
       FROM site s JOIN workspace w ON w.id = s.workspace_id AND NOT w.is_deleted
       JOIN LATERAL (SELECT k.id, k.public_key FROM vapid_key k
                      WHERE k.workspace_id = s.workspace_id AND k.site_id = s.id AND k.retired_at IS NULL AND NOT k.is_imported
                      ORDER BY k.created_at DESC LIMIT 1) k ON true
      WHERE s.id = ANY ($1::uuid[]) AND NOT s.is_deleted`,
    [[...new Set(ids)]],
  );
  const sites = new Map(
    rows.map((row): [string, PublicSite] => [
      row.id,
      {
        id: row.id,
        workspaceId: row.workspace_id,
        name: row.name,
        url: row.url,
        settings: SiteSettings.parse(row.settings),
        vapidKey: { id: row.key_id, publicKey: row.public_key },
        takesOver: row.takes_over,
      },
    ]),
  );
  return ids.map((id) => sites.get(id));
});

/**
 * The site that an SDK call names.
 *
 * @throws not_found unknown or deleted site
 */
export async function findPublicSite(siteId: string): Promise<PublicSite> {
  const site = isId(siteId) ? await lookUps.do(siteId.toLowerCase()) : undefined;
  if (!site) throw notFound("Site");
  return site;
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
