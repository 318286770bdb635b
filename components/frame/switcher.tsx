"use client";

import { Building2, ChevronsUpDown, Globe, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Avatar } from "#components/ui/avatar.tsx";
import { cn } from "#components/ui/cn.ts";
import {
  DropdownMenu,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
} from "#components/ui/dropdown-menu.tsx";

export type FrameWorkspace = { id: string; name: string; href: string };

/** `current`: the pages are about this site. */
export type FrameSite = {
  id: string;
  name: string;
  host: string;
  href: string;
  iconUrl?: string | null;
  current?: boolean;
};

/** The workspace, and the site within it, that the pages are about. */
export function Switcher({
  workspace,
  workspaces,
  sites,
  base,
  newSiteHref,
  newWorkspaceHref,
  collapsed,
}: {
  workspace: FrameWorkspace;
  workspaces: FrameWorkspace[];
  sites: FrameSite[];
  base: string;
  newSiteHref?: string;
  newWorkspaceHref?: string;
  collapsed: boolean;
}) {
  const t = useTranslations("frame.switcher");
  const router = useRouter();
  const site = sites.find((one) => one.current);
  const name = site?.name ?? workspace.name;
  const goTo = (list: { id: string; href: string }[], id: string) => {
    const found = list.find((one) => one.id === id);
    if (found) router.push(found.href);
  };
  return (
    <DropdownMenu
      align="start"
      className="w-64"
      trigger={
        <button
          type="button"
          className={cn(
            "flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-1.5 text-start hover:bg-accent focus-visible:-outline-offset-2 data-[state=open]:bg-accent",
            collapsed && "flex-none",
          )}
        >
          <Avatar name={name} src={site?.iconUrl} size="sm" shape="square" />
          <span className="sr-only">
            {t("open")}
            {collapsed && ` ${name}`}
          </span>
          {!collapsed && (
            <>
              <span className="min-w-0 flex-1 leading-4">
                <span className="block truncate text-base font-semibold">{name}</span>
                {site && <span className="block truncate text-xs text-muted-foreground">{workspace.name}</span>}
              </span>
              <ChevronsUpDown className="size-3.5 shrink-0 text-subtle-foreground" aria-hidden="true" />
            </>
          )}
        </button>
      }
    >
      {sites.length > 0 && (
        <>
          <MenuLabel>{t("sites", { workspace: workspace.name })}</MenuLabel>
          <MenuRadioGroup value={site?.id ?? ""} onValueChange={(id) => goTo([...sites, { id: "", href: base }], id)}>
            {sites.length > 1 && (
              <MenuRadioItem value="" icon={<Globe aria-hidden="true" />}>
                {t("allSites")}
              </MenuRadioItem>
            )}
            {sites.map((one) => (
              <MenuRadioItem
                key={one.id}
                value={one.id}
                icon={<Avatar name={one.name} src={one.iconUrl} size="sm" shape="square" />}
              >
                {one.name}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
        </>
      )}
      {newSiteHref && (
        <MenuItem asChild>
          <Link href={newSiteHref}>
            <Plus aria-hidden="true" />
            {t("newSite")}
          </Link>
        </MenuItem>
      )}
      {(workspaces.length > 1 || newWorkspaceHref) && <MenuSeparator />}
      {workspaces.length > 1 && (
        <>
          <MenuLabel>{t("workspaces")}</MenuLabel>
          <MenuRadioGroup value={workspace.id} onValueChange={(id) => goTo(workspaces, id)}>
            {workspaces.map((one) => (
              <MenuRadioItem key={one.id} value={one.id} icon={<Building2 aria-hidden="true" />}>
                {one.name}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
        </>
      )}
      {newWorkspaceHref && (
        <MenuItem asChild>
          <Link href={newWorkspaceHref}>
            <Plus aria-hidden="true" />
            {t("newWorkspace")}
          </Link>
        </MenuItem>
      )}
    </DropdownMenu>
  );
}
