import "server-only";
import { cookies, headers } from "next/headers";
import { clientAddress } from "#lib/http/client-address.ts";
import { newId } from "#lib/ids.ts";
import type { Caller } from "./accounts.ts";
import { openSession, sealSession, sessionCookie } from "./session.ts";
import { beginSignIn, endSignIn, signInTtlSeconds } from "./sign-ins.ts";

/** Signs this browser in. For server actions and route handlers, which may set cookies. */
export async function startBrowserSession(userId: string): Promise<void> {
  const { name, options } = sessionCookie();
  const value = await sealSession(await beginSignIn(userId), signInTtlSeconds);
  (await cookies()).set(name, value, { ...options, maxAge: signInTtlSeconds });
}

/** Signs this browser out: the cookie is taken away, and would be worth nothing to whoever has a copy. */
export async function endBrowserSession(): Promise<void> {
  const { name, options } = sessionCookie();
  const jar = await cookies();
  const claims = await openSession(jar.get(name)?.value ?? "");
  if (claims) await endSignIn(claims.familyId);
  jar.set(name, "", { ...options, maxAge: 0 });
}

/** What limits and the audit log need to know of the request that a server action serves. */
export async function browserCaller(): Promise<Caller> {
  const request = new Request("http://action.invalid/", { headers: new Headers(await headers()) });
  return { ip: clientAddress(request), requestId: newId() };
}
