import { createHmac, generateKeyPairSync, hkdfSync, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { accessTokenTtlSeconds, signAccessToken } from "#lib/auth/access-token.ts";
import { authenticateRequest } from "#lib/auth/bearer.ts";
import { sealSession } from "#lib/auth/session.ts";
import { moveClock } from "#lib/clock.ts";
import { sign } from "#lib/crypto.ts";
import { db } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { newAccount } from "#tests/support/accounts.ts";

type Json = Record<string, unknown>;

const part = (value: Json | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const ourKey = () => Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", "pushpilot access token", 32));

function jwt(header: Json, payload: Json, key: string | Buffer = ourKey(), hash = "sha256"): string {
  const body = `${part(header)}.${part(payload)}`;
  return `${body}.${createHmac(hash, key).update(body).digest("base64url")}`;
}

const call = (token: string) =>
  authenticateRequest(new Request("http://localhost/", { headers: { authorization: `Bearer ${token}` } }));

let good: Json;
let accessToken: string;
let refreshToken: string;
const header = { alg: "HS256", typ: "at+jwt" };

beforeAll(async () => {
  const account = await newAccount();
  ({ accessToken, refreshToken } = account);
  good = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
});

test("a token made by hand exactly like ours is accepted, so that the forgeries below fail for their own reason", async () => {
  await expect(call(jwt(header, good))).resolves.toMatchObject({ kind: "user", via: "access_token" });
});

describe("forged access tokens are refused:", () => {
  const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const soon = Math.floor(Date.now() / 1000) + 600;
  const forgeries: [string, () => string | Promise<string>][] = [
    ["alg none without signature", () => `${part({ alg: "none", typ: "at+jwt" })}.${part(good)}.`],
    ["alg None in capitals", () => `${part({ alg: "NONE", typ: "at+jwt" })}.${part(good)}.`],
    ["alg none with our signature", () => jwt({ alg: "none", typ: "at+jwt" }, good)],
    ["no alg", () => jwt({ typ: "at+jwt" }, good)],
    ["HS512 with the right key", () => jwt({ alg: "HS512", typ: "at+jwt" }, good, ourKey(), "sha512")],
    ["RS256 said, HMAC with a public key made", () => jwt({ alg: "RS256", typ: "at+jwt" }, good, pem)],
    ["AUTH_SECRET itself as the key", () => jwt(header, good, env().AUTH_SECRET)],
    ["an empty key", () => jwt(header, good, "")],
    ["kid that names a file", () => jwt({ ...header, kid: "/dev/null" }, good, "")],
    ["a key brought along (jwk)", () => jwt({ ...header, jwk: { kty: "oct", k: "AAAA" } }, good, Buffer.alloc(3))],
    ["an unknown critical header", () => jwt({ ...header, crit: ["x"], x: 1 }, good)],
    ["another type", () => jwt({ ...header, typ: "JWT" }, good)],
    ["another issuer", () => jwt(header, { ...good, iss: "https://evil.example" })],
    ["another audience", () => jwt(header, { ...good, aud: "pushpilot-subscriber" })],
    ["no audience", () => jwt(header, { ...good, aud: undefined })],
    ["no expiry", () => jwt(header, { ...good, exp: undefined })],
    ["expired", () => jwt(header, { ...good, exp: soon - 1200 })],
    ["not valid yet", () => jwt(header, { ...good, nbf: soon })],
    [
      "another user, signature kept",
      () => {
        const [head, , signature] = accessToken.split(".");
        return `${head}.${part({ ...good, sub: randomUUID() })}.${signature}`;
      },
    ],
    ["a user who does not exist", () => jwt(header, { ...good, sub: randomUUID() })],
    ["a user that is no id", () => jwt(header, { ...good, sub: "1 OR 1=1" })],
    ["another person's sign-in (sid)", async () => jwt(header, { ...good, sid: randomUUID() })],
    ["another session version", () => jwt(header, { ...good, sv: 2 })],
    ["a session version as text", () => jwt(header, { ...good, sv: "1" })],
    ["the signature cut", () => accessToken.slice(0, -3)],
    ["a fourth part", () => `${accessToken}.${part(good)}`],
    ["the refresh token", () => refreshToken],
    [
      "the dashboard's session cookie",
      () => sealSession({ userId: String(good.sub), sessionVersion: 1, familyId: String(good.sid) }, 60),
    ],
    ["a signature of another purpose", () => `${part(header)}.${part(good)}.${sign("event", part(good))}`],
    ["not a token at all", () => "null"],
  ];

  test.each(forgeries)("%s", async (_, forge) => {
    await expect(call(await forge())).rejects.toMatchObject({ code: "invalid_token" });
  });

  test("there are at least twenty of them", () => {
    expect(forgeries.length).toBeGreaterThanOrEqual(20);
  });
});

test("an access token ends after 15 minutes", async () => {
  expect(accessTokenTtlSeconds).toBe(900);
  try {
    moveClock((accessTokenTtlSeconds - 5) * 1000);
    await expect(call(accessToken)).resolves.toBeDefined();
    moveClock((accessTokenTtlSeconds + 5) * 1000);
    await expect(call(accessToken)).rejects.toMatchObject({ code: "invalid_token" });
  } finally {
    moveClock(0);
  }
});

test("a token of a deleted account is refused", async () => {
  const { user } = await newAccount();
  const ended = await signAccessToken({ userId: user.id, sessionVersion: 1, familyId: randomUUID() });
  await db.member.deleteMany({ where: { userId: user.id } });
  await db.user.delete({ where: { id: user.id } });
  await expect(call(ended)).rejects.toMatchObject({ code: "invalid_token" });
});

test.each([["Basic YTpi"], ["Bearer"], ["Bearer a b"], ["bearer\tx y"]])(
  "the header %j is no credential",
  async (authorization) => {
    const request = new Request("http://localhost/", { headers: { authorization } });
    await expect(authenticateRequest(request)).rejects.toMatchObject({ code: "unauthorized" });
  },
);
