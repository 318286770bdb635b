import { describe, expect, test } from "vitest";
import { checkPushEndpoint, readPushEndpoint } from "#lib/egress/push-endpoint.ts";

const settings = { extraPushHosts: [], allow: [] };

describe("an endpoint of a known push service is accepted", () => {
  test.each([
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://FCM.googleapis.com:443/wp/abc",
    "https://android.googleapis.com/gcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://autopush.prod.push.services.mozilla.com/wpush/v2/abc",
    "https://web.push.apple.com/QGuQyavXutnMH",
    "https://wns2-par02p.notify.windows.com/w/?token=abc",
  ])("%s", (endpoint) => {
    expect(checkPushEndpoint(endpoint, settings).href).toBe(new URL(endpoint).href);
  });
});

describe("anything else is refused, with the field named", () => {
  test.each([
    "",
    "no url",
    "http://fcm.googleapis.com/fcm/send/abc",
    "ftp://fcm.googleapis.com/abc",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com/",
    "https://fcm.googleapis.com:8443/fcm/send/abc",
    "https://user@fcm.googleapis.com/abc",
    "https://user:password@fcm.googleapis.com/abc",
    "https://fcm.googleapis.com@evil.example/abc",
    "https://fcm.googleapis.com.evil.com/abc",
    "https://fcm.googleapis.com./abc",
    "https://evilfcm.googleapis.com/abc",
    "https://push.apple.com/abc",
    "https://evilpush.apple.com/abc",
    "https://notify.windows.com/abc",
    "https://127.0.0.1:8443/x",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:a9fe:a9fe]/x",
    "https://localhost/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://2130706433/x",
    `https://fcm.googleapis.com/${"a".repeat(2048 - 26)}`,
  ])("%s", (endpoint) => {
    expect(() => checkPushEndpoint(endpoint, settings)).toThrow(
      expect.objectContaining({ code: "validation_error", fields: { "subscription.endpoint": [expect.any(String)] } }),
    );
  });
});

test("2,048 characters are not too many", () => {
  const endpoint = `https://fcm.googleapis.com/${"a".repeat(2048 - 27)}`;
  expect(endpoint).toHaveLength(2048);
  expect(checkPushEndpoint(endpoint, settings).href).toBe(endpoint);
});

test("a fragment is dropped, so that two spellings are one subscription", () => {
  expect(checkPushEndpoint("https://fcm.googleapis.com/abc#x", settings).href).toBe("https://fcm.googleapis.com/abc");
});

test("the operator's own hosts may have a private address and another port, but only that port", () => {
  const own = { extraPushHosts: ["localhost:9443", "push.internal", "[::1]:9000"], allow: [] };
  const accepted = ["https://localhost:9443/p/1", "https://push.internal/p/1", "https://[::1]:9000/p/1"];
  const refused = ["https://localhost:9444/p/1", "https://localhost/p/1", "https://push.internal:9443/p/1"];

  for (const endpoint of accepted)
    expect(readPushEndpoint(endpoint, own)).toMatchObject({ kind: "allowed", isExtraHost: true });
  for (const endpoint of refused) expect(readPushEndpoint(endpoint, own).kind).toBe("not_allowed");
  expect(readPushEndpoint("http://localhost:9443/p/1", own).kind).toBe("malformed");
});
