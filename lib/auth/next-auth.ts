import "server-only";
import { importPKCS8, SignJWT } from "jose";
import type { NextAuthOptions } from "next-auth";
import AppleProvider from "next-auth/providers/apple";
import CredentialsProvider from "next-auth/providers/credentials";
import GoogleProvider from "next-auth/providers/google";
import { db } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { log } from "#lib/log.ts";
import { type Caller, signIn } from "./accounts.ts";
import { type ProvenIdentity, type ProviderName, provenIdentity, providerNames } from "./id-tokens.ts";
import { userOf } from "./provider-sign-in.ts";
import { claimsOf, sessionCookie, sessionToken } from "./session.ts";
import { beginSignIn, endSignIn, isSignInAlive, signInTtlSeconds } from "./sign-ins.ts";

/** The providers whose buttons the sign-in page shows: those that the operator set up. */
export function webProviders(): ProviderName[] {
  const { GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, APPLE_CLIENT_ID, APPLE_TEAM_ID, APPLE_KEY_ID, APPLE_PRIVATE_KEY } =
    env();
  const isSetUp: Record<ProviderName, boolean> = {
    google: Boolean(GOOGLE_CLIENT_ID && GOOGLE_CLIENT_SECRET),
    apple: Boolean(APPLE_CLIENT_ID && APPLE_TEAM_ID && APPLE_KEY_ID && APPLE_PRIVATE_KEY),
  };
  return providerNames.filter((name) => isSetUp[name]);
}

/**
 * next-auth's settings: the doors of /api/auth. The token names a sign-in and nothing else; every read of the session
 * asks the database whether it is still alive.
 */
export async function nextAuthOptions(caller: Caller): Promise<NextAuthOptions> {
  // next-auth takes its origin from here and would otherwise believe the Host header.
  process.env.NEXTAUTH_URL = env().APP_URL;
  const { name, options } = sessionCookie();
  const shown = webProviders();
  return {
    secret: env().AUTH_SECRET,
    session: { strategy: "jwt", maxAge: signInTtlSeconds },
    useSecureCookies: options.secure,
    cookies: { sessionToken: { name, options }, ...(shown.includes("apple") ? crossSiteCookies(options.secure) : {}) },
    pages: { signIn: "/sign-in", signOut: "/sign-out", error: "/sign-in" },
    providers: [
      credentials(caller),
      ...(shown.includes("google") ? [google()] : []),
      ...(shown.includes("apple") ? [await apple()] : []),
    ],
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.type !== "oauth") return true;
        try {
          await userOf(identityOf(account.provider, profile), caller);
          return true;
        } catch (error) {
          if (error instanceof AppError) return `/sign-in?error=${error.code}`;
          throw error;
        }
      },
      async jwt({ token, user, account, profile }) {
        if (account?.type === "oauth") {
          const { id } = await userOf(identityOf(account.provider, profile), caller);
          return sessionToken(await beginSignIn(id));
        }
        if (user) return sessionToken(await beginSignIn(user.id));
        const claims = claimsOf(token);
        if (!claims || !(await isSignInAlive(claims))) throw new Error("the session was ended");
        return sessionToken(claims);
      },
      async session({ session, token }) {
        const user = token.sub ? await db.user.findUnique({ where: { id: token.sub } }) : null;
        return { expires: session.expires, user: { id: user?.id, name: user?.name, email: user?.email } };
      },
    },
    events: {
      async signOut({ token }) {
        const claims = claimsOf(token);
        if (claims) await endSignIn(claims.familyId);
      },
    },
    logger: {
      error: (code) => log.warn({ code }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => {},
    },
  };
}

function credentials(caller: Caller) {
  return CredentialsProvider({
    credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
    async authorize(typed) {
      if (typeof typed?.email !== "string" || typeof typed.password !== "string") return null;
      try {
        const { id, name, email } = await signIn({ email: typed.email, password: typed.password }, caller);
        return { id, name, email };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === "invalid_credentials") return null;
        throw new Error(error.code);
      }
    },
  });
}

function google() {
  const { GOOGLE_CLIENT_ID = "", GOOGLE_CLIENT_SECRET = "" } = env();
  return GoogleProvider({ clientId: GOOGLE_CLIENT_ID, clientSecret: GOOGLE_CLIENT_SECRET });
}

async function apple() {
  const { APPLE_CLIENT_ID = "" } = env();
  return AppleProvider({
    clientId: APPLE_CLIENT_ID,
    clientSecret: await appleClientSecret(),
    checks: ["pkce", "state"],
  });
}

/**
 * Apple's client secret is a token signed by the developer's own key; made for each request, good for five minutes.
 * https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
async function appleClientSecret(): Promise<string> {
  const { APPLE_CLIENT_ID = "", APPLE_TEAM_ID = "", APPLE_KEY_ID = "", APPLE_PRIVATE_KEY = "" } = env();
  const key = await importPKCS8(APPLE_PRIVATE_KEY.replaceAll("\\n", "\n"), "ES256");
  return await new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: APPLE_KEY_ID })
    .setIssuer(APPLE_TEAM_ID)
    .setSubject(APPLE_CLIENT_ID)
    .setAudience("https://appleid.apple.com")
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(key);
}

/** Apple comes back by a POST from its own site, which carries no cookie that is SameSite=Lax. Needs https. */
function crossSiteCookies(secure: boolean): NonNullable<NextAuthOptions["cookies"]> {
  const prefix = secure ? "__Secure-" : "";
  const options = { httpOnly: true, sameSite: secure ? "none" : "lax", path: "/", secure, maxAge: 15 * 60 };
  return {
    pkceCodeVerifier: { name: `${prefix}next-auth.pkce.code_verifier`, options },
    state: { name: `${prefix}next-auth.state`, options },
    callbackUrl: { name: `${prefix}next-auth.callback-url`, options },
  };
}

/** The claims of an id token that next-auth has verified. */
function identityOf(provider: string, profile: unknown): ProvenIdentity {
  const name = providerNames.find((known) => known === provider);
  if (!name || typeof profile !== "object" || profile === null) throw new AppError("invalid_token", "No identity.");
  return provenIdentity(name, { ...profile });
}
