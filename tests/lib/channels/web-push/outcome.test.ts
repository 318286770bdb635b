import { describe, expect, test } from "vitest";
import { maxAttempts, outcomeOf, type Reply, webPushReasons } from "#lib/channels/web-push/outcome.ts";

const now = new Date("2026-03-01T12:00:00Z");
const dayLater = new Date("2026-03-02T12:00:00Z");
const fresh = { attempts: 0, expiresAt: dayLater };
const longest = { now, random: () => 0.999999 };
const shortest = { now, random: () => 0 };

describe("what is final", () => {
  test.each([
    [200, { kind: "sent" }],
    [201, { kind: "sent" }],
    [202, { kind: "sent" }],
    [204, { kind: "sent" }],
    [301, { kind: "rejected", reason: "redirected" }],
    [302, { kind: "rejected", reason: "redirected" }],
    [307, { kind: "rejected", reason: "redirected" }],
    [400, { kind: "rejected", reason: "bad_request" }],
    [401, { kind: "rejected", reason: "vapid_rejected" }],
    [403, { kind: "rejected", reason: "vapid_rejected" }],
    [404, { kind: "gone", reason: "gone" }],
    [410, { kind: "gone", reason: "gone" }],
    [413, { kind: "rejected", reason: "payload_too_large" }],
    [402, { kind: "rejected", reason: "unexpected_status" }],
    [405, { kind: "rejected", reason: "unexpected_status" }],
    [418, { kind: "rejected", reason: "unexpected_status" }],
    [0, { kind: "rejected", reason: "unexpected_status" }],
    [600, { kind: "rejected", reason: "unexpected_status" }],
    [999, { kind: "rejected", reason: "unexpected_status" }],
  ])("%i", (status, outcome) => {
    expect(outcomeOf(answered(status), fresh, longest)).toEqual(outcome);
    expect(outcomeOf(answered(status), { attempts: 5, expiresAt: now }, longest)).toEqual(outcome);
  });
});

describe("what may pass is tried again, later each time and with full jitter", () => {
  const passing: [Reply, string][] = [
    [answered(408), "request_timeout"],
    [answered(500), "server_error"],
    [answered(502), "server_error"],
    [answered(503), "server_error"],
    [answered(599), "server_error"],
    [{ kind: "failed", reason: "connect_failed" }, "connect_failed"],
    [{ kind: "failed", reason: "network_error" }, "network_error"],
    [{ kind: "failed", reason: "timed_out" }, "timed_out"],
  ];

  test.each(passing)("%j", (reply, reason) => {
    const upTo = [2, 10, 60, 300, 1800];
    for (const [attempts, seconds] of upTo.entries()) {
      const message = { attempts, expiresAt: dayLater };
      expect(outcomeOf(reply, message, shortest)).toEqual({ kind: "retryAt", at: now, reason, counts: true });
      expect(waitOf(outcomeOf(reply, message, longest))).toBeCloseTo(seconds, 1);
      expect(waitOf(outcomeOf(reply, message, { now, random: () => 0.5 }))).toBeCloseTo(seconds / 2, 1);
    }
  });

  test("six attempts are all", () => {
    expect(maxAttempts).toBe(6);
    for (const [reply] of passing) {
      for (const attempts of [5, 6, 100]) {
        expect(outcomeOf(reply, { attempts, expiresAt: dayLater }, longest)).toEqual({
          kind: "rejected",
          reason: "retries_exhausted",
        });
      }
    }
  });

  test("nothing is tried after its time is over", () => {
    const expiresAt = new Date(now.getTime() + 1_000);
    for (const [reply] of passing) {
      expect(outcomeOf(reply, { attempts: 0, expiresAt }, longest)).toEqual({ kind: "rejected", reason: "ttl" });
      expect(outcomeOf(reply, { attempts: 0, expiresAt }, shortest).kind).toBe("retryAt");
    }
  });

  test("a 503 that names a time is not tried before it", () => {
    expect(waitOf(outcomeOf(answered(503, "120"), fresh, shortest))).toBe(120);
    expect(waitOf(outcomeOf(answered(503, "1"), { ...fresh, attempts: 4 }, longest))).toBeCloseTo(1800, 1);
  });
});

describe("a 429 waits as long as it says, an hour at most, and burns no attempt", () => {
  test.each([
    ["120", 120],
    ["1", 1],
    ["3600", 3600],
    ["3601", 3600],
    ["99999999999999999999", 3600],
    ["0", 1],
    ["Sun, 01 Mar 2026 12:05:00 GMT", 300],
    ["Sunday, 01-Mar-26 12:05:00 GMT", 300],
    ["Sun, 01 Mar 2026 18:00:00 GMT", 3600],
    ["Sun, 01 Mar 2020 12:00:00 GMT", 1],
    [undefined, 60],
    ["", 60],
    ["-5", 60],
    ["1.5", 60],
    ["soon", 60],
    ["NaN", 60],
    ["12 monkeys", 60],
  ])("Retry-After: %s", (retryAfter, seconds) => {
    const outcome = outcomeOf(answered(429, retryAfter), { ...fresh, attempts: 5 }, longest);
    expect(outcome).toMatchObject({ kind: "retryAt", reason: "rate_limited", counts: false });
    expect(waitOf(outcome)).toBe(seconds);
  });

  test("unless the message's time is over by then", () => {
    const expiresAt = new Date(now.getTime() + 59_000);
    expect(outcomeOf(answered(429), { attempts: 0, expiresAt }, longest)).toEqual({ kind: "rejected", reason: "ttl" });
  });
});

test("what the service did not look at goes again within a second and burns no attempt", () => {
  const outcome = outcomeOf({ kind: "not_processed" }, { ...fresh, attempts: 5 }, longest);
  expect(outcome).toMatchObject({ kind: "retryAt", reason: "not_processed", counts: false });
  expect(waitOf(outcome)).toBeLessThanOrEqual(1);
});

test("every reason is its own name in lower_snake_case", () => {
  for (const [name, code] of Object.entries(webPushReasons)) {
    expect(code).toBe(name);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  }
});

function answered(status: number, retryAfter?: string): Reply {
  return { kind: "answered", status, retryAfter };
}

/** Seconds from now. */
function waitOf(outcome: ReturnType<typeof outcomeOf>): number {
  if (outcome.kind !== "retryAt") throw new Error(`not a retry: ${JSON.stringify(outcome)}`);
  return (outcome.at.getTime() - now.getTime()) / 1000;
}
