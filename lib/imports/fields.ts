/** What a column of the file can become. `attribute.<key>` is besides: any fact of your own. */
export const importFields = [
  "externalId",
  "name",
  "phone",
  "locale",
  "timezone",
  "country",
  "tags",
  "groups",
  "consent",
  "subscribedAt",
  "endpoint",
  "p256dh",
  "auth",
  "vapidPublicKey",
  "browser",
  "os",
] as const;
export type ImportField = (typeof importFields)[number];
