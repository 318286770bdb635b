import "server-only";
import { env } from "#lib/env.ts";

/**
 * The caller's address, for rate limits only; it is never stored with a person.
 *
 * The list in X-Forwarded-For ends with the address of the socket itself (see incoming-requests.ts), before it stands what
 * each trusted proxy wrote. Everything further left was written by strangers and is not looked at.
 */
export function clientAddress(request: Request): string {
  const hops = (request.headers.get("x-forwarded-for") ?? "").split(",").map((part) => part.trim());
  return hops.at(-1 - env().TRUSTED_PROXY_HOPS) || hops[0] || "unknown";
}
