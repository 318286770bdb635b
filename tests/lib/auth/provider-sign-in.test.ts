import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signIn } from "#lib/auth/accounts.ts";
import { authenticateRequest } from "#lib/auth/bearer.ts";
import type { TokenSource } from "#lib/auth/id-tokens.ts";
import { createResetLink, resetPassword } from "#lib/auth/password-reset.ts";
import { signInWithIdToken } from "#lib/auth/provider-sign-in.ts";
import { newAccount, newEmail, password } from "#tests/support/accounts.ts";

const issuer = "https://accounts.provider.test";
let server: Server;
let source: TokenSource;
let key: CryptoKey;
let otherKey: CryptoKey;

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  ({ privateKey: otherKey } = await generateKeyPair("RS256"));
  key = pair.privateKey;
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "RS256", use: "sig" }];
  server = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  source = { issuers: [issuer], keysUrl: `http://127.0.0.1:${port}/keys`, audience: "our-client" };
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Claims {
  email?: string;
  email_verified?: unknown;
  sub?: string;
  iss?: string;
  aud?: string;
  exp?: number;
}

async function idToken(claims: Claims, signer: CryptoKey | Uint8Array = key, alg = "RS256", kid = "k1") {
  const { iss = issuer, aud = "our-client", sub = `sub-${claims.email}`, exp, ...rest } = claims;
  return await new SignJWT({ email_verified: true, ...rest })
    .setProtectedHeader({ alg, kid })
    .setIssuer(iss)
    .setAudience(aud)
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(exp ?? "10m")
    .sign(signer);
}

const enter = (token: string) => signInWithIdToken("google", { idToken: token }, {}, source);

describe("an id token", () => {
  test("makes an account with a workspace at first, and signs in to the same one later", async () => {
    const email = newEmail();
    const first = await enter(await idToken({ email }));
    expect(first).toMatchObject({ user: { email }, workspaces: [{ role: "owner" }] });
    const request = new Request("http://localhost/", { headers: { authorization: `Bearer ${first.accessToken}` } });
    await expect(authenticateRequest(request)).resolves.toMatchObject({ userId: first.user.id });

    const later = await enter(await idToken({ email: newEmail(), sub: `sub-${email}` }));
    expect(later.user).toEqual(first.user);
    const apple = await signInWithIdToken("apple", { idToken: await idToken({ email }) }, {}, source);
    expect(apple.user.id).toBe(first.user.id);
  });

  const soon = () => Math.floor(Date.now() / 1000);
  test.each<[string, () => Promise<string>]>([
    ["for another client", () => idToken({ email: newEmail(), aud: "their-client" })],
    ["of another issuer", () => idToken({ email: newEmail(), iss: "https://evil.test" })],
    ["that has expired", () => idToken({ email: newEmail(), exp: soon() - 600 })],
    ["signed with another key", () => idToken({ email: newEmail() }, otherKey)],
    ["with an unknown key id", () => idToken({ email: newEmail() }, key, "RS256", "k9")],
    ["signed with HS256", () => idToken({ email: newEmail() }, new TextEncoder().encode("our-client"), "HS256")],
    [
      "signed with PS256",
      async () => {
        const { privateKey } = await generateKeyPair("PS256");
        return idToken({ email: newEmail() }, privateKey, "PS256");
      },
    ],
    ["without an address", () => idToken({ sub: "nobody" })],
    ["with a look-alike address", () => idToken({ email: "аda@example.com" })],
    [
      "with alg none",
      async () => {
        const [, body] = (await idToken({ email: newEmail() })).split(".");
        return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.`;
      },
    ],
    ["that is none", async () => "nonsense"],
  ])("%s is refused", async (_, make) => {
    await expect(enter(await make())).rejects.toMatchObject({ code: "invalid_token" });
  });

  test.each([[false], ["false"], [undefined], [1]])(
    "with email_verified %j makes and links nothing",
    async (verified) => {
      const { user } = await newAccount();
      for (const email of [user.email, newEmail()]) {
        const attempt = enter(await idToken({ email, email_verified: verified }));
        await expect(attempt).rejects.toMatchObject({ code: "forbidden" });
      }
      await expect(signIn({ email: user.email, password })).resolves.toBeDefined();
    },
  );
});

test("an account whose address was verified is linked and keeps its password", async () => {
  const { user } = await newAccount();
  const token = (await createResetLink(user.email))?.split("/").at(-1) ?? "";
  await resetPassword({ token, password });

  const signedIn = await enter(await idToken({ email: user.email }));
  expect(signedIn.user.id).toBe(user.id);
  await expect(signIn({ email: user.email, password })).resolves.toMatchObject({ id: user.id });
});

test("whoever took an address before its owner came loses password and sessions when the owner comes", async () => {
  const squatter = await newAccount();
  const { user } = await enter(await idToken({ email: squatter.user.email }));
  expect(user.id).toBe(squatter.user.id);

  const attempt = signIn({ email: squatter.user.email, password });
  await expect(attempt).rejects.toMatchObject({ code: "invalid_credentials" });
  const headers = { authorization: `Bearer ${squatter.accessToken}` };
  const call = authenticateRequest(new Request("http://localhost/", { headers }));
  await expect(call).rejects.toMatchObject({ code: "invalid_token" });
});

test("keys that cannot be fetched are no verdict on the token", async () => {
  const away = { ...source, keysUrl: "http://127.0.0.1:9/keys" };
  const attempt = signInWithIdToken("google", { idToken: await idToken({ email: newEmail() }) }, {}, away);
  await expect(attempt).rejects.toMatchObject({ code: "unavailable" });
});

test("without a client id the sign-in is not there", async () => {
  const attempt = signInWithIdToken("google", { idToken: await idToken({ email: newEmail() }) });
  await expect(attempt).rejects.toMatchObject({ code: "not_found" });
});
