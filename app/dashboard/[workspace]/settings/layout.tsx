import { getTranslations } from "next-intl/server";
import { PageHeader } from "#components/frame/page-header.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";

/** The head and tabs of the workspace's settings. */
export default async function SettingsLayout({ params, children }: LayoutProps<"/dashboard/[workspace]/settings">) {
  const { workspace } = await params;
  const [ctx, t] = await Promise.all([pageContext(workspace), getTranslations("settings")]);
  const path = `/dashboard/${workspace}/settings`;
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {can(ctx, "audit:read") && (
        <div className="mb-6">
          <TabLinks
            label={t("tabs.label")}
            links={[
              { href: path, label: t("tabs.general") },
              { href: `${path}/audit`, label: t("tabs.audit") },
            ]}
          />
        </div>
      )}
      {children}
    </>
  );
}
