import "server-only";
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { now } from "#lib/clock.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { Email } from "#lib/workspaces/schema.ts";

export const providerNames = ["google", "apple"] as const;
export type ProviderName = (typeof providerNames)[number];

/** Where a provider's id tokens come from, and whom they must be meant for. */
export interface TokenSource {
  issuers: string[];
  /** The provider's public keys (JWKS). */
  keysUrl: string;
  audience: string;
}

/** What an id token proves. */
export interface ProvenIdentity {
  provider: ProviderName;
  subject: string;
  /** Lower case. */
  email: string;
  isEmailVerified: boolean;
  name: string | undefined;
}

/**
 * The provider as this installation's settings name it.
 *
 * Google: https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
 * Apple: https://developer.apple.com/documentation/signinwithapple/verifying-a-user
 *
 * @throws not_found it is not set up here
 */
export function tokenSource(provider: ProviderName): TokenSource {
  const { GOOGLE_CLIENT_ID, APPLE_CLIENT_ID } = env();
  const audience = provider === "google" ? GOOGLE_CLIENT_ID : APPLE_CLIENT_ID;
  if (!audience) throw new AppError("not_found", "This sign-in is not set up on this installation.");
  return provider === "google"
    ? {
        issuers: ["https://accounts.google.com", "accounts.google.com"],
        keysUrl: "https://www.googleapis.com/oauth2/v3/certs",
        audience,
      }
    : { issuers: ["https://appleid.apple.com"], keysUrl: "https://appleid.apple.com/auth/keys", audience };
}

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/** The keys, fetched when first needed and again for a key id not seen before, at most every 30 s. */
function keysOf(url: string) {
  const keys = keySets.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: 5_000 });
  keySets.set(url, keys);
  return keys;
}

/**
 * Verifies a provider's id token: RS256 by one of its published keys, issuer, audience, expiry, a usable address.
 *
 * @throws invalid_token whatever is wrong with it
 * @throws unavailable the provider's keys cannot be had
 */
export async function verifyIdToken(
  provider: ProviderName,
  idToken: string,
  source: TokenSource = tokenSource(provider),
): Promise<ProvenIdentity> {
  return provenIdentity(provider, await verified(idToken, source));
}

/**
 * What the claims of a verified id token say.
 *
 * @throws invalid_token they name no usable address
 */
export function provenIdentity(provider: ProviderName, payload: JWTPayload): ProvenIdentity {
  const email = Email.safeParse(payload.email);
  if (!payload.sub || !email.success)
    throw new AppError("invalid_token", "The id token names no usable e-mail address. Ask for the scope email.");
  return {
    provider,
    subject: payload.sub,
    email: email.data.toLowerCase(),
    // Apple sends the text "true".
    isEmailVerified: payload.email_verified === true || payload.email_verified === "true",
    name: typeof payload.name === "string" && payload.name.trim() !== "" ? payload.name.trim() : undefined,
  };
}

async function verified(idToken: string, { issuers, keysUrl, audience }: TokenSource): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(idToken, keysOf(keysUrl), {
      algorithms: ["RS256"],
      issuer: issuers,
      audience,
      requiredClaims: ["sub", "exp", "iat"],
      clockTolerance: 30,
      currentDate: now(),
    });
    return payload;
  } catch (error) {
    const isUnreachable = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout;
    if (isUnreachable || error.code === "ERR_JOSE_GENERIC")
      throw new AppError("unavailable", "The provider's keys cannot be reached. Try again shortly.", {
        retryAfterSeconds: 10,
      });
    throw new AppError("invalid_token", "The id token is not valid for this installation.");
  }
}
