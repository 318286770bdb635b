import "server-only";
import { env } from "#lib/env.ts";

/** Whether this installation is reached on this machine only: nobody from outside can sign up before its operator. */
export function isLocalInstallation(): boolean {
  const { hostname } = new URL(env().APP_URL);
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

/**
 * Whether a person runs this installation: the first registered user, and whoever has an e-mail address of
 * ADMIN_EMAILS. On a public installation such an address must be verified: anybody could sign up with it first.
 */
export function isInstanceAdministrator(user: {
  email: string;
  isInstanceAdministrator: boolean;
  emailVerifiedAt: Date | null;
}): boolean {
  if (user.isInstanceAdministrator) return true;
  const isListed = env().ADMIN_EMAILS.some((email) => email.toLowerCase() === user.email);
  return isListed && (user.emailVerifiedAt !== null || isLocalInstallation());
}
