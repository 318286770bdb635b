"use client";

import { PanelLeft } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import type { FrameUser } from "./app-frame.tsx";
import { NavIcon } from "./nav-icon.tsx";
import { currentItem, hrefOf, type NavGroup } from "./navigation.ts";
import { type FrameSite, type FrameWorkspace, Switcher } from "./switcher.tsx";

export type RailProps = {
  nav: NavGroup[];
  base: string;
  workspace: FrameWorkspace;
  workspaces: FrameWorkspace[];
  sites: FrameSite[];
  user: FrameUser;
  profileHref: string;
  signOut: () => Promise<void>;
  newSiteHref?: string;
  newWorkspaceHref?: string;
  collapsed: boolean;
  /** Absent on a phone, where the menu is a sheet. */
  onToggle?: () => void;
  onNavigate?: () => void;
};

/** The left rail: switcher, menu, account. */
export function Rail({ nav, base, collapsed, onToggle, onNavigate, ...rest }: RailProps) {
  const t = useTranslations("frame");
  const current = currentItem(nav, base, usePathname());
  return (
    <div className="flex h-full flex-col">
      <div className={cn("flex h-12 items-center gap-1 px-2", collapsed && "justify-center")}>
        <Switcher {...rest} base={base} collapsed={collapsed} />
      </div>
      <nav aria-label={t("mainMenu")} className="min-h-0 flex-1 overflow-y-auto px-2 py-2">
        {nav.map((group) => (
          <div key={group.key ?? "top"} className="mb-4">
            {group.key && (
              <p className={cn("px-2 pb-1 text-xs font-medium text-subtle-foreground", collapsed && "sr-only")}>
                {t(`navGroups.${group.key}`)}
              </p>
            )}
            <ul className="grid gap-px">
              {group.items.map((item) => {
                const link = (
                  <Link
                    href={hrefOf(base, item)}
                    onClick={onNavigate}
                    aria-current={item === current ? "page" : undefined}
                    className={cn(
                      "flex h-8 items-center gap-2.5 rounded-md px-2 text-base font-medium text-muted-foreground transition-colors hover:bg-accent hover:text-foreground focus-visible:-outline-offset-2 aria-[current]:bg-accent aria-[current]:text-foreground pointer-coarse:h-11",
                      collapsed && "w-10 justify-center px-0",
                    )}
                  >
                    <NavIcon name={item.icon} className="size-4 shrink-0" />
                    <span className={collapsed ? "sr-only" : "truncate"}>{t(`nav.${item.key}`)}</span>
                  </Link>
                );
                return (
                  <li key={item.key}>
                    {collapsed ? (
                      <Tooltip content={t(`nav.${item.key}`)} side="right">
                        {link}
                      </Tooltip>
                    ) : (
                      link
                    )}
                  </li>
                );
              })}
            </ul>
          </div>
        ))}
      </nav>
      <div className={cn("flex items-center gap-1 border-t border-border p-2", collapsed && "flex-col-reverse")}>
        <AccountMenu {...rest} collapsed={collapsed} />
        {onToggle && (
          <Tooltip content={collapsed ? t("expand") : t("collapse")} shortcut="[" side="right">
            <Button
              variant="ghost"
              size="icon"
              data-rail-toggle=""
              onClick={onToggle}
              aria-label={collapsed ? t("expand") : t("collapse")}
              aria-expanded={!collapsed}
            >
              <PanelLeft aria-hidden="true" className="rtl:-scale-x-100" />
            </Button>
          </Tooltip>
        )}
      </div>
    </div>
  );
}
