import "server-only";
import { hkdfSync, randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { now } from "#lib/clock.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import type { SignInClaims } from "./sign-ins.ts";

/** An access token's life, in seconds. */
export const accessTokenTtlSeconds = 15 * 60;

/** RFC 9068's type for access tokens; keeps every other JWT signed with a related secret out. */
const type = "at+jwt";
const audience = "pushpilot-api";
const algorithm = "HS256";

function key(): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", env().AUTH_SECRET, "", "pushpilot access token", 32));
}

/** A signed access token (JWT, HS256) for 15 minutes. */
export async function signAccessToken(claims: SignInClaims): Promise<string> {
  const issuedAt = Math.floor(now().getTime() / 1000);
  return await new SignJWT({ sv: claims.sessionVersion, sid: claims.familyId })
    .setProtectedHeader({ alg: algorithm, typ: type })
    .setIssuer(env().APP_URL)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenTtlSeconds)
    .sign(key());
}

/**
 * Reads an access token – which proves the sign-in only together with the database: signature with the one algorithm and key there is, type, issuer, audience and expiry.
 *
 * @throws invalid_token for whatever is wrong with it
 */
export async function readAccessToken(token: string): Promise<SignInClaims> {
  try {
    const { payload } = await jwtVerify(token, key(), {
      algorithms: [algorithm],
      typ: type,
      issuer: env().APP_URL,
      audience,
      requiredClaims: ["sub", "iat", "exp", "sv", "sid"],
      currentDate: now(),
    });
    const { sub, sv, sid } = payload;
    if (isId(sub) && typeof sv === "number" && Number.isInteger(sv) && isId(sid))
      return { userId: sub, sessionVersion: sv, familyId: sid };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new AppError("invalid_token", "The access token has expired. Get a new one with your refresh token.");
    if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
  }
  throw new AppError("invalid_token", "The access token is not valid.");
}
