import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { firingsAfter } from "#lib/recurrence/firings.ts";
import { scheduleOf } from "#lib/recurrence/schedule.ts";
import { dateutilFirings, needDateutil } from "#tests/support/dateutil.ts";

/** Rule, start and zone; twenty firings of each are compared. */
const cases: [rrule: string, start: string, zone: string][] = [
  // The clocks skip 02:30 in March.
  ["FREQ=DAILY", "2027-03-20T02:30:00", "Europe/Berlin"],
  ["FREQ=WEEKLY;BYDAY=SU", "2027-01-03T02:15:00", "America/New_York"],
  ["FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30", "2027-03-26T00:00:00", "Europe/Berlin"],
  // They show 02:30 twice in October, 01:30 in November.
  ["FREQ=DAILY", "2027-10-20T02:30:00", "Europe/Berlin"],
  ["FREQ=DAILY", "2027-11-01T01:30:00", "America/New_York"],
  // Half an hour forward and back.
  ["FREQ=DAILY", "2027-09-25T02:15:00", "Australia/Lord_Howe"],
  ["FREQ=DAILY", "2027-03-25T01:45:00", "Australia/Lord_Howe"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU", "2027-02-01T18:45:00", "Asia/Kathmandu"],
  // Where winter is the exception.
  ["FREQ=DAILY;INTERVAL=3", "2027-03-10T01:30:00", "Europe/Dublin"],
  ["FREQ=DAILY", "2027-10-22T01:30:00", "Europe/Dublin"],
  // Days that not every year or month has.
  ["FREQ=YEARLY", "2024-02-29T09:00:00", "Europe/Paris"],
  ["FREQ=MONTHLY", "2026-01-31T09:00:00", "America/Sao_Paulo"],
  ["FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T23:59:00", "Asia/Tokyo"],
  ["FREQ=MONTHLY;BYMONTHDAY=29,30,31", "2026-01-29T08:00:00", "Africa/Casablanca"],
  ["FREQ=MONTHLY;BYDAY=2TU", "2026-11-01T10:00:00", "America/Los_Angeles"],
  ["FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2", "2026-11-01T10:00:00", "America/St_Johns"],
  ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-01T17:00:00", "Europe/London"],
  ["FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01T07:00:00", "America/Chicago"],
  ["FREQ=YEARLY;BYDAY=20MO", "2026-01-01T07:00:00", "Asia/Tehran"],
  ["FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,FR", "2026-01-01T06:00:00", "Europe/Oslo"],
  ["FREQ=YEARLY;BYYEARDAY=1,100,-1,366", "2026-01-01T06:00:00", "Pacific/Chatham"],
  ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO,TH", "2024-01-01T06:00:00", "Pacific/Auckland"],
  ["FREQ=DAILY;BYMONTH=3,4;BYDAY=SA,SU", "2027-01-01T02:00:00", "Asia/Jerusalem"],
  ["FREQ=WEEKLY;BYDAY=TU,SA;BYHOUR=6,18;BYMINUTE=5", "2027-01-01T06:05:00", "America/Asuncion"],
  ["FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;WKST=SU", "2026-11-08T12:00:00", "Africa/Cairo"],
  ["FREQ=DAILY;COUNT=15", "2027-03-20T02:30:00", "Europe/Berlin"],
  ["FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "2026-01-01T00:00:00", "Asia/Kolkata"],
  ["FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "2024-11-05T09:00:00", "America/New_York"],
];

/** HOURLY steps in elapsed time: the other implementation counts in UTC. */
const hourlyCases: typeof cases = [
  ["FREQ=HOURLY", "2027-03-27T20:15:00", "Europe/Berlin"],
  ["FREQ=HOURLY;INTERVAL=5", "2027-10-30T20:15:00", "Australia/Lord_Howe"],
  ["FREQ=HOURLY;INTERVAL=2", "2027-10-30T22:00:00", "Europe/Dublin"],
];
const count = 20;

/** The zone's offset at an instant, ms, as Node's tables have it. */
function offsetAt(at: number, timeZone: string): number {
  const name = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign, hours = "0", minutes = "0"] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Twice: the first. Never: by the clock from before the gap. */
function instantOf(wallText: string, timeZone: string): number {
  const wall = Date.parse(`${wallText}Z`);
  const around = [-24, -12, 0, 12, 24].map((hours) => offsetAt(wall + hours * 3_600_000, timeZone));
  const real = around.map((offset) => wall - offset).filter((at) => at + offsetAt(at, timeZone) === wall);
  return real.length > 0 ? Math.min(...real) : wall - offsetAt(wall - 24 * 3_600_000, timeZone);
}

let expected: Date[][];
beforeAll(() => {
  needDateutil();
  const asked = [
    ...cases.map(([rrule, start]) => ({ rrule, start, count: 2 * count })),
    ...hourlyCases.map(([rrule, start, zone]) => ({
      rrule,
      start: new Date(instantOf(start, zone)).toISOString().slice(0, 19),
      count,
    })),
  ];
  expected = dateutilFirings(asked).map((walls, index) => {
    const zone = cases[index]?.[2];
    const instants = walls.map((wall) => (zone ? instantOf(wall, zone) : Date.parse(`${wall}Z`)));
    return [...new Set(instants)]
      .sort((a, b) => a - b)
      .slice(0, count)
      .map((at) => new Date(at));
  });
}, 180_000);

const hostZone = process.env.TZ;
afterEach(() => {
  if (hostZone === undefined) delete process.env.TZ;
  else process.env.TZ = hostZone;
});

describe("G16: firings are those of an independent implementation", () => {
  for (const [host, winterMinutes] of [
    ["UTC", 0],
    ["America/New_York", 300],
    ["Pacific/Auckland", -780],
  ] as const)
    test(`on a host in ${host}`, () => {
      process.env.TZ = host;
      expect(new Date("2027-01-15T00:00:00Z").getTimezoneOffset()).toBe(winterMinutes);
      let compared = 0;
      for (const [index, [rrule, startsAt, timezone]] of [...cases, ...hourlyCases].entries()) {
        const schedule = scheduleOf({ rrule, startsAt, timezone });
        const found = firingsAfter(schedule, new Date(0), count).map(({ at }) => at);
        expect(found, `${rrule} from ${startsAt} in ${timezone}`).toEqual(expected[index]);
        compared += found.length;
      }
      expect(compared).toBeGreaterThanOrEqual(400);
    });
});
