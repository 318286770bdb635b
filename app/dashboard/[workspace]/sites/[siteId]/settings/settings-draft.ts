import type { Utm } from "#lib/content/schema.ts";
import type { QuietHours, Site, SiteChanges, SiteSettings } from "#lib/sites/schema.ts";

/** What the settings form needs of the site. */
export type SettingsSite = Pick<Site, "id" | "name" | "url" | "vapidPublicKey" | "subscriberCount" | "settings"> & {
  /** What its server signs identities with; null for who may not see it. */
  identitySecret: string | null;
};

/** The settings while they are edited: numbers as typed, none as an empty text. */
export type SettingsDraft = {
  name: string;
  url: string;
  timezone: string;
  iconUrl: string;
  ttlSeconds: string;
  urgency: SiteSettings["urgency"];
  utm: Utm;
  hasQuietHours: boolean;
  quietHours: QuietHours;
  hasFrequencyCap: boolean;
  /** As typed. */
  frequencyCap: { count: string; hours: string };
  valuePerClick: string;
  currency: string;
  vapidSubject: string;
  signedIdentity: boolean;
  allowedOrigins: string[];
  /** Their names, a line each. */
  categories: string;
  preferenceButton: boolean;
  /** As they were: a category that keeps its name keeps its key. */
  knownCategories: SiteSettings["categories"];
};

export function draftOf({ name, url, settings }: Pick<Site, "name" | "url" | "settings">): SettingsDraft {
  const { timezone, iconUrl, ttlSeconds, urgency, utm, valuePerClick, currency, vapidSubject, allowedOrigins } =
    settings;
  const { quietHours, frequencyCap } = settings;
  return {
    name,
    url,
    timezone,
    iconUrl: iconUrl ?? "",
    ttlSeconds: String(ttlSeconds),
    urgency,
    utm,
    hasQuietHours: quietHours !== null,
    quietHours: quietHours ?? { from: "22:00", to: "08:00" },
    hasFrequencyCap: frequencyCap !== null,
    frequencyCap: { count: String(frequencyCap?.count ?? 3), hours: String(frequencyCap?.hours ?? 24) },
    valuePerClick: String(valuePerClick),
    currency,
    vapidSubject,
    signedIdentity: settings.signedIdentity,
    allowedOrigins,
    categories: settings.categories.map((category) => category.name).join("\n"),
    preferenceButton: settings.preferenceButton,
    knownCategories: settings.categories,
  };
}

/** The draft in wire form; not checked. */
export function changesOf(draft: SettingsDraft): SiteChanges {
  const { name, url, timezone, iconUrl, urgency, currency } = draft;
  const utm = Object.fromEntries(Object.entries(draft.utm).filter(([, value]) => value.trim() !== ""));
  return {
    name,
    url: url.trim(),
    settings: {
      timezone,
      iconUrl: iconUrl.trim() || null,
      ttlSeconds: Number(draft.ttlSeconds),
      urgency,
      utm,
      quietHours: draft.hasQuietHours ? draft.quietHours : null,
      frequencyCap: draft.hasFrequencyCap
        ? { count: Number(draft.frequencyCap.count), hours: Number(draft.frequencyCap.hours) }
        : null,
      // An empty text is no value, not a wrong one; 0,5 is how half the world writes it.
      valuePerClick: Number(draft.valuePerClick.trim().replace(",", ".") || 0),
      currency,
      vapidSubject: draft.vapidSubject.trim(),
      signedIdentity: draft.signedIdentity,
      allowedOrigins: draft.allowedOrigins.map((origin) => origin.trim()).filter((origin) => origin !== ""),
      categories: categoriesOf(draft),
      preferenceButton: draft.preferenceButton,
    },
  };
}

/** The origin of the site's address when it is not among the allowed ones. */
export function missingOrigin({ url, allowedOrigins }: SettingsDraft): string | undefined {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: "null" };
  return origin === "null" || allowedOrigins.includes(origin) ? undefined : origin;
}

/** Names become keys: `New teas` is `new-teas`; one that has none of its own letters is numbered. */
function categoriesOf({ categories, knownCategories }: SettingsDraft): SiteSettings["categories"] {
  const names = [...new Set(categories.split("\n").map((name) => name.trim()))].filter(Boolean);
  const taken = new Set<string>();
  return names.map((name, index) => {
    const plain = name
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[^a-z]+|-+$/g, "");
    const made =
      knownCategories.find((known) => known.name === name)?.key ?? (plain.slice(0, 34) || `category-${index + 1}`);
    const key = taken.has(made) ? `${made}-${index + 1}` : made;
    taken.add(key);
    return { key, name };
  });
}
