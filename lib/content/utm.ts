import type { Utm } from "./schema.ts";

/** The link with its UTM parameters; those already in the link win. */
export function withUtm(url: string, utm: Utm | undefined): string {
  if (!utm) return url;
  const target = new URL(url);
  for (const [name, value] of Object.entries(utm)) {
    const key = `utm_${name}`;
    if (value && !target.searchParams.has(key)) target.searchParams.set(key, value);
  }
  return target.href;
}
