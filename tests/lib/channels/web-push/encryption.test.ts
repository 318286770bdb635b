import { createECDH, createPrivateKey, createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkKeys, encrypt, InvalidKeys, maxPayloadBytes } from "#lib/channels/web-push/encryption.ts";
import { decryptPush, newBrowserSubscription } from "#tests/support/browser-subscription.ts";

const endpoint = "https://updates.push.services.mozilla.com/wpush/v2/abc";

/** RFC 8291 appendix A. */
const vector = {
  plaintext: "When I grow up, I want to be a watermelon",
  senderPublicKey: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
  senderPrivateKey: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  receiverPrivateKey: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  body:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_" +
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

test("the vector of RFC 8291 comes out to the byte", () => {
  const body = encrypt(Buffer.from(vector.plaintext), vector, {
    salt: Buffer.from(vector.salt, "base64url"),
    sender: keyPair(vector.senderPublicKey, vector.senderPrivateKey),
  });

  expect(body.toString("base64url")).toBe(vector.body);
  const secrets = {
    privateKey: Buffer.from(vector.receiverPrivateKey, "base64url"),
    auth: Buffer.from(vector.auth, "base64url"),
  };
  expect(decryptPush(body, secrets).toString()).toBe(vector.plaintext);
});

test("every message has a salt and a key pair of its own", () => {
  const { subscription } = newBrowserSubscription(endpoint);
  const bodies = Array.from({ length: 50 }, () => encrypt(Buffer.from("same"), subscription.keys));
  expect(new Set(bodies.map((body) => body.toString("hex", 0, 16))).size).toBe(50);
  expect(new Set(bodies.map((body) => body.toString("hex", 21, 86))).size).toBe(50);
});

test("whatever is encrypted, another implementation reads back", () => {
  for (let round = 0; round < 300; round += 1) {
    const browser = newBrowserSubscription(endpoint);
    const plaintext = randomBytes((round * 2654435761) % (maxPayloadBytes + 1));
    const body = encrypt(plaintext, browser.subscription.keys);
    expect(decryptPush(body, browser).equals(plaintext)).toBe(true);
  }
});

test("3,993 bytes fill the one record of 4,096, and 3,994 are refused with the count", () => {
  const browser = newBrowserSubscription(endpoint);
  const body = encrypt(Buffer.alloc(maxPayloadBytes, 65), browser.subscription.keys);
  expect(body).toHaveLength(4096);
  expect(decryptPush(body, browser)).toHaveLength(maxPayloadBytes);
  expect(() => encrypt(Buffer.alloc(maxPayloadBytes + 1), browser.subscription.keys)).toThrow("3994 of 3993");
});

test("keys in padded base64, as some exports have them, are read too", () => {
  const browser = newBrowserSubscription(endpoint);
  const { p256dh, auth } = browser.subscription.keys;
  const keys = {
    p256dh: Buffer.from(p256dh, "base64url").toString("base64"),
    auth: Buffer.from(auth, "base64url").toString("base64"),
  };
  expect(decryptPush(encrypt(Buffer.from("hello"), keys), browser).toString()).toBe("hello");
});

describe("keys that nothing can be encrypted to are refused, with the field named", () => {
  const good = newBrowserSubscription(endpoint).subscription.keys;
  const point = Buffer.from(good.p256dh, "base64url");
  const offCurve = Buffer.from(point);
  offCurve.writeUInt8(offCurve.readUInt8(64) ^ 1, 64);
  const compressed = createECDH("prime256v1").generateKeys("base64url", "compressed");
  const hybrid = Buffer.from(point);
  hybrid.writeUInt8(6 + (hybrid.readUInt8(64) & 1), 0);

  const badKeys: [string, unknown][] = [
    ["a point off the curve", offCurve.toString("base64url")],
    ["zeroes", Buffer.concat([Buffer.from([4]), Buffer.alloc(64)]).toString("base64url")],
    ["coordinates beyond the field", Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 255)]).toString("base64url")],
    ["33 bytes, compressed", compressed],
    ["a hybrid point", hybrid.toString("base64url")],
    ["64 bytes", point.subarray(1).toString("base64url")],
    ["66 bytes", Buffer.concat([point, Buffer.alloc(1)]).toString("base64url")],
    ["nothing", ""],
    ["NUL", "\0".repeat(87)],
    ["NUL inside a good key", `${good.p256dh.slice(0, 40)}\0${good.p256dh.slice(40)}`],
    ["null", null],
    ["undefined", undefined],
    ["an object", { length: 87 }],
  ];

  test.each(badKeys)("p256dh: %s", (_name, p256dh) => {
    const keys = { auth: good.auth, p256dh: asStored(p256dh) };
    expect(() => encrypt(Buffer.from("x"), keys)).toThrow(InvalidKeys);
    expect(() => checkKeys(keys)).toThrow(
      expect.objectContaining({
        code: "validation_error",
        fields: { "subscription.keys.p256dh": [expect.any(String)] },
      }),
    );
  });

  test.each([15, 17, 0])("auth of %i bytes", (bytes) => {
    const keys = { p256dh: good.p256dh, auth: randomBytes(bytes).toString("base64url") };
    expect(() => encrypt(Buffer.from("x"), keys)).toThrow(InvalidKeys);
    expect(() => checkKeys(keys)).toThrow(
      expect.objectContaining({ fields: { "subscription.keys.auth": [expect.any(String)] } }),
    );
  });

  test("good keys pass", () => {
    expect(() => checkKeys(good)).not.toThrow();
  });
});

/** A row may hold what its type rules out. */
function asStored(value: unknown): string {
  return value as string;
}

function keyPair(publicKey: string, privateKey: string): { publicKey: KeyObject; privateKey: KeyObject } {
  const point = Buffer.from(publicKey, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: point.toString("base64url", 1, 33), y: point.toString("base64url", 33) };
  return {
    publicKey: createPublicKey({ key: jwk, format: "jwk" }),
    privateKey: createPrivateKey({ key: { ...jwk, d: privateKey }, format: "jwk" }),
  };
}
