const seconds = { "1y": 31_536_000 } as const;

/** Writes a cookie for what the server needs to draw the first paint right: no secret, first party only. */
export function rememberFor(length: keyof typeof seconds, name: string, value: string): void {
  // Not the Cookie Store API: it exists only over TLS, and an instance on a home network may have none.
  Reflect.set(
    document,
    "cookie",
    `${name}=${encodeURIComponent(value)}; path=/; max-age=${seconds[length]}; samesite=lax`,
  );
}
