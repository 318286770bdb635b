import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hmac } from "#lib/hmac.ts";

test("is HMAC-SHA-256 for keys and messages of every length, in one part or in several", () => {
  for (const keyBytes of [0, 1, 16, 32, 63, 64, 65, 200])
    for (const messageBytes of [0, 1, 55, 56, 64, 255, 256, 257, 5_000]) {
      const [key, message] = [randomBytes(keyBytes), randomBytes(messageBytes)];
      const half = Math.floor(messageBytes / 2);
      const expected = createHmac("sha256", key).update(message).digest();
      expect(hmac(key, message)).toEqual(expected);
      expect(hmac(key, message.subarray(0, half), message.subarray(half))).toEqual(expected);
    }
});
