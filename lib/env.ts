import "server-only";
import { z } from "zod";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  );

const Environment = z.object({
  NODE_ENV: z.string().default("development"),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  ROLE: z.enum(["web", "worker", "all"]).default("all"),
  APP_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z.string().min(1),
  /** 32 bytes, base64: seals secrets and addresses. Former keys follow, comma separated, and only open. */
  ENCRYPTION_KEY: z.string().min(1),
  /** Signs sessions, access tokens and event tokens. */
  AUTH_SECRET: z.string().min(32),
  SIGNUP: z.enum(["open", "invite", "closed"]).optional(),
  ADMIN_EMAILS: list,
  METRICS_TOKEN: z.string().min(16).optional(),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  RATE_LIMIT_SCALE: z.coerce.number().positive().default(1),
  EXTRA_PUSH_HOSTS: list,
  EGRESS_ALLOW: list,
  SMTP_URL: z.string().optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  APPLE_CLIENT_ID: z.string().optional(),
  APPLE_TEAM_ID: z.string().optional(),
  APPLE_KEY_ID: z.string().optional(),
  APPLE_PRIVATE_KEY: z.string().optional(),
});

export type Env = Omit<z.output<typeof Environment>, "APP_URL"> & { APP_URL: string };

let cached: Env | undefined;

/**
 * The process's settings, checked once at first use (not at import: `next build` has none of them).
 *
 * @throws Error that lists every setting that is missing or wrong, by name and without its value
 */
export function env(): Env {
  if (cached) return cached;
  const present = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`These settings are missing or wrong:\n  ${faults.join("\n  ")}`);
  }
  const appUrl = (parsed.data.APP_URL ?? `http://localhost:${parsed.data.PORT}`).replace(/\/+$/, "");
  cached = { ...parsed.data, APP_URL: appUrl };
  return cached;
}
