"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { tabListStyle, tabStyle } from "./tabs.tsx";

export type TabLink = { href: string; label: ReactNode; count?: ReactNode };

/** Tabs of a detail page, each with its own address. The one whose path is current is marked. */
export function TabLinks({ links, label }: { links: TabLink[]; label: string }) {
  const path = usePathname();
  return (
    <nav aria-label={label} className={tabListStyle}>
      {links.map((link) => {
        const current = link.href.split("?")[0] === path;
        return (
          <Link
            key={link.href}
            href={link.href}
            aria-current={current ? "page" : undefined}
            data-state={current ? "active" : "inactive"}
            className={cn(tabStyle)}
          >
            {link.label}
            {link.count !== undefined && (
              <span className="text-sm font-normal text-subtle-foreground tabular-nums">{link.count}</span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
