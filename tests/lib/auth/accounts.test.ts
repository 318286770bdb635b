import { describe, expect, test } from "vitest";
import {
  changePassword,
  registerAccount,
  registerForTokens,
  signIn,
  signInForTokens,
  signOutEverywhere,
} from "#lib/auth/accounts.ts";
import { authenticateRequest, sessionUserId } from "#lib/auth/bearer.ts";
import { sealSession } from "#lib/auth/session.ts";
import { beginSignIn, endSignIn } from "#lib/auth/sign-ins.ts";
import { refreshTokens } from "#lib/auth/tokens.ts";
import { Content } from "#lib/content/schema.ts";
import { variableFault } from "#lib/content/variables.ts";
import { db } from "#lib/db.ts";
import { newAccount, newEmail, password } from "#tests/support/accounts.ts";

const bearer = (token: string) => new Request("http://localhost/", { headers: { authorization: `Bearer ${token}` } });

const newCookie = async (userId: string) => sealSession(await beginSignIn(userId), 60);

describe("registering", () => {
  test("makes a workspace with its owner and six example templates that could be sent as they are, the last by an event", async () => {
    const { user, workspace } = await registerAccount({ email: newEmail(), password, name: "Ada" });

    expect(workspace).toMatchObject({ name: "Ada's workspace", role: "owner" });
    const members = await db.member.findMany({ where: { workspaceId: workspace.id } });
    expect(members).toMatchObject([{ userId: user.id, role: "owner", status: "active" }]);
    const templates = await db.template.findMany({ where: { workspaceId: workspace.id } });
    expect(templates).toHaveLength(6);
    for (const { name, content } of templates) {
      const { title, message } = Content.parse(content);
      const occasion = name === "Alarm" ? "event" : undefined;
      expect(variableFault(title, occasion) ?? variableFault(message, occasion)).toBeUndefined();
    }
  });

  test("stores the password as argon2id with 19 MiB and two passes", async () => {
    const { user } = await newAccount();
    const { passwordHash } = await db.user.findUniqueOrThrow({ where: { id: user.id } });
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("of twenty registrations of one address at once makes one account", async () => {
    const email = newEmail();
    const attempts = Array.from({ length: 20 }, (_, n) =>
      registerAccount({ email: n % 2 ? email : email.toUpperCase(), password, name: "Ada" }),
    );
    const outcomes = await Promise.allSettled(attempts);

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    expect(await db.user.count({ where: { email } })).toBe(1);
  });

  test.each([
    ["a full-width @", "ada＠example.com"],
    ["a Cyrillic letter", "аda@example.com"],
    ["a quoted local part", '"ada"@example.com'],
    ["no top-level domain", "ada@localhost"],
    ["two @", "ada@b@example.com"],
    ["a line break", "ada@example.com\nbcc:eve@example.com"],
    ["a trailing dot", "ada@example.com."],
  ])("refuses an address with %s", async (_, email) => {
    await expect(registerAccount({ email, password, name: "Ada" })).rejects.toThrow(/e-mail address/);
  });

  test("refuses a password of seven characters", async () => {
    const attempt = registerAccount({ email: newEmail(), password: "1234567", name: "Ada" });
    await expect(attempt).rejects.toThrow(/8 characters/);
  });

  test("changes nothing when the invitation is unknown", async () => {
    const email = newEmail();
    const attempt = registerAccount({ email, password, name: "Ada", invitation: "nonsense" });
    await expect(attempt).rejects.toMatchObject({ code: "not_found" });
    expect(await db.user.count({ where: { email } })).toBe(0);
  });
});

describe("signing in", () => {
  test("works with the address in any case and lists the workspaces", async () => {
    const { user, workspace } = await newAccount();
    const signedIn = await signInForTokens({ email: user.email.toUpperCase(), password });

    expect(signedIn).toMatchObject({ user: { id: user.id }, workspaces: [workspace], expiresIn: 900 });
    await expect(authenticateRequest(bearer(signedIn.accessToken))).resolves.toMatchObject({ userId: user.id });
  });

  test("answers the same, and as slowly, for an unknown address as for a wrong password", async () => {
    const { user } = await newAccount();
    const timed = async (email: string) => {
      const startedAt = performance.now();
      const error = await signIn({ email, password: "wrong password" }).catch((thrown: Error) => thrown.message);
      return { error, ms: performance.now() - startedAt };
    };
    await timed(newEmail());
    // The quickest of several: a busy machine makes any single one slow.
    const [unknown, known] = [await timed(newEmail()), await timed(user.email)];
    for (let round = 0; round < 4; round++) {
      unknown.ms = Math.min(unknown.ms, (await timed(newEmail())).ms);
      known.ms = Math.min(known.ms, (await timed(user.email)).ms);
    }

    expect(unknown.error).toBe(known.error);
    expect(unknown.ms).toBeGreaterThan(known.ms / 4);
  });

  test("an address of the network may guess ten times at an account, also all at once", async () => {
    const { user } = await newAccount();
    const guess = (ip: string) => signIn({ email: user.email, password: "wrong password" }, { ip });
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => guess("203.0.113.7")));
    const codes = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "in"));

    expect(codes.filter((code) => code === "invalid_credentials")).toHaveLength(10);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(20);
    await expect(signIn({ email: user.email, password }, { ip: "203.0.113.7" })).rejects.toMatchObject({
      code: "rate_limited",
    });
    await expect(signIn({ email: user.email, password }, { ip: "198.51.100.1" })).resolves.toMatchObject({
      id: user.id,
    });
  });

  test("signing in with the right password many times is no guessing", async () => {
    const { user } = await newAccount();
    for (let n = 0; n < 15; n++) await signIn({ email: user.email, password }, { ip: "192.0.2.44" });
  });
});

