import "server-only";
import { audit } from "#lib/audit.ts";
import { db, type Transaction } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { seedTemplates } from "#lib/templates/examples.ts";
import { redeemInvitation } from "#lib/workspaces/invitations.ts";
import type { User } from "#prisma/generated/client.ts";
import { isInstanceAdministrator, isLocalInstallation } from "./administrators.ts";
import { fitsPassword, hashPassword } from "./passwords.ts";
import {
  type Account,
  type Credentials,
  type Membership,
  PasswordChange,
  type Profile,
  ProfileChanges,
  type Registered,
  Registration,
  type SignedIn,
} from "./schema.ts";
import { forgetPoints, returnPoint, takePoint } from "./throttle.ts";
import { issueTokens } from "./tokens.ts";

/** What doors know of the request that an account function serves. */
export interface Caller {
  /** The client's address, from the connection or trusted proxies; undefined when unknown. */
  ip?: string;
  requestId?: string;
}

/** Any number, the same in every version: registrations that could be the first take turns by it. */
const firstUserLock = 728_113_205;

/** Very first registrations wait for each other, longer than Prisma's two seconds on a slow machine. */
const patience = { maxWait: 10_000, timeout: 15_000 };

/** Who may make an account: as SIGNUP says, by default everybody on this machine and the invited elsewhere. */
export function signupMode(): "open" | "invite" | "closed" {
  return env().SIGNUP ?? (isLocalInstallation() ? "open" : "invite");
}

/** Whether the very first account is still to be made: its owner runs the installation, whatever SIGNUP says. */
export async function isFirstUserMissing(): Promise<boolean> {
  return (await db.user.findFirst({ select: { id: true } })) === null;
}

/**
 * Makes an account with a workspace of its own that holds example templates – or, with an invitation's token, with a
 * membership in the workspace that invites. The first account of all is the instance administrator's.
 *
 * @throws validation_error · signup_closed · not_found (the invitation) · rate_limited
 * @throws conflict the e-mail address has an account
 */
export async function registerAccount(
  input: Registration,
  caller: Caller = {},
): Promise<{ user: Account; workspace: Membership }> {
  const registration = Registration.parse(input);
  await takePoint("registerIp", caller.ip);
  const passwordHash = await hashPassword(registration.password);
  return await createAccount({ ...registration, passwordHash }, caller);
}

/** Registers, and signs the new account in for the API. */
export async function registerForTokens(input: Registration, caller: Caller = {}): Promise<Registered> {
  const { user, workspace } = await registerAccount(input, caller);
  return { user, workspace, ...(await issueTokens(user.id)) };
}

export interface NewAccount {
  email: string;
  name: string;
  passwordHash?: string;
  invitation?: string | undefined;
  /** The sign-in at another provider that the account is made for; its e-mail address is verified. */
  identity?: { provider: string; subject: string };
}

/** The account with everything it begins with, in one transaction: all of it, or nothing. */
export async function createAccount(
  account: NewAccount,
  caller: Caller,
): Promise<{ user: Account; workspace: Membership }> {
  try {
    return await db.$transaction((tx) => addAccount(tx, account, caller), patience);
  } catch (error) {
    // Two registrations of one address at once: the unique index lets one through.
    if (isUniqueViolation(error)) throw emailTaken();
    throw error;
  }
}

async function addAccount(
  tx: Transaction,
  account: NewAccount,
  caller: Caller,
): Promise<{ user: Account; workspace: Membership }> {
  const email = account.email.toLowerCase();
  const name = account.name.trim();
  const isFirst = await isFirstUser(tx);
  if (!isFirst) requireOpenSignup(account.invitation);
  if (await tx.user.findUnique({ where: { email }, select: { id: true } })) throw emailTaken();
  const user = await tx.user.create({
    data: {
      id: newId(),
      email,
      name,
      passwordHash: account.passwordHash ?? null,
      isInstanceAdministrator: isFirst,
      emailVerifiedAt: account.identity ? new Date() : null,
      ...(account.identity ? { identities: { create: { id: newId(), ...account.identity } } } : {}),
    },
  });
  const workspace =
    account.invitation === undefined
      ? await createOwnWorkspace(tx, user.id, `${name}'s workspace`, caller)
      : await redeemInvitation(tx, account.invitation, user, caller.requestId ?? newId());
  return { user: { id: user.id, email, name }, workspace };
}

/** A workspace with its owner and example templates. */
export async function createOwnWorkspace(
  tx: Transaction,
  userId: string,
  name: string,
  caller: Caller,
): Promise<Membership> {
  const id = newId();
  await tx.workspace.create({ data: { id, name } });
  await tx.member.create({ data: { id: newId(), workspaceId: id, userId, role: "owner" } });
  await seedTemplates(tx, id);
  const requestId = caller.requestId ?? newId();
  const ctx = { workspaceId: id, actor: { type: "user", userId }, role: "owner", requestId } as const;
  await audit(tx, ctx, { action: "workspace.create", entityType: "workspace", entityId: id, details: { name } });
  return { id, name, role: "owner" };
}

/**
 * The account of an e-mail address and password. Wrong address and wrong password look and take the same; guesses are
 * counted per account, per address and for both together.
 *
 * @throws invalid_credentials · rate_limited
 */
