import { afterAll, expect, test } from "vitest";
import { closeDatabase, query } from "#lib/db.ts";
import { afterQuietHours } from "#lib/quiet-hours.ts";
import { instantOfWallTime } from "#lib/wall-time.ts";

afterAll(closeDatabase);

const night = { from: "22:00", to: "08:00" };

test("quiet hours over midnight shift to their end by the person's clock, and the end itself is not quiet", () => {
  const at = (wall: string) => instantOfWallTime(wall, "Asia/Kathmandu") ?? new Date(0);
  const shifted = (wall: string) => afterQuietHours(at(wall), "Asia/Kathmandu", night);
  expect(shifted("2027-03-01T21:59")).toEqual(at("2027-03-01T21:59"));
  expect(shifted("2027-03-01T22:00")).toEqual(at("2027-03-02T08:00"));
  expect(shifted("2027-03-02T07:59")).toEqual(at("2027-03-02T08:00"));
  expect(shifted("2027-03-02T08:00")).toEqual(at("2027-03-02T08:00"));
});

test("a person's own hours come on top of the site's, and hours that leave no time of the day do not hold for ever", () => {
  const at = (wall: string) => instantOfWallTime(wall, "UTC") ?? new Date(0);
  expect(afterQuietHours(at("2027-03-01T23:00"), "UTC", night, { from: "07:00", to: "10:30" })).toEqual(
    at("2027-03-02T10:30"),
  );
  const always = afterQuietHours(at("2027-03-01T23:00"), "UTC", night, { from: "08:00", to: "22:00" });
  expect(always.getTime()).toBeGreaterThan(0);
});

/** Zones on whose clocks all tables agree, with a gap or an overlap near these days, odd offsets and both hemispheres. */
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Europe/Dublin",
  "Africa/Cairo",
  "Pacific/Apia",
  "America/Santiago",
  "Pacific/Kiritimati",
];
const days = ["2027-03-14", "2027-03-28", "2027-04-04", "2027-10-03", "2027-10-31", "2027-11-07", "2028-02-29"];
const times = ["00:00", "00:30", "01:30", "01:59", "02:00", "02:15", "02:30", "03:00", "03:30", "09:00", "23:59"];

test("the database reads every wall time, also in DST gaps and overlaps, as the product does", async () => {
  const cases = zones.flatMap((zone) => days.flatMap((day) => times.map((time) => ({ zone, wall: `${day}T${time}` }))));
  const rows = await query<{ at: Date }>(
    "SELECT instant_of_wall_time(wall, zone) AS at FROM unnest($1::timestamp[], $2::text[]) WITH ORDINALITY AS each (wall, zone, n) ORDER BY n",
    [cases.map(({ wall }) => wall), cases.map(({ zone }) => zone)],
  );
  const differing = cases.filter(
    ({ zone, wall }, index) => rows[index]?.at.getTime() !== instantOfWallTime(wall, zone)?.getTime(),
  );
  expect(differing).toEqual([]);
});

test("the database shifts every instant out of quiet hours as the product does", async () => {
  const windows = [
    night,
    { from: "01:00", to: "02:30" },
    { from: "12:00", to: "13:00" },
    { from: "02:15", to: "02:00" },
  ];
  const cases = zones.flatMap((zone) =>
    days.flatMap((day) =>
      [0, 1, 2, 5, 6, 7, 12, 15, 16, 21].map((hour, index) => ({
        zone,
        at: new Date(`${day}T${String(hour).padStart(2, "0")}:${index % 2 ? "30" : "15"}:00Z`),
        quiet: windows[index % windows.length] ?? night,
        own: index % 3 === 0 ? { from: "06:00", to: "09:15" } : null,
      })),
    ),
  );
  const rows = await query<{ at: Date }>(
    `SELECT after_quiet_hours(at, zone, quiet, own) AS at
       FROM unnest($1::timestamptz[], $2::text[], $3::jsonb[], $4::jsonb[]) WITH ORDINALITY AS each (at, zone, quiet, own, n) ORDER BY n`,
    [
      cases.map(({ at }) => at),
      cases.map(({ zone }) => zone),
      cases.map(({ quiet }) => JSON.stringify(quiet)),
      cases.map(({ own }) => own && JSON.stringify(own)),
    ],
  );
  const differing = cases.filter(
    ({ zone, at, quiet, own }, index) => rows[index]?.at.getTime() !== afterQuietHours(at, zone, quiet, own).getTime(),
  );
  expect(differing).toEqual([]);
});

test("a zone that the database does not know gives way to the site's", async () => {
  const [row] = await query<{ odd: string; none: string; own: string }>(
    `SELECT known_zone('Mars/Phobos', 'Europe/Berlin') AS odd, known_zone(NULL, 'Europe/Berlin') AS none,
            known_zone('Asia/Tokyo', 'Europe/Berlin') AS own`,
  );
  expect(row).toEqual({ odd: "Europe/Berlin", none: "Europe/Berlin", own: "Asia/Tokyo" });
});
