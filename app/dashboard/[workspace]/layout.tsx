import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { signOutAction } from "#app/(auth)/actions.ts";
import { AppFrame } from "#components/frame/app-frame.tsx";
import type { NavGroup } from "#components/frame/navigation.ts";
import { railCookie } from "#components/frame/rail-cookie.ts";
import { membershipsOf } from "#lib/auth/accounts.ts";
import { pageContext, pageUser } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listSites } from "#lib/sites/sites.ts";
import { instanceNav, nav } from "./nav.ts";

/** The frame around every page of a workspace: who looks, at which workspace, with which sites. */
export default async function WorkspaceLayout({ params, children }: LayoutProps<"/dashboard/[workspace]">) {
  const { workspace: workspaceId } = await params;
  const [ctx, user, t, jar] = await Promise.all([pageContext(workspaceId), pageUser(), getTranslations(), cookies()]);
  const [memberships, sites] = await Promise.all([
    membershipsOf(user.id),
    can(ctx, "sites:read") ? listSites(ctx, { page: 1, pageSize: 100 }) : { data: [] },
  ]);
  const base = `/dashboard/${workspaceId}`;
  const workspaces = memberships.map(({ id, name }) => ({ id, name, href: `/dashboard/${id}` }));
  return (
    <AppFrame
      nav={navFor(ctx.role === "custodian", user.isInstanceAdministrator)}
      base={base}
      rail={jar.get(railCookie)?.value}
      workspace={workspaces.find(({ id }) => id === workspaceId) ?? { id: workspaceId, name: "", href: base }}
      workspaces={workspaces}
      sites={sites.data.map(({ id, name, url, settings }) => ({
        id,
        name,
        host: new URL(url).host,
        href: `${base}/sites/${id}`,
        iconUrl: settings.iconUrl,
      }))}
      user={{ name: user.name, email: user.email }}
      profileHref={`${base}/account`}
      signOut={signOutAction}
      create={
        ctx.role === "custodian"
          ? []
          : [
              { label: t("campaigns.new"), href: `${base}/campaigns/new` },
              { label: t("templates.new"), href: `${base}/templates/new` },
            ]
      }
      newSiteHref={`${base}/sites/new`}
      newWorkspaceHref="/dashboard/new"
      apiHref="/docs/api"
    >
      {children}
    </AppFrame>
  );
}

/** Whoever looks after groups only has no other page. */
function navFor(isCustodian: boolean, isAdministrator: boolean): NavGroup[] {
  const own = isCustodian
    ? nav
        .map((group) => ({ ...group, items: group.items.filter(({ key }) => key === "groups") }))
        .filter(({ items }) => items.length > 0)
    : nav;
  return isAdministrator ? [...own, ...instanceNav] : own;
}
