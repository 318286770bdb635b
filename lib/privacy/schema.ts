import { z } from "zod";
import { Id, Instant } from "#lib/schema.ts";
import { QuietHours } from "#lib/sites/schema.ts";
import { type Attributes, NewPreferences } from "#lib/subscribers/schema.ts";

/** How long a workspace keeps what is dropped by age. */
export const Retention = z.object({
  messageDays: z.number().int(),
  eventDays: z.number().int(),
});

export const PrivacyOverview = z.object({
  retention: Retention,
  /** Names and addresses of erased people that no import brings back. Keyed hashes; nobody can read them. */
  tombstones: z.number().int(),
  erasures: z.array(
    z.object({
      id: Id,
      source: z.enum(["person", "member", "key"]),
      createdAt: Instant,
      finishedAt: Instant.nullable(),
    }),
  ),
});
export type PrivacyOverview = z.output<typeof PrivacyOverview>;

/** Where a person sees what is kept of them and decides about it, without signing in. */
export const PreferenceLink = z.object({ url: z.string() });

export const exportFormats = ["json", "csv"] as const;
export const PersonExportQuery = z.strictObject({ format: z.enum(exportFormats).default("json") });

/** What the preference page knows of a person. */
export interface PersonView {
  siteNames: string[];
  categories: { key: string; name: string; wanted: boolean }[];
  name: string | null;
  externalId: string | null;
  locale: string | null;
  timezone: string | null;
  country: string | null;
  tags: string[];
  attributes: z.output<typeof Attributes>;
  /** E.164 */
  phone: string | null;
  isActive: boolean;
  /** A member of the workspace took the person off its lists: nothing is sent, and what was kept is kept until it is erased. */
  isDeleted: boolean;
  pausedUntil: Date | null;
  quietHours: QuietHours | null;
  devices: {
    id: string;
    channel: string;
    siteName: string | null;
    browser: string | null;
    os: string | null;
    isActive: boolean;
    createdAt: Date;
  }[];
  consents: { kind: string; source: string; page: string | null; promptVersion: string | null; createdAt: Date }[];
  messages: number;
  events: number;
}

export const PreferenceChanges = z.strictObject({
  isActive: z.boolean().optional(),
  /** 0 ends a pause. */
  pauseDays: z.number().int().min(0).max(365).optional(),
  preferences: NewPreferences.optional(),
  /** null ends them. */
  quietHours: QuietHours.nullable().optional(),
});
export type PreferenceChanges = z.output<typeof PreferenceChanges>;
