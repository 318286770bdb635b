import type frame from "#lib/i18n/messages/en/frame.json";
import type { IconName } from "./nav-icon.tsx";

/** A menu entry as data. Labels are in the messages under `frame.nav`. */
export type NavItem = {
  key: keyof typeof frame.nav;
  /** Below the workspace's address; empty for its home. */
  path: string;
  icon: IconName;
  /** The letter after "g" that goes there. */
  goKey?: string;
};

export type NavGroup = { key: keyof typeof frame.navGroups | null; items: NavItem[] };

/** The address of an entry: `base` is "/dashboard/acme". */
export function hrefOf(base: string, item: NavItem): string {
  return item.path === "" ? base : `${base}/${item.path}`;
}

/** The entry that a path lies in: the longest one it starts with. */
export function currentItem(nav: NavGroup[], base: string, path: string): NavItem | undefined {
  return nav
    .flatMap((group) => group.items)
    .filter((item) => path === hrefOf(base, item) || (item.path !== "" && path.startsWith(`${hrefOf(base, item)}/`)))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