export async function signIn(credentials: Credentials, caller: Caller = {}): Promise<User> {
  const email = credentials.email.trim().toLowerCase();
  const pair = `${email} ${caller.ip ?? "unknown"}`;
  await takePoint("signInIp", caller.ip);
  await takePoint("signInAccountAndIp", pair);
  await takePoint("signInAccount", email);
  const user = await db.user.findUnique({ where: { email } });
  const fits = await fitsPassword(user?.passwordHash, credentials.password);
  if (!user || !fits) throw new AppError("invalid_credentials", "This e-mail address and password do not fit.");
  await Promise.all([
    forgetPoints("signInAccountAndIp", pair),
    returnPoint("signInAccount", email),
    returnPoint("signInIp", caller.ip),
  ]);
  return user;
}

/** Signs in for the API. */
export async function signInForTokens(credentials: Credentials, caller: Caller = {}): Promise<SignedIn> {
  return await signedInAnswer(await signIn(credentials, caller));
}

/** What an API client gets that has just proved who it is. */
export async function signedInAnswer(user: User): Promise<SignedIn> {
  const { id, email, name } = user;
  const [tokens, workspaces] = await Promise.all([issueTokens(id), membershipsOf(id)]);
  return { user: { id, email, name }, workspaces, ...tokens };
}

/** The workspaces that a user is an active member of, in the order of joining. */
export async function membershipsOf(userId: string): Promise<Membership[]> {
  const members = await db.member.findMany({
    where: { userId, status: "active", workspace: { isDeleted: false } },
    select: { role: true, workspace: { select: { id: true, name: true } } },
    orderBy: { id: "asc" },
  });
  return members.map(({ role, workspace }) => ({ ...workspace, role }));
}

/**
 * Who somebody is, and their workspaces.
 *
 * @throws not_found the account is gone
 */
export async function getProfile(userId: string): Promise<Profile> {
  const user = await db.user.findUnique({ where: { id: userId } });
  if (!user) throw notFound("Account");
  const { id, email, name, locale } = user;
  const workspaces = await membershipsOf(id);
  return { id, email, name, locale, isInstanceAdministrator: isInstanceAdministrator(user), workspaces };
}

/**
 * Changes name or language.
 *
 * @throws validation_error · not_found
 */
export async function updateProfile(userId: string, input: ProfileChanges): Promise<Account> {
  const { name, locale } = ProfileChanges.parse(input);
  const data = { ...(name === undefined ? {} : { name: name.trim() }), ...(locale === undefined ? {} : { locale }) };
  return await db.user.update({ where: { id: userId }, data, select: { id: true, email: true, name: true } });
}

/**
 * Sets a new password and ends every session, access token and refresh token of the account. The caller signs the
 * person's own browser in again with the version returned.
 *
 * @throws validation_error the current password is wrong, or the new one is too short or the same
 * @throws rate_limited
 */
export async function changePassword(userId: string, input: PasswordChange): Promise<{ sessionVersion: number }> {
  const { currentPassword, newPassword } = PasswordChange.parse(input);
  const user = await db.user.findUnique({ where: { id: userId } });
  if (!user) throw notFound("Account");
  await takePoint("signInAccountAndIp", `${user.email} password change`);
  if (!(await fitsPassword(user.passwordHash, currentPassword)))
    throw invalid("currentPassword", "This is not your current password.");
  await forgetPoints("signInAccountAndIp", `${user.email} password change`);
  if (currentPassword === newPassword) throw invalid("newPassword", "This is the password you have now.");
  const passwordHash = await hashPassword(newPassword);
  return await db.$transaction(async (tx) => {
    await tx.user.update({ where: { id: userId }, data: { passwordHash } });
    return await endSessions(tx, userId);
  });
}

/** Ends every session, access token and refresh token of an account, everywhere. */
export async function signOutEverywhere(userId: string): Promise<{ sessionVersion: number }> {
  return await db.$transaction((tx) => endSessions(tx, userId));
}

/** The same inside a transaction that has a reason for it: a new password, a changed owner. */
export async function endSessions(tx: Transaction, userId: string): Promise<{ sessionVersion: number }> {
  await tx.refreshToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: new Date() } });
  return await tx.user.update({
    where: { id: userId },
    data: { sessionVersion: { increment: 1 } },
    select: { sessionVersion: true },
  });
}

/** Once somebody is there nobody can become the first, so only early registrations wait for each other. */
async function isFirstUser(tx: Transaction): Promise<boolean> {
  if (await tx.user.findFirst({ select: { id: true } })) return false;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${firstUserLock})`;
  return (await tx.user.findFirst({ select: { id: true } })) === null;
}

function requireOpenSignup(invitation: string | undefined): void {
  const mode = signupMode();
  if (mode === "closed") throw new AppError("signup_closed", "This installation makes no new accounts.");
  if (mode === "invite" && invitation === undefined)
    throw new AppError("signup_closed", "New accounts need an invitation. Ask a member of a workspace for a link.");
}

function emailTaken(): AppError {
  const message = "This e-mail address has an account already. Sign in instead.";
  return new AppError("conflict", message, { fields: { email: [message] } });
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "P2002";
}
