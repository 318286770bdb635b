import { describe, expect, test } from "vitest";
import { instantOfWallTime, readWallTime, wallTimeOf } from "#lib/wall-time.ts";

describe("a wall time in a zone", () => {
  test.each([
    ["an ordinary one", "2027-01-31T09:00", "Europe/Berlin", "2027-01-31T08:00:00.000Z"],
    ["in summer", "2027-07-01T09:00", "Europe/Berlin", "2027-07-01T07:00:00.000Z"],
    ["with a zone of quarter hours", "2027-01-31T09:00", "Asia/Kathmandu", "2027-01-31T03:15:00.000Z"],
    ["across the date line", "2027-01-31T09:00", "Pacific/Kiritimati", "2027-01-30T19:00:00.000Z"],
    [
      "that does not exist: read with the offset before the gap",
      "2027-03-28T02:30",
      "Europe/Berlin",
      "2027-03-28T01:30:00.000Z",
    ],
    ["that exists twice: the first", "2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00.000Z"],
    ["in a gap of half an hour", "2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-02T15:45:00.000Z"],
  ])("%s", (_, wall, zone, instant) => {
    expect(instantOfWallTime(wall, zone)?.toISOString()).toBe(instant);
  });

  test("what is no wall time is none", () => {
    for (const text of ["", "2027-01-31", "2027-13-01T00:00", "now"]) expect(instantOfWallTime(text, "UTC")).toBeNull();
  });

  test("comes back from its instant", () => {
    for (const zone of ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"])
      for (const wall of ["2027-01-31T09:00", "2027-07-01T23:59", "2028-02-29T00:00"]) {
        const at = instantOfWallTime(wall, zone);
        expect(at && wallTimeOf(at, zone)).toBe(wall);
      }
  });

  test.each([
    ["of an hour", "2027-03-28T02:30", "Europe/Berlin", "2027-03-28T02:00", "2027-03-28T03:00"],
    ["at its first minute", "2027-03-28T02:00", "Europe/Berlin", "2027-03-28T02:00", "2027-03-28T03:00"],
    ["at its last minute", "2027-03-28T02:59", "Europe/Berlin", "2027-03-28T02:00", "2027-03-28T03:00"],
    ["of half an hour", "2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-03T02:00", "2027-10-03T02:30"],
    ["west of Greenwich", "2027-03-14T02:30", "America/New_York", "2027-03-14T02:00", "2027-03-14T03:00"],
  ])("typed into a gap %s names the next that exists", (_, wall, zone, from, next) => {
    expect(readWallTime(wall, zone)).toEqual({ kind: "gap", from, next });
  });

  test("typed into an hour that comes twice is the first, and knows the second", () => {
    expect(readWallTime("2027-10-31T02:30", "Europe/Berlin")).toEqual({
      kind: "overlap",
      at: new Date("2027-10-31T00:30:00Z"),
      second: new Date("2027-10-31T01:30:00Z"),
    });
    expect(readWallTime("soon", "UTC")).toBeNull();
  });
});
