import "server-only";
import type { ContentDefaults } from "#components/content/content-editor.tsx";
import type { Context } from "#lib/context.ts";
import { listSites } from "#lib/sites/sites.ts";

/** The site that templates are shown as; templates themselves belong to none. */
export type PreviewSite = { host: string; name: string | undefined; defaults: ContentDefaults };

/** The newest site, or a made-up shop while there is none. */
export async function previewSite(ctx: Context): Promise<PreviewSite> {
  const [site] = (await listSites(ctx, { page: 1, pageSize: 1 })).data;
  if (!site) return { host: "shop.example", name: undefined, defaults: {} };
  return {
    host: new URL(site.url).host,
    name: site.name,
    // No link: which site a template will be used for is open.
    defaults: { iconUrl: site.settings.iconUrl, utm: site.settings.utm },
  };
}
