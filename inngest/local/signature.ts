import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const keyPrefix = /^signkey-\w+-/;

/**
 * The value of x-inngest-signature for a body (parsed JSON): HMAC-SHA-256 over its canonical form and the second.
 * The SDK accepts it for five minutes.
 */
export function sign(body: unknown, signingKey: string, nowMs = Date.now()): string {
  const seconds = Math.floor(nowMs / 1000);
  const key = signingKey.replace(keyPrefix, "");
  return `t=${seconds}&s=${createHmac("sha256", key).update(canonical(body)).update(String(seconds)).digest("hex")}`;
}

/** True when an Authorization header carries the hash of the signing key, as the SDK sends it. */
export function isBearer(header: string | undefined, signingKey: string): boolean {
  const key = signingKey.replace(keyPrefix, "");
  const hash = createHash("sha256").update(Buffer.from(key, "hex")).digest("hex");
  return sameText((header ?? "").replace(/^Bearer\s+/i, "").replace(keyPrefix, ""), hash);
}

/** Compares in constant time. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** RFC 8785: sorted keys. A value with a `toJSON` attribute keeps its order, as in the library that the SDK uses. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if ("toJSON" in value && value.toJSON !== null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}
