import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkVapidSubject, generateVapidKeys, InvalidVapidKey, VapidTokens } from "#lib/channels/web-push/vapid.ts";

const origin = "https://push.example.net";
const hourMs = 60 * 60 * 1000;
const nowMs = Date.UTC(2026, 2, 1);

/** The example of RFC 8292 section 2.4. */
const example =
  "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6" +
  "Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, " +
  "k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";

test("the reader used here accepts the example of RFC 8292, and no altered one", () => {
  expect(read(example)).toEqual({
    header: { typ: "JWT", alg: "ES256" },
    claims: { aud: origin, exp: 1453523768, sub: "mailto:push@example.com" },
  });
  expect(() => read(example.replace("vapid t=eyJ0eXAi", "vapid t=eyJ1eXAi"))).toThrow("signature");
});

test("a token names the push service, the sender and an end within 24 hours", () => {
  const identity = newIdentity();
  const { header, claims } = read(new VapidTokens().authorization(identity, origin, nowMs));

  expect(header).toEqual({ typ: "JWT", alg: "ES256" });
  expect(claims).toEqual({ aud: origin, sub: "mailto:ops@shop.example", exp: expect.any(Number) });
  expect(claims.exp).toBeGreaterThan(nowMs / 1000 + 3600);
  expect(claims.exp).toBeLessThanOrEqual(nowMs / 1000 + 24 * 3600);
});

test("a token is signed once and reused for hours, but never near its end", () => {
  const tokens = new VapidTokens();
  const identity = newIdentity();
  const first = tokens.authorization(identity, origin, nowMs);

  expect(tokens.authorization(identity, origin, nowMs + 6 * hourMs)).toBe(first);
  for (const hours of [11.5, 12, 100]) {
    const at = nowMs + hours * hourMs;
    const { claims } = read(tokens.authorization(identity, origin, at));
    expect(claims.exp * 1000 - at).toBeGreaterThan(hourMs / 2);
  }
});

test("every push service and every key pair has a token of its own", () => {
  const tokens = new VapidTokens();
  const [one, other] = [newIdentity(), newIdentity()];
  const all = [one, other].flatMap((identity) =>
    [origin, "https://fcm.googleapis.com"].map((service) => tokens.authorization(identity, service, nowMs)),
  );
  expect(new Set(all).size).toBe(4);
});

test("many messages refused at once lead to one fresh token", () => {
  const tokens = new VapidTokens();
  const identity = newIdentity();
  const refused = tokens.authorization(identity, origin, nowMs);

  const fresh = tokens.refresh(identity, origin, nowMs, refused);

  expect(fresh).not.toBe(refused);
  expect(tokens.refresh(identity, origin, nowMs, refused)).toBe(fresh);
  expect(tokens.authorization(identity, origin, nowMs)).toBe(fresh);
});

test.each([
  ["another pair's private key", { privateKey: generateVapidKeys().privateKey }],
  ["no private key", { privateKey: "" }],
  ["a short private key", { privateKey: "AAAA" }],
  ["no public key", { publicKey: "" }],
])("a key pair with %s is found out before anything is sent", (_name, wrong) => {
  const identity = { ...newIdentity(), ...wrong };
  expect(() => new VapidTokens().authorization(identity, origin, nowMs)).toThrow(InvalidVapidKey);
});

test("generated keys have the sizes that browsers take", () => {
  const { publicKey, privateKey } = generateVapidKeys();
  expect(Buffer.from(publicKey, "base64url")).toHaveLength(65);
  expect(Buffer.from(privateKey, "base64url")).toHaveLength(32);
});

describe("the subject", () => {
  test.each(["mailto:ops@shop.example", "https://shop.example", "https://shop.example/contact", " mailto:a.b@c.de "])(
    "%s is accepted",
    (subject) => expect(checkVapidSubject(subject)).toBe(subject.trim()),
  );

  test.each([
    "",
    "localhost",
    "ops@shop.example",
    "mailto:",
    "mailto:ops",
    "mailto:ops@localhost",
    "mailto:<ops@shop.example>",
    "mailto: ops@shop.example",
    "http://shop.example",
    "https://localhost",
    "https://localhost:3000/x",
    "https://app.localhost",
    "https://127.0.0.1",
    "https://[::1]",
    "https://shop",
    "javascript:alert(1)",
  ])("%s is refused, with the field named", (subject) => {
    expect(() => checkVapidSubject(subject)).toThrow(
      expect.objectContaining({ fields: { "settings.vapidSubject": [expect.any(String)] } }),
    );
  });
});

function newIdentity() {
  return { id: crypto.randomUUID(), subject: "mailto:ops@shop.example", ...generateVapidKeys() };
}

/** Reads an Authorization header as a push service would. */
function read(authorization: string) {
  const match = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization);
  const [, header = "", claims = "", signature = "", publicKey = ""] = match ?? [];
  const isValid = verify(
    "sha256",
    Buffer.from(`${header}.${claims}`),
    { key: keyOf(publicKey), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isValid) throw new Error("bad signature");
  return { header: decode(header), claims: decode(claims) };
}

function decode(part: string) {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}

function keyOf(publicKey: string): KeyObject {
  const point = Buffer.from(publicKey, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: point.toString("base64url", 1, 33), y: point.toString("base64url", 33) };
  return createPublicKey({ key: jwk, format: "jwk" });
}
