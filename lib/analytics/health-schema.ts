import { z } from "zod";
import { Id, Instant } from "#lib/schema.ts";

const Funnel = z.object({
  /** People who allowed notifications, and devices that subscribed, anew or at another address. */
  granted: z.number().int(),
  subscribed: z.number().int(),
  /** Messages that a push service accepted; of these, shown and clicked. */
  accepted: z.number().int(),
  shown: z.number().int(),
  clicked: z.number().int(),
});
export type Funnel = z.output<typeof Funnel>;

/** A push service as it deals with one key pair of the site. */
const Way = z.object({
  origin: z.string(),
  keyId: Id,
  isCurrentKey: z.boolean(),
  accepted: z.number().int(),
  failed: z.number().int(),
  failures: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  lastAcceptedAt: Instant.nullable(),
  /** ok · slow after a 429 · held until the time it named · down: it is tried again by itself · stopped: a person must resume */
  state: z.enum(["ok", "slow", "held", "down", "stopped"]),
  /** Why, when it is not ok. */
  reason: z.string().nullable(),
  /** Since when, and until when or when it is tried next. */
  since: Instant.nullable(),
  until: Instant.nullable(),
  ratePerMinute: z.number().int().nullable(),
});

/** What is worth mending, worst first. */
export const fixCodes = [
  "site_stopped",
  "service_slow",
  "service_down",
  "many_unshown",
  "many_lost",
  "grants_without_device",
  "former_key_in_use",
] as const;

/** How a site's devices and push services do, from kept day sums. Dates are UTC days, both included. */
export const Health = z.object({
  from: z.string(),
  to: z.string(),
  funnel: Funnel,
  browsers: z.array(Funnel.extend({ browser: z.string().nullable() })),
  keys: z.array(Funnel.extend({ keyId: Id, publicKey: z.string(), isCurrent: z.boolean() })),
  services: z.array(Way),
  /** Why devices were lost, most frequent first, and by day. */
  losses: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  days: z.array(
    z.object({ date: z.string(), lost: z.array(z.object({ reason: z.string(), count: z.number().int() })) }),
  ),
  fixes: z.array(z.object({ code: z.enum(fixCodes), subject: z.string(), count: z.number().int() })),
});
export type Health = z.output<typeof Health>;
