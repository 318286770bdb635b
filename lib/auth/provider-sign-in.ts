import "server-only";
import { db } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import type { User } from "#prisma/generated/client.ts";
import { type Caller, createAccount, endSessions, signedInAnswer } from "./accounts.ts";
import { type ProvenIdentity, type ProviderName, type TokenSource, tokenSource, verifyIdToken } from "./id-tokens.ts";
import { ProviderSignIn, type SignedIn } from "./schema.ts";
import { takePoint } from "./throttle.ts";

/**
 * Signs in for the API with an id token of Google or Apple.
 *
 * @throws invalid_token · not_found (not set up) · forbidden · signup_closed · rate_limited · unavailable
 */
export async function signInWithIdToken(
  provider: ProviderName,
  input: ProviderSignIn,
  caller: Caller = {},
  source?: TokenSource,
): Promise<SignedIn> {
  const { idToken, name } = ProviderSignIn.parse(input);
  await takePoint("signInIp", caller.ip);
  const identity = await verifyIdToken(provider, idToken, source ?? tokenSource(provider));
  return await signedInAnswer(await userOf({ ...identity, name: identity.name ?? name }, caller));
}

/**
 * The account of somebody whom a provider vouches for: the one linked before, else the one of the same e-mail address,
 * else a new one. Only an address that the provider verified links or makes an account.
 *
 * An existing account whose own address was never verified may have been made by somebody else, in wait for its real
 * owner. Its password and sessions end when the owner comes.
 *
 * @throws forbidden the provider did not verify the address · signup_closed
 */
export async function userOf(identity: ProvenIdentity, caller: Caller = {}): Promise<User> {
  const { provider, subject, email } = identity;
  const linked = await db.identity.findUnique({
    where: { provider_subject: { provider, subject } },
    include: { user: true },
  });
  if (linked) return linked.user;
  if (!identity.isEmailVerified)
    throw new AppError("forbidden", "Your provider has not verified this e-mail address. Verify it there first.");
  const existing = await db.user.findUnique({ where: { email }, select: { id: true } });
  if (existing) return await link(existing.id, identity);
  const name = identity.name ?? email.split("@")[0] ?? email;
  const { user } = await createAccount({ email, name, identity: { provider, subject } }, caller);
  return await db.user.findUniqueOrThrow({ where: { id: user.id } });
}

async function link(userId: string, { provider, subject }: ProvenIdentity): Promise<User> {
  return await db.$transaction(async (tx) => {
    await tx.identity.createMany({ data: { id: newId(), userId, provider, subject }, skipDuplicates: true });
    const { emailVerifiedAt } = await tx.user.findUniqueOrThrow({ where: { id: userId } });
    if (emailVerifiedAt === null) {
      await tx.user.update({ where: { id: userId }, data: { passwordHash: null, emailVerifiedAt: new Date() } });
      await endSessions(tx, userId);
    }
    return await tx.user.findUniqueOrThrow({ where: { id: userId } });
  });
}
