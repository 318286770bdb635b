import type { Utm } from "#lib/content/schema.ts";
import type { QuietHours, Site, SiteChanges, SiteSettings } from "#lib/sites/schema.ts";

/** What the settings form needs of the site. */
export type SettingsSite = Pick<Site, "id" | "name" | "url" | "vapidPublicKey" | "subscriberCount" | "settings">;

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
  allowedOrigins: string[];
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
    allowedOrigins,
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
      allowedOrigins: draft.allowedOrigins.map((origin) => origin.trim()).filter((origin) => origin !== ""),
    },
  };
}

/** The origin of the site's address when it is not among the allowed ones. */
export function missingOrigin({ url, allowedOrigins }: SettingsDraft): string | undefined {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: "null" };
  return origin === "null" || allowedOrigins.includes(origin) ? undefined : origin;
}
