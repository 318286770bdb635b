import "server-only";
import { decode, encode } from "next-auth/jwt";
import { env } from "#lib/env.ts";
import { isId } from "#lib/ids.ts";

/** The dashboard's session lasts this long after its last renewal, in seconds. */
export const sessionTtlSeconds = 30 * 24 * 60 * 60;

/** What the session cookie says. The version is compared with the database at every request. */
export interface SessionClaims {
  userId: string;
  sessionVersion: number;
}

/** Over https the cookie has the prefix that keeps plain-http pages from setting it. Same name as next-auth's own. */
export function sessionCookie() {
  const secure = env().APP_URL.startsWith("https://");
  return {
    name: `${secure ? "__Secure-" : ""}next-auth.session-token`,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure } as const,
  };
}

/** The cookie's value: an encrypted JWT (A256GCM) as next-auth makes and reads it. */
export async function sealSession({ userId, sessionVersion }: SessionClaims): Promise<string> {
  const token = { sub: userId, sv: sessionVersion };
  return await encode({ token, secret: env().AUTH_SECRET, maxAge: sessionTtlSeconds });
}

/** Reads a session cookie; null when it is not ours, was changed, or is too old. */
export async function openSession(value: string): Promise<SessionClaims | null> {
  const token = await decode({ token: value, secret: env().AUTH_SECRET }).catch(() => null);
  return token && isId(token.sub) && typeof token.sv === "number"
    ? { userId: token.sub, sessionVersion: token.sv }
    : null;
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
