"use client";

import { Book, CircleQuestionMark, Keyboard, Menu, Search, SquareTerminal } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Button } from "#components/ui/button.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { useCrumbs } from "./crumbs.tsx";
import { currentItem, hrefOf, type NavGroup } from "./navigation.ts";

/** Above every page: where one is, the way to everything else, and help. */
export function TopBar({
  nav,
  base,
  docsHref,
  apiHref,
  onMenu,
  onSearch,
  onShortcuts,
}: {
  nav: NavGroup[];
  base: string;
  docsHref?: string;
  apiHref?: string;
  onMenu: () => void;
  onSearch: () => void;
  onShortcuts: () => void;
}) {
  const t = useTranslations("frame");
  const modKey = useModKey();
  const item = currentItem(nav, base, usePathname());
  const crumbs = [...(item ? [{ label: t(`nav.${item.key}`), href: hrefOf(base, item) }] : []), ...useCrumbs()];
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-border bg-background px-3 md:px-8">
      <Button variant="ghost" size="icon" className="-ms-1 md:hidden" onClick={onMenu} aria-label={t("menu")}>
        <Menu aria-hidden="true" />
      </Button>
      <div className="min-w-0 flex-1">
        <Breadcrumb crumbs={crumbs} />
      </div>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Meta+K Control+K"
        className="hidden h-8 w-60 items-center gap-2 rounded-md border border-border bg-canvas px-2.5 text-start text-subtle-foreground transition-colors hover:border-input hover:text-muted-foreground lg:flex"
      >
        <Search className="size-4" aria-hidden="true" />
        <span className="flex-1 truncate">{t("search.long")}</span>
        <Kbd className="bg-background">{modKey}K</Kbd>
      </button>
      <Button variant="ghost" size="icon" className="lg:hidden" onClick={onSearch} aria-label={t("search.open")}>
        <Search aria-hidden="true" />
      </Button>
      <DropdownMenu
        trigger={
          <Button variant="ghost" size="icon" aria-label={t("help.open")}>
            <CircleQuestionMark aria-hidden="true" />
          </Button>
        }
      >
        {docsHref && (
          <MenuItem asChild>
            <a href={docsHref} target="_blank" rel="noreferrer">
              <Book aria-hidden="true" />
              {t("help.docs")}
            </a>
          </MenuItem>
        )}
        {apiHref && (
          <MenuItem asChild>
            <a href={apiHref} target="_blank" rel="noreferrer">
              <SquareTerminal aria-hidden="true" />
              {t("help.api")}
            </a>
          </MenuItem>
        )}
        <MenuItem icon={<Keyboard aria-hidden="true" />} shortcut="?" onSelect={onShortcuts}>
          {t("help.shortcuts")}
        </MenuItem>
      </DropdownMenu>
    </header>
  );
}

/** "⌘" on Apple's keyboards, "Ctrl " elsewhere; known only in the browser. */
export function useModKey(): string {
  const [key, setKey] = useState("Ctrl ");
  useEffect(() => {
    if (/Mac|iPhone|iPad/.test(navigator.userAgent)) setKey("⌘");
  }, []);
  return key;
}
