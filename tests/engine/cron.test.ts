import { expect, test } from "vitest";
import { nextFiring, parseCron } from "#inngest/local/cron.ts";
import { parseDuration, parseInstant, seededUlid, ulid } from "#inngest/local/time.ts";

/** The next firings after an instant, as ISO times without seconds. */
function firings(line: string, after: string, count: number): string[] {
  const cron = parseCron(line);
  const found: string[] = [];
  for (let at = Date.parse(after); found.length < count; ) {
    const next = nextFiring(cron, at);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    at = next;
  }
  return found;
}

test.each([
  ["*/20 * * * *", "2026-03-01T10:05:30Z", ["2026-03-01T10:20", "2026-03-01T10:40", "2026-03-01T11:00"]],
  ["0 9 * * 1-5", "2026-01-02T09:00:00Z", ["2026-01-05T09:00", "2026-01-06T09:00"]],
  ["30 6 1,15 * *", "2026-01-15T07:00:00Z", ["2026-02-01T06:30", "2026-02-15T06:30"]],
  ["0 0 29 2 *", "2026-01-01T00:00:00Z", ["2028-02-29T00:00"]],
  [
    "0 0 13 * 5",
    "2026-02-13T00:00:00Z",
    ["2026-02-20T00:00", "2026-02-27T00:00", "2026-03-06T00:00", "2026-03-13T00:00"],
  ],
  ["0 12 * JAN SUN", "2026-01-30T00:00:00Z", ["2027-01-03T12:00"]],
  ["5-59/25 23 31 12 *", "2026-06-01T00:00:00Z", ["2026-12-31T23:05", "2026-12-31T23:30", "2026-12-31T23:55"]],
  ["TZ=Asia/Kathmandu 0 9 * * *", "2026-01-01T00:00:00Z", ["2026-01-01T03:15", "2026-01-02T03:15"]],
  ["CRON_TZ=America/New_York 0 0 * * *", "2026-07-01T05:00:00Z", ["2026-07-02T04:00"]],
])("%s after %s", (line, after, expected) => {
  expect(firings(line, after, expected.length)).toEqual(expected);
});

test("a daily time keeps its wall time when the clock changes", () => {
  expect(firings("TZ=Europe/Paris 0 9 * * *", "2026-03-28T00:00:00Z", 3)).toEqual([
    "2026-03-28T08:00",
    "2026-03-29T07:00",
    "2026-03-30T07:00",
  ]);
});

test("a wall time that a clock change skips does not fire", () => {
  expect(firings("TZ=Europe/Paris 30 2 * * *", "2026-03-28T00:00:00Z", 2)).toEqual([
    "2026-03-28T01:30",
    "2026-03-30T00:30",
  ]);
  // Lord Howe skips half an hour: 02:00 to 02:30.
  expect(firings("TZ=Australia/Lord_Howe 15 2 * * *", "2026-10-02T20:00:00Z", 1)).toEqual(["2026-10-04T15:15"]);
});

test("a wall time that a clock change repeats fires once; every minute goes on by elapsed time", () => {
  expect(firings("TZ=Europe/Paris 30 2 * * *", "2026-10-24T12:00:00Z", 2)).toEqual([
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
  expect(firings("TZ=Europe/Paris 30 * * * *", "2026-10-24T23:45:00Z", 3)).toEqual([
    "2026-10-25T00:30",
    "2026-10-25T01:30",
    "2026-10-25T02:30",
  ]);
  expect(firings("TZ=Australia/Lord_Howe 45 1 * * *", "2026-04-04T00:00:00Z", 2)).toEqual([
    "2026-04-04T14:45",
    "2026-04-05T15:15",
  ]);
});

test("a date that never comes has no firing", () => {
  expect(firings("0 0 31 2 *", "2026-01-01T00:00:00Z", 1)).toEqual([]);
});

test.each([
  "@hourly",
  "@every 5m",
  "* * * * * *",
  "* * * *",
  "* * * * 7",
  "* * L * *",
  "* * 15W * *",
  "* * * * 5#2",
  "60 * * * *",
  "* 24 * * *",
  "* * 0 * *",
  "* * * 13 *",
  "5-1 * * * *",
  "*/0 * * * *",
  "a * * * *",
  "TZ=Mars/Olympus * * * * *",
  "",
])("the cron line %s is refused", (line) => {
  expect(() => parseCron(line)).toThrow();
});

test("durations and instants are read as the SDK writes them", () => {
  expect([parseDuration("1m30s"), parseDuration("2w"), parseDuration("500ms"), parseDuration("")]).toEqual([
    90_000, 1_209_600_000, 500, 0,
  ]);
  expect([parseDuration("soon"), parseDuration("1"), parseInstant("2026"), parseInstant("soon")]).toEqual(
    Array(4).fill(undefined),
  );
  expect(parseInstant("2026-01-02T03:04:05.000Z")?.getTime()).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(parseInstant("2s", 1_000)?.getTime()).toBe(3_000);
});

test("ids sort in the order they are made, and a repeated request makes the same ones", () => {
  const ids = Array.from({ length: 500 }, () => ulid());
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(500);
  expect(ids[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  const seeded = [0, 1, 2].map((index) => seededUlid(1_700_000_000_000, "c2VlZA==", index));
  expect(seeded).toEqual([0, 1, 2].map((index) => seededUlid(1_700_000_000_000, "c2VlZA==", index)));
  expect(seeded.toSorted()).toEqual(seeded);
  expect(seededUlid(1_700_000_000_000, "b3RoZXI=", 0)).not.toBe(seeded[0]);
});