describe("ending sessions", () => {
  test("a new password ends sessions, access tokens and refresh tokens that were there before", async () => {
    const { user, accessToken, refreshToken } = await newAccount();
    const cookie = await newCookie(user.id);
    expect(await sessionUserId(cookie)).toBe(user.id);

    const change = { currentPassword: password, newPassword: "another good password" };
    await changePassword(user.id, change);

    expect(await sessionUserId(cookie)).toBeNull();
    expect(await sessionUserId(await newCookie(user.id))).toBe(user.id);
    await expect(authenticateRequest(bearer(accessToken))).rejects.toMatchObject({ code: "invalid_token" });
    await expect(refreshTokens(refreshToken)).rejects.toMatchObject({ code: "invalid_token" });
    await expect(signIn({ email: user.email, password })).rejects.toMatchObject({ code: "invalid_credentials" });
    await expect(signIn({ email: user.email, password: "another good password" })).resolves.toBeDefined();
  });

  test("the current password is asked for, and the field named when it is wrong", async () => {
    const { user, accessToken } = await newAccount();
    const attempt = changePassword(user.id, { currentPassword: "wrong password", newPassword: "another password" });
    await expect(attempt).rejects.toMatchObject({ code: "validation_error", fields: { currentPassword: [/.+/] } });
    await expect(authenticateRequest(bearer(accessToken))).resolves.toBeDefined();
  });

  test("signing out in one browser ends that cookie, whoever has a copy, and no other", async () => {
    const { user, accessToken } = await newAccount();
    const claims = await beginSignIn(user.id);
    const [cookie, other] = [await sealSession(claims, 60), await newCookie(user.id)];
    expect(await sessionUserId(cookie)).toBe(user.id);
    await endSignIn(claims.familyId);
    expect(await sessionUserId(cookie)).toBeNull();
    expect(await sessionUserId(other)).toBe(user.id);
    await expect(authenticateRequest(bearer(accessToken))).resolves.toBeDefined();
  });

  test("signing out everywhere ends what is open and leaves other people alone", async () => {
    const [ada, bob] = [await newAccount(), await newAccount()];
    await signOutEverywhere(ada.user.id);
    await expect(authenticateRequest(bearer(ada.accessToken))).rejects.toMatchObject({ code: "invalid_token" });
    await expect(authenticateRequest(bearer(bob.accessToken))).resolves.toBeDefined();
    await expect(registerForTokens({ email: newEmail(), password, name: "Eve" })).resolves.toBeDefined();
  });
});
