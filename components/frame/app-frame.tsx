"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo, useState } from "react";
import type { CommandResult, CreateCommand } from "./command-palette.tsx";
import { Crumbs } from "./crumbs.tsx";
import { hrefOf, type NavGroup } from "./navigation.ts";
import { Rail } from "./rail.tsx";
import { railCookie } from "./rail-cookie.ts";
import { rememberFor } from "./remember.ts";
import type { FrameSite, FrameWorkspace } from "./switcher.tsx";
import { TopBar } from "./top-bar.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

export type FrameUser = { name: string; email: string; imageUrl?: string | null };

export type AppFrameProps = {
  nav: NavGroup[];
  /** The workspace's address, "/dashboard/acme": what every menu entry lies below. */
  base: string;
  workspace: FrameWorkspace;
  workspaces: FrameWorkspace[];
  sites: FrameSite[];
  user: FrameUser;
  profileHref: string;
  /** A server action that ends the session. */
  signOut: () => Promise<void>;
  /** What "create" offers in the palette. */
  create: CreateCommand[];
  /** A server action that finds subscribers, campaigns and so on; at most a few of each. */
  search?: (query: string) => Promise<CommandResult[]>;
  newSiteHref?: string;
  newWorkspaceHref?: string;
  docsHref?: string;
  apiHref?: string;
  /** The value of the cookie `railCookie`: "collapsed" or nothing. */
  rail?: string | undefined;
  children: ReactNode;
};

/** Everything around a dashboard page: menu, top bar, palette, shortcuts. */
export function AppFrame({ children, rail, search, create, ...frame }: AppFrameProps) {
  const t = useTranslations();
  const router = useRouter();
  const [collapsed, setCollapsed] = useState(rail === "collapsed");
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const close = () => setOverlay(null);

  const toggleRail = () => {
    rememberFor("1y", railCookie, collapsed ? "open" : "collapsed");
    setCollapsed(!collapsed);
  };

  const shortcuts = useMemo(() => {
    const goTo = frame.nav
      .flatMap((group) => group.items)
      .filter((item) => item.goKey)
      .map((item) => [`g ${item.goKey}`, () => router.push(hrefOf(frame.base, item))] as const);
    return Object.fromEntries([
      ["mod+k", () => openPalette().then(setOverlay)],
      ["?", () => openShortcuts().then(setOverlay)],
      ["/", () => document.querySelector<HTMLInputElement>("[data-list-search]")?.focus()],
      ["[", () => document.querySelector<HTMLButtonElement>("[data-rail-toggle]")?.click()],
      ...goTo,
    ]);
  }, [frame.nav, frame.base, router]);
  useShortcuts(shortcuts);

  return (
    <Crumbs>
      <a
        href="#content"
        className="fixed start-3 top-3 z-60 -translate-y-16 rounded-md bg-foreground px-3 py-1.5 font-medium text-background focus:translate-y-0"
      >
        {t("ui.skipToContent")}
      </a>
      <div className="flex min-h-dvh">
        <aside
          data-collapsed={collapsed || undefined}
          className="hidden w-58 shrink-0 border-e border-border bg-canvas transition-[width] data-collapsed:w-14 md:block"
        >
          <div className="sticky top-0 h-dvh">
            <Rail {...frame} collapsed={collapsed} onToggle={toggleRail} />
          </div>
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar
            {...frame}
            onMenu={() => openMenu().then(setOverlay)}
            onSearch={() => openPalette().then(setOverlay)}
            onShortcuts={() => openShortcuts().then(setOverlay)}
          />
          <main id="content" tabIndex={-1} className="mx-auto w-full max-w-content flex-1 px-4 py-6 md:px-8">
            {children}
          </main>
        </div>
      </div>
      {overlay?.kind === "menu" && <overlay.View {...frame} onClose={close} />}
      {overlay?.kind === "palette" && <overlay.View {...frame} create={create} search={search} onClose={close} />}
      {overlay?.kind === "shortcuts" && <overlay.View nav={frame.nav} onClose={close} />}
    </Crumbs>
  );
}

// Each overlay's code is fetched when it is first opened, then shown at once.
type Overlay =
  | { kind: "menu"; View: typeof import("./phone-menu.tsx")["PhoneMenu"] }
  | { kind: "palette"; View: typeof import("./command-palette.tsx")["CommandPalette"] }
  | { kind: "shortcuts"; View: typeof import("./shortcuts-dialog.tsx")["ShortcutsDialog"] };

async function openMenu(): Promise<Overlay> {
  return { kind: "menu", View: (await import("./phone-menu.tsx")).PhoneMenu };
}

async function openPalette(): Promise<Overlay> {
  return { kind: "palette", View: (await import("./command-palette.tsx")).CommandPalette };
}

async function openShortcuts(): Promise<Overlay> {
  return { kind: "shortcuts", View: (await import("./shortcuts-dialog.tsx")).ShortcutsDialog };
}
