import type { NavGroup } from "#components/frame/navigation.ts";

/** The dashboard's menu. What is not built is not here. */
export const nav: NavGroup[] = [
  { key: null, items: [{ key: "home", path: "", icon: "home", goKey: "h" }] },
  {
    key: "send",
    items: [
      { key: "campaigns", path: "campaigns", icon: "campaigns", goKey: "c" },
      { key: "automations", path: "automations", icon: "automations", goKey: "a" },
      { key: "calendar", path: "calendar", icon: "calendar", goKey: "k" },
      { key: "templates", path: "templates", icon: "templates", goKey: "t" },
      { key: "approvals", path: "approvals", icon: "approvals", goKey: "p" },
      { key: "feeds", path: "feeds", icon: "feeds", goKey: "f" },
    ],
  },
  {
    key: "audience",
    items: [
      { key: "subscribers", path: "subscribers", icon: "subscribers", goKey: "s" },
      { key: "segments", path: "segments", icon: "segments", goKey: "e" },
      { key: "groups", path: "groups", icon: "groups", goKey: "g" },
    ],
  },
  { key: "insights", items: [{ key: "deliverability", path: "deliverability", icon: "deliverability", goKey: "v" }] },
  {
    key: "setup",
    items: [
      { key: "sites", path: "sites", icon: "sites", goKey: "w" },
      { key: "developers", path: "developers", icon: "developers", goKey: "d" },
      { key: "privacy", path: "privacy", icon: "privacy", goKey: "r" },
      { key: "team", path: "team", icon: "team", goKey: "m" },
      { key: "settings", path: "settings", icon: "settings", goKey: "," },
    ],
  },
];

/** What administrators of the installation have besides, whichever workspace they are in. */
export const instanceNav: NavGroup[] = [
  { key: "instance", items: [{ key: "system", path: "system", icon: "system", goKey: "y" }] },
];
