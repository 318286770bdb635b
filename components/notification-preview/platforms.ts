/** What of a notification a platform shows, and how much of its text. Lines at the platform's own width and type size. */
export type PlatformRules = {
  titleLines: { collapsed: number; expanded: number };
  messageLines: { collapsed: number; expanded: number };
  /** The site's own icon; elsewhere the browser's or the installed app's stands in its place. */
  icon: boolean;
  /** The large picture. */
  image: boolean;
  maxActions: number;
  /** Stays until the person acts, when the notification asks for that. */
  requireInteraction: boolean;
};

/**
 * Sources: Microsoft's toast content limits (title 2 lines, text 4 in all), Android's standard and BigPicture templates, Apple's
 * banners, MDN's compatibility tables for NotificationOptions. Cut by lines as the platforms do, never by a count of letters.
 */
export const platforms = {
  "windows-chrome": {
    titleLines: { collapsed: 1, expanded: 2 },
    messageLines: { collapsed: 1, expanded: 4 },
    icon: true,
    image: true,
    maxActions: 2,
    requireInteraction: true,
  },
  "macos-chrome": {
    titleLines: { collapsed: 1, expanded: 1 },
    messageLines: { collapsed: 2, expanded: 6 },
    icon: true,
    image: false,
    maxActions: 2,
    requireInteraction: true,
  },
  "android-chrome": {
    titleLines: { collapsed: 1, expanded: 2 },
    messageLines: { collapsed: 1, expanded: 7 },
    icon: true,
    image: true,
    maxActions: 2,
    requireInteraction: false,
  },
  "windows-firefox": {
    titleLines: { collapsed: 1, expanded: 2 },
    messageLines: { collapsed: 1, expanded: 4 },
    icon: true,
    image: false,
    maxActions: 0,
    requireInteraction: true,
  },
  "macos-safari": {
    titleLines: { collapsed: 1, expanded: 1 },
    messageLines: { collapsed: 2, expanded: 6 },
    icon: false,
    image: false,
    maxActions: 0,
    requireInteraction: false,
  },
  "ios-safari": {
    titleLines: { collapsed: 1, expanded: 2 },
    messageLines: { collapsed: 3, expanded: 10 },
    icon: false,
    image: false,
    maxActions: 0,
    requireInteraction: false,
  },
} as const satisfies Record<string, PlatformRules>;

export type PlatformId = keyof typeof platforms;

export const platformIds = Object.keys(platforms) as PlatformId[];

export type PreviewAction = { title: string };

export type PreviewContent = {
  title: string;
  message: string;
  iconUrl?: string | null | undefined;
  imageUrl?: string | null | undefined;
  /** "shop.example" */
  siteHost: string;
  /** The installed app's name on a phone; the host without it. */
  siteName?: string | undefined;
  actions?: PreviewAction[] | undefined;
  requireInteraction?: boolean | undefined;
};

/** What of this content the platform will not show, as keys of `preview.notes`. */
export function missingOn(platform: PlatformId, content: PreviewContent): ("icon" | "image" | "actions" | "stay")[] {
  const rules: PlatformRules = platforms[platform];
  const missing: ("icon" | "image" | "actions" | "stay")[] = [];
  if (content.iconUrl && !rules.icon) missing.push("icon");
  if (content.imageUrl && !rules.image) missing.push("image");
  if ((content.actions?.length ?? 0) > rules.maxActions) missing.push("actions");
  if (content.requireInteraction && !rules.requireInteraction) missing.push("stay");
  return missing;
}
