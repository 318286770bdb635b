import "server-only";
import { cache } from "react";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { getSite } from "#lib/sites/sites.ts";

/** What the layout and the pages of one site share, read once a request. Shows "not found" when there is none. */
export const sitePage = cache(async (workspace: string, siteId: string) => {
  const ctx = await pageContext(workspace);
  const site = await orNotFound(getSite(ctx, siteId));
  const base = `/dashboard/${workspace}`;
  return { ctx, site, base, path: `${base}/sites/${site.id}`, mayChange: can(ctx, "sites:write") };
});
