import "server-only";
import { env } from "#lib/env.ts";

/** Where to go next, as an address named it: only a path of our own, whatever it looked like. */
export function ownPath(wanted: unknown): string {
  const fallback = "/dashboard";
  if (typeof wanted !== "string" || !URL.canParse(wanted, env().APP_URL)) return fallback;
  const base = new URL(env().APP_URL);
  const url = new URL(wanted, base);
  return url.origin === base.origin && url.pathname.startsWith("/") && !url.pathname.startsWith("//")
    ? `${url.pathname}${url.search}`
    : fallback;
}
