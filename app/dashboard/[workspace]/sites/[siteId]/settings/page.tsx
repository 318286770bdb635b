import { getIdentityKey } from "#lib/sites/identity-key.ts";
import { sitePage } from "../site-data.ts";
import { SettingsForm } from "./settings-form.tsx";

/** Everything about a site that can be set, but for its prompt. Members see it, admins change it. */
export default async function SiteSettingsPage({
  params,
}: PageProps<"/dashboard/[workspace]/sites/[siteId]/settings">) {
  const { workspace, siteId } = await params;
  const { ctx, site, base, mayChange } = await sitePage(workspace, siteId);
  const { id, name, url, vapidPublicKey, subscriberCount, settings } = site;
  const identitySecret = mayChange ? (await getIdentityKey(ctx, site.id)).secret : null;
  return (
    <SettingsForm
      workspaceId={ctx.workspaceId}
      base={base}
      site={{ id, name, url, vapidPublicKey, subscriberCount, settings, identitySecret }}
      mayChange={mayChange}
    />
  );
}
