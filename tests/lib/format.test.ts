import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatChange,
  formatDuration,
  formatInstant,
  formatPercent,
  formatRelative,
  plural,
  zoneName,
} from "#lib/format.ts";

const now = new Date("2026-03-10T12:00:00Z");
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

test.each([
  [0.3, "now"],
  [-1, "1 minute ago"],
  [-50, "50 minutes ago"],
  [-90, "1 hour ago"],
  [-44, "44 minutes ago"],
  [-60 * 20, "20 hours ago"],
  [-60 * 30, "1 day ago"],
  [60 * 3, "in 3 hours"],
  [60 * 24 * 3, "in 3 days"],
  [-60 * 24 * 20, "2 weeks ago"],
  [-60 * 24 * 400, "1 year ago"],
])("an instant %d minutes away reads as %s", (away, text) => {
  expect(formatRelative(minutes(away), now, "en")).toBe(text);
});

test.each([
  [1, "1 byte"],
  [3993, "3,993 bytes"],
  [1_250_000, "1.3 MB"],
])("%d bytes read as %s", (bytes, text) => {
  expect(formatBytes(bytes, "en")).toBe(text);
});

test.each([
  [0, "0 sec"],
  [40, "40 sec"],
  [3725, "1 hr 2 min"],
  [86_400, "1 day"],
])("%d seconds last %s", (seconds, text) => {
  expect(formatDuration(seconds, "en")).toBe(text);
});

describe("an exact instant", () => {
  const at = new Date("2026-07-01T07:00:00Z");

  test("is told in the zone asked for, and names it", () => {
    const text = formatInstant(at, { locale: "en", timeZone: "Europe/Berlin" });
    expect(text).toContain("9:00");
    expect(text).toContain("GMT+2");
  });

  test("has no time of day when only the day is asked for", () => {
    expect(formatInstant(at, { locale: "en", timeZone: "Asia/Tokyo", precision: "day" })).toBe("Jul 1, 2026");
  });
});

test("a zone is named with its offset at that instant", () => {
  expect(zoneName("Asia/Kathmandu", "en", now)).toBe("Asia/Kathmandu, GMT+5:45");
  expect(zoneName("Europe/Berlin", "en", new Date("2026-07-01T00:00:00Z"))).toBe("Europe/Berlin, GMT+2");
});

test("a zone that does not exist is given back as it is", () => {
  expect(zoneName("Mars/Olympus", "en")).toBe("Mars/Olympus");
});

test("shares and changes follow the language", () => {
  expect(formatPercent(0.1234, "en")).toBe("12.3%");
  expect(formatPercent(0.1234, "de")).toBe("12,3\u00a0%");
  expect(formatChange(0.05, "en")).toBe("+5%");
  expect(formatChange(0, "en")).toBe("0%");
});

test("a count asks for its form in each language", () => {
  expect(plural(1, { one: "a", other: "b" }, "en")).toBe("a");
  expect(plural(3, { few: "c", other: "b" }, "ar")).toBe("c");
  expect(plural(3, { other: "b" }, "ar")).toBe("b");
});
