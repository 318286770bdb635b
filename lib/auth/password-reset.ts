import "server-only";
import { now } from "#lib/clock.ts";
import { newSecret, secretHash } from "#lib/crypto.ts";
import { db } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { log } from "#lib/log.ts";
import { isMailConfigured, sendMail } from "#lib/mail.ts";
import { type Caller, endSessions } from "./accounts.ts";
import { hashPassword } from "./passwords.ts";
import { NewPassword } from "./schema.ts";
import { takePoint } from "./throttle.ts";

const resetTtlMinutes = 60;

/**
 * Mails a link to choose a new password, if the address has an account and mail is set up. Whoever asks learns neither:
 * the answer and its time are the same.
 *
 * @throws rate_limited this address of the network asked too often
 */
export async function requestPasswordReset(typedEmail: string, caller: Caller = {}): Promise<void> {
  await takePoint("resetIp", caller.ip);
  const email = typedEmail.trim().toLowerCase();
  mailResetLink(email).catch((error: unknown) => {
    if (error instanceof AppError) return;
    log.error({ reason: error instanceof Error ? error.message : String(error) }, "a reset link could not be made");
  });
}

async function mailResetLink(email: string): Promise<void> {
  if (!isMailConfigured()) return;
  await takePoint("resetAccount", email);
  const link = await createResetLink(email);
  if (!link) return;
  await sendMail({
    to: email,
    subject: "Choose a new password for PushPilot",
    text: `Somebody, hopefully you, wants a new password for your PushPilot account.\n\nChoose one within ${resetTtlMinutes} minutes:\n${link}\n\nIf it was not you, ignore this mail: nothing has changed.\n`,
  });
}

/**
 * A link to choose a new password, good once and for an hour: for mail, and for the operator's command.
 *
 * @returns null when the address has no account
 */
export async function createResetLink(email: string): Promise<string | null> {
  const user = await db.user.findUnique({ where: { email: email.toLowerCase() }, select: { id: true } });
  if (!user) return null;
  const token = newSecret();
  const expiresAt = new Date(now().getTime() + resetTtlMinutes * 60_000);
  await db.passwordReset.create({
    data: { id: newId(), userId: user.id, tokenHash: secretHash(token), expiresAt },
  });
  return `${env().APP_URL}/reset-password/${token}`;
}

/** Whether a link still works, so that nobody types a password for nothing. */
export async function isResetTokenValid(token: string): Promise<boolean> {
  return (await db.passwordReset.findFirst({ where: { tokenHash: secretHash(token), ...open() } })) !== null;
}

/**
 * Sets the new password, ends every session of the account and every other reset link. The link proves the address:
 * it was mailed there, or handed over by the operator.
 *
 * @throws validation_error
 * @throws invalid_token the link is unknown, used or too old
 */
export async function resetPassword(input: NewPassword): Promise<{ userId: string; sessionVersion: number }> {
  const { token, password } = NewPassword.parse(input);
  if (!(await isResetTokenValid(token))) throw staleLink();
  const passwordHash = await hashPassword(password);
  return await db.$transaction(async (tx) => {
    const tokenHash = secretHash(token);
    const { count } = await tx.passwordReset.updateMany({
      where: { tokenHash, ...open() },
      data: { usedAt: now() },
    });
    if (count === 0) throw staleLink();
    const { userId, user } = await tx.passwordReset.findUniqueOrThrow({
      where: { tokenHash },
      include: { user: true },
    });
    await tx.passwordReset.updateMany({ where: { userId, usedAt: null }, data: { usedAt: now() } });
    await tx.user.update({
      where: { id: userId },
      data: { passwordHash, emailVerifiedAt: user.emailVerifiedAt ?? now() },
    });
    return { userId, ...(await endSessions(tx, userId)) };
  });
}

function open() {
  return { usedAt: null, expiresAt: { gt: now() } };
}

function staleLink(): AppError {
  return new AppError("invalid_token", "This link was used already or is too old. Ask for a new one.");
}
