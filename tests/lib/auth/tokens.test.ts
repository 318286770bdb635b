import { expect, test } from "vitest";
import { authenticateRequest } from "#lib/auth/bearer.ts";
import { logout, refreshTokens } from "#lib/auth/tokens.ts";
import { query } from "#lib/db.ts";
import { newAccount } from "#tests/support/accounts.ts";

const call = (token: string) =>
  authenticateRequest(new Request("http://localhost/", { headers: { authorization: `Bearer ${token}` } }));
const refused = { code: "invalid_token" };

test("a refresh token gives the next one, which gives the next", async () => {
  let { refreshToken } = await newAccount();
  for (let n = 0; n < 5; n++) {
    const next = await refreshTokens(refreshToken);
    expect(next.refreshToken).not.toBe(refreshToken);
    await expect(call(next.accessToken)).resolves.toBeDefined();
    refreshToken = next.refreshToken;
  }
});

test("of 50 requests with one refresh token at once one wins, and its chain lives", async () => {
  for (let round = 0; round < 5; round++) {
    const { refreshToken } = await newAccount();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => refreshTokens(refreshToken)));
    const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));

    expect(won).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(refused);
    const [winner] = won;
    await expect(call(winner?.accessToken ?? "")).resolves.toBeDefined();
    await expect(refreshTokens(winner?.refreshToken ?? "")).resolves.toBeDefined();
  }
});

test("a refresh token that comes again ends its whole chain, access tokens too", async () => {
  const { refreshToken: first } = await newAccount();
  const second = await refreshTokens(first);
  const third = await refreshTokens(second.refreshToken);

  await expect(refreshTokens(first)).rejects.toMatchObject(refused);

  await expect(refreshTokens(third.refreshToken)).rejects.toMatchObject(refused);
  await expect(call(third.accessToken)).rejects.toMatchObject(refused);
});

test("even when it comes again right after its use", async () => {
  for (let round = 0; round < 20; round++) {
    const { refreshToken } = await newAccount();
    const next = await refreshTokens(refreshToken);
    await expect(refreshTokens(refreshToken)).rejects.toMatchObject(refused);
    await expect(refreshTokens(next.refreshToken)).rejects.toMatchObject(refused);
  }
});

test("even when it comes twice at once, long after its use", async () => {
  const { refreshToken } = await newAccount();
  const next = await refreshTokens(refreshToken);
  await Promise.allSettled([refreshTokens(refreshToken), refreshTokens(refreshToken)]);
  await expect(refreshTokens(next.refreshToken)).rejects.toMatchObject(refused);
});

test("the chain of another sign-in is not touched", async () => {
  const [ada, bob] = [await newAccount(), await newAccount()];
  await refreshTokens(ada.refreshToken);
  await refreshTokens(ada.refreshToken).catch(() => {});
  await expect(refreshTokens(bob.refreshToken)).resolves.toBeDefined();
});

test("logout ends the sign-in at once", async () => {
  const { accessToken, refreshToken } = await newAccount();
  await logout(refreshToken);
  await expect(call(accessToken)).rejects.toMatchObject(refused);
  await expect(refreshTokens(refreshToken)).rejects.toMatchObject(refused);
  await expect(logout("unknown")).resolves.toBeUndefined();
});

test("an expired refresh token is refused", async () => {
  const { user, refreshToken } = await newAccount();
  await query("UPDATE refresh_token SET expires_at = now() - interval '1 second' WHERE user_id = $1", [user.id]);
  await expect(refreshTokens(refreshToken)).rejects.toMatchObject(refused);
});

test("tokens are not kept in the clear", async () => {
  const { refreshToken } = await newAccount();
  const rows = await query<{ line: string }>("SELECT t::text AS line FROM refresh_token t");
  expect(rows.some(({ line }) => line.includes(refreshToken))).toBe(false);
});
