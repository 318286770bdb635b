import { expect, test } from "vitest";
import { signIn } from "#lib/auth/accounts.ts";
import { authenticateRequest } from "#lib/auth/bearer.ts";
import { createResetLink, isResetTokenValid, requestPasswordReset, resetPassword } from "#lib/auth/password-reset.ts";
import { moveClock } from "#lib/clock.ts";
import { db } from "#lib/db.ts";
import { newAccount, newEmail, password } from "#tests/support/accounts.ts";

const stale = { code: "invalid_token" };

async function tokenFor(email: string): Promise<string> {
  return (await createResetLink(email))?.split("/").at(-1) ?? "";
}

test("a link sets a new password, once, and ends every session", async () => {
  const { user, accessToken } = await newAccount();
  const [token, other] = [await tokenFor(user.email), await tokenFor(user.email.toUpperCase())];
  const set = () => resetPassword({ token, password: "a brand new one" });
  const outcomes = await Promise.allSettled([set(), set(), set()]);

  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await expect(signIn({ email: user.email, password: "a brand new one" })).resolves.toMatchObject({ id: user.id });
  await expect(signIn({ email: user.email, password })).rejects.toMatchObject({ code: "invalid_credentials" });
  const headers = { authorization: `Bearer ${accessToken}` };
  await expect(authenticateRequest(new Request("http://localhost/", { headers }))).rejects.toMatchObject(stale);
  expect(await isResetTokenValid(other)).toBe(false);
});

test("a link is good for an hour", async () => {
  const { user } = await newAccount();
  const token = await tokenFor(user.email);
  try {
    moveClock(61 * 60_000);
    await expect(resetPassword({ token, password: "a brand new one" })).rejects.toMatchObject(stale);
  } finally {
    moveClock(0);
  }
  await expect(resetPassword({ token, password: "short" })).rejects.toThrow(/8 characters/);
  await expect(resetPassword({ token: "unknown", password: "a brand new one" })).rejects.toMatchObject(stale);
});

test("asking for a link tells nobody whether the address has an account", async () => {
  const { user } = await newAccount();
  await expect(requestPasswordReset(user.email)).resolves.toBeUndefined();
  await expect(requestPasswordReset(newEmail())).resolves.toBeUndefined();
  // No mail is set up here: nothing is made that nobody could receive.
  expect(await db.passwordReset.count({ where: { userId: user.id } })).toBe(0);
});
