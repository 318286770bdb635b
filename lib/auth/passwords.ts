import "server-only";
import { hash, verify } from "@node-rs/argon2";
import { newSecret } from "#lib/crypto.ts";

/** Argon2id as OWASP's Password Storage Cheat Sheet asks: 19 MiB, two passes, one lane. About 25 ms. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The same characters typed on another keyboard are the same password (NIST SP 800-63B, 3.1.1.2). */
function normal(password: string): string {
  return password.normalize("NFKC");
}

export async function hashPassword(password: string): Promise<string> {
  return await hash(normal(password), cost);
}

let nobodysHash: Promise<string> | undefined;

/**
 * Whether the password fits. Where there is no hash (nobody of that e-mail, or one who signs in with a provider) it
 * works as long on a hash that nothing fits, so that the time tells nothing.
 */
export async function fitsPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  nobodysHash ??= hashPassword(newSecret());
  const fits = await verify(passwordHash ?? (await nobodysHash), normal(password));
  return fits && Boolean(passwordHash);
}
