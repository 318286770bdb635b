import "server-only";
import { decode, encode } from "next-auth/jwt";
import { env } from "#lib/env.ts";
import { isId } from "#lib/ids.ts";
import type { SignInClaims } from "./sign-ins.ts";

/** The session cookie of a browser, and next-auth's name for it. Over https it has the prefix that http cannot set. */
export function sessionCookie() {
  const secure = env().APP_URL.startsWith("https://");
  return {
    name: `${secure ? "__Secure-" : ""}next-auth.session-token`,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure } as const,
  };
}

/** What next-auth's token holds of a sign-in: nothing that changes, so that nothing in it can be out of date. */
export function sessionToken({ userId, sessionVersion, familyId }: SignInClaims) {
  return { sub: userId, sv: sessionVersion, sid: familyId };
}

/** The sign-in that a token names, or null when it is none of ours. */
export function claimsOf(token: Record<string, unknown>): SignInClaims | null {
  const { sub, sv, sid } = token;
  return isId(sub) && isId(sid) && typeof sv === "number" ? { userId: sub, sessionVersion: sv, familyId: sid } : null;
}

/** The cookie's value: an encrypted JWT (A256GCM) as next-auth makes and reads it. */
export async function sealSession(claims: SignInClaims, ttlSeconds: number): Promise<string> {
  return await encode({ token: sessionToken(claims), secret: env().AUTH_SECRET, maxAge: ttlSeconds });
}

/** Reads a session cookie; null when it is not ours, was changed, or is too old. */
export async function openSession(value: string): Promise<SignInClaims | null> {
  const token = await decode({ token: value, secret: env().AUTH_SECRET }).catch(() => null);
  return token && claimsOf(token);
}

/** The session cookie of a request's `Cookie` header. */
export function sessionCookieOf(header: string | null): string | undefined {
  const prefix = `${sessionCookie().name}=`;
  return header
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
}
