import { z } from "zod";
import { Utm } from "#lib/content/schema.ts";
import { HttpUrl, Id, ImageUrl, Instant, optionalText, TimeOfDay, TimeZone, text } from "#lib/schema.ts";
import { parseHttpUrl } from "#lib/text.ts";
import { urgencies } from "./urgencies.ts";

/** A web origin: scheme, host and port, nothing after. */
export const Origin = HttpUrl.refine((value) => {
  const url = parseHttpUrl(value);
  return url === undefined || url.origin === value.replace(/\/$/, "");
}, "Must be an origin such as https://shop.example, with no path.");

/** RFC 8292 section 2.1: how a push service can reach the sender. */
export const VapidSubject = z
  .string()
  .max(300)
  .refine(
    (value) =>
      /^mailto:[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ||
      (value.startsWith("https://") && parseHttpUrl(value)?.hostname.includes(".") === true),
    "Must be mailto: with an e-mail address or an https:// address that push services can reach.",
  );

export const Urgency = z.enum(urgencies);

/** Longest time a push service may keep a message, seconds: 30 days. */
export const maxTtlSeconds = 2_592_000;
export const TtlSeconds = z.number().int().min(0).max(maxTtlSeconds);

/** Hours of the day without messages, by the clock of whoever would get them; over midnight when `from` is later. */
export const QuietHours = z
  .strictObject({ from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, "From and to must differ.");
export type QuietHours = z.output<typeof QuietHours>;

/** How many messages a person gets from a site within so many hours, whatever devices they have. */
export const FrequencyCap = z.strictObject({
  count: z.number().int().min(1).max(100),
  hours: z.number().int().min(1).max(720),
});
export type FrequencyCap = z.output<typeof FrequencyCap>;

/** The soft-ask that sdk.js shows before the browser's own prompt. */
export const Prompt = z.strictObject({
  enabled: z.boolean(),
  title: text(80),
  message: text(300),
  accept: text(30),
  decline: text(30),
  delaySeconds: z.number().int().min(0).max(600),
  afterPageViews: z.number().int().min(1).max(50),
  backOffDays: z.number().int().min(0).max(365),
  position: z.enum(["top", "bottom", "center"]),
  accentColor: z.string().regex(/^#[0-9a-f]{6}$/i, "Must be a colour such as #4f46e5."),
});
export type Prompt = z.output<typeof Prompt>;

export const Categories = z
  .array(
    z.strictObject({
      key: z
        .string()
        .regex(/^[a-z][a-z0-9_-]{0,39}$/, "A small letter, then small letters, digits, - or _; at most 40."),
      name: text(60),
    }),
  )
  .max(20, "At most 20 categories.")
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, "Two categories have the same key.");

export const SiteSettings = z.strictObject({
  timezone: TimeZone,
  vapidSubject: VapidSubject,
  ttlSeconds: TtlSeconds,
  urgency: Urgency,
  iconUrl: ImageUrl.nullable(),
  utm: Utm,
  /** What one click is worth, in `currency`. */
  valuePerClick: z.number().min(0).max(1_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, "Must be an ISO 4217 code such as EUR."),
  allowedOrigins: z.array(Origin).min(1, "At least one origin.").max(20, "At most 20 origins."),
  prompt: Prompt,
  quietHours: QuietHours.nullable().default(null),
  frequencyCap: FrequencyCap.nullable().default(null),
  /** Browsers must prove who a person is with a token that the site's own server signed. */
  signedIdentity: z.boolean().default(false),
  /** A higher one replaces the key that those tokens are signed with. */
  identityKeyVersion: z.number().int().min(1).max(1_000_000).default(1),
  /** What its people may choose to hear of; campaigns name one of them. */
  categories: Categories.default([]),
  /** Notifications carry a button to the person's preference page where there is room for one. */
  preferenceButton: z.boolean().default(false),
});
export type SiteSettings = z.output<typeof SiteSettings>;

export const SiteSettingsInput = SiteSettings.extend({
  prompt: Prompt.partial(),
  // Without their defaults: what is not given stays as it is.
  quietHours: QuietHours.nullable(),
  frequencyCap: FrequencyCap.nullable(),
  signedIdentity: z.boolean(),
  identityKeyVersion: SiteSettings.shape.identityKeyVersion.unwrap(),
  categories: Categories,
  preferenceButton: z.boolean(),
}).partial();

export const NewSite = z.strictObject({ name: text(120), url: HttpUrl, settings: SiteSettingsInput.optional() });
export type NewSite = z.input<typeof NewSite>;

export const SiteChanges = z.strictObject({
  name: text(120).optional(),
  url: HttpUrl.optional(),
  settings: SiteSettingsInput.optional(),
});
export type SiteChanges = z.input<typeof SiteChanges>;

/** What sdk.js says of the page it runs on, so that the install page can name what is wrong. */
export const SiteCheckIn = z.strictObject({
  page: HttpUrl,
  worker: z.enum(["ok", "missing", "wrong-scope", "wrong-type", "wrong-content", "unsupported"]),
  permission: z.enum(["default", "granted", "denied", "unsupported"]),
  sdkVersion: optionalText(20),
});
/** The same as it is told, with what is only counted: the person has just allowed notifications. */
export const SiteCheckInReport = SiteCheckIn.extend({ granted: z.boolean().optional() });
export type SiteCheckIn = z.output<typeof SiteCheckIn>;

/** What sdk.js needs to start: public facts only. */
export const SdkConfig = z.object({
  siteId: Id,
  name: z.string(),
  vapidPublicKey: z.string(),
  workerPath: z.string(),
  scope: z.string(),
  /** Devices of another system were imported: the page names the addresses that other workers hold in this browser. */
  takesOver: z.boolean(),
  prompt: z.object({ ...Prompt.shape, iconUrl: z.string().nullable() }),
});
export type SdkConfig = z.output<typeof SdkConfig>;

export const Site = z.object({
  id: Id,
  name: z.string(),
  url: z.string(),
  vapidPublicKey: z.string(),
  settings: SiteSettings,
  status: z.enum(["active", "paused"]),
  pausedReason: z.string().nullable(),
  subscriberCount: z.number().int(),
  checkIn: z.object(SiteCheckIn.shape).nullable(),
  checkedInAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Site = z.output<typeof Site>;

/** A VAPID key pair of a site, without its private half. */
export const SiteKey = z.object({
  id: Id,
  publicKey: z.string(),
  /** New devices get this one. */
  isCurrent: z.boolean(),
  /** Brought along with the devices of another system; new devices never get it. */
  isImported: z.boolean(),
  /** Active devices bound to it. */
  devices: z.number().int(),
  retiredAt: Instant.nullable(),
  createdAt: Instant,
});
export type SiteKey = z.output<typeof SiteKey>;
export const SiteKeys = z.object({ data: z.array(SiteKey) });

const keyText = z
  .string()
  .max(200)
  .regex(/^\s*[A-Za-z0-9+/_-]+={0,2}\s*$/, "Must be base64url.");
/** A VAPID key pair that was made elsewhere, as `web-push generate-vapid-keys` prints it. */
export const KeyPair = z.strictObject({ privateKey: keyText, publicKey: keyText.optional() });
export type KeyPair = z.output<typeof KeyPair>;

export const ImportedKey = z.object({ id: Id, publicKey: z.string() });

/** Whoever has it can send to every device that is bound to it. */
export const SecretKeyPair = z.object({
  id: Id,
  publicKey: z.string(),
  privateKey: z.string(),
  subject: z.string(),
});
export type SecretKeyPair = z.output<typeof SecretKeyPair>;

export const RetireKey = z.strictObject({
  /** Devices that are bound to it are given up: they cannot be sent to any more. */
  loseDevices: z.stringbool().optional(),
});

/** What the "add a site" form fills in from the page itself. */
export const SiteGuess = z.object({
  url: z.string(),
  name: z.string(),
  iconUrl: z.string().nullable(),
  reachable: z.boolean(),
  problem: z.string().nullable(),
});
export type SiteGuess = z.output<typeof SiteGuess>;

export const InstallCheck = z.object({
  id: z.enum(["snippet", "worker", "permission", "subscriber"]),
  status: z.enum(["ok", "waiting", "problem"]),
  /** What was seen, in words; for a problem, what to do. */
  message: z.string(),
});
export const InstallCode = z.object({
  snippet: z.string(),
  serviceWorker: z.string(),
  serviceWorkerPath: z.string(),
  guides: z.array(
    z.object({
      id: z.enum(["html", "nextjs", "wordpress", "tag_manager"]),
      title: z.string(),
      steps: z.array(z.object({ text: z.string(), file: z.string().nullable(), code: z.string().nullable() })),
    }),
  ),
  checks: z.array(InstallCheck),
});
export type InstallCode = z.output<typeof InstallCode>;
export type InstallCheck = z.output<typeof InstallCheck>;

export const SiteDayCounts = z.object({
  date: z.string(),
  subscribed: z.number().int(),
  unsubscribed: z.number().int(),
  expired: z.number().int(),
});

/** What a site's server signs identities with. */
export const IdentityKey = z.object({ secret: z.string(), version: z.number().int(), isRequired: z.boolean() });
export type IdentityKey = z.output<typeof IdentityKey>;
