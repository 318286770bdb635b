import { createPublicKey, verify } from "node:crypto";

/**
 * Judges `Authorization: vapid t=…, k=…` as a push service does (RFC 8292), remembering headers it has seen.
 *
 * @param origin what the token's `aud` must be
 * @returns a function that gives the reason for refusing, or undefined
 */
export function vapidChecker(origin: string): (header: string | undefined, boundKey?: string) => string | undefined {
  const seen = new Map<string, VapidClaims | string>();

  return (header, boundKey) => {
    if (!header) return "no Authorization header";
    let claims = seen.get(header);
    if (claims === undefined) {
      claims = readHeader(header);
      seen.set(header, claims);
    }
    if (typeof claims === "string") return claims;
    const nowSeconds = Date.now() / 1000;
    if (claims.aud !== origin) return `aud is ${claims.aud}, not ${origin}`;
    if (claims.exp <= nowSeconds) return "expired";
    if (claims.exp > nowSeconds + 24 * 60 * 60) return "exp is more than 24 hours ahead";
    if (!/^(mailto:|https:\/\/)/.test(claims.sub)) return `sub is ${claims.sub}`;
    if (boundKey && boundKey !== claims.key) return "not the key that this subscription was made with";
    return undefined;
  };
}

interface VapidClaims {
  aud: string;
  exp: number;
  sub: string;
  key: string;
}

function readHeader(header: string): VapidClaims | string {
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/i.exec(header) ?? [];
  const [head, claims, signature] = token?.split(".") ?? [];
  const point = Buffer.from(key ?? "", "base64url");
  if (!key || !head || !claims || !signature || point.length !== 65) return "malformed Authorization header";
  const x = point.subarray(1, 33).toString("base64url");
  const y = point.subarray(33).toString("base64url");
  try {
    const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
    const signed = Buffer.from(`${head}.${claims}`);
    const p1363 = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
    if (!verify("sha256", signed, p1363, Buffer.from(signature, "base64url"))) return "wrong signature";
    return { ...JSON.parse(Buffer.from(claims, "base64url").toString()), key };
  } catch (error) {
    return `unreadable: ${String(error)}`;
  }
}
