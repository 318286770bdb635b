import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firingsAfter } from "#lib/recurrence/firings.ts";
import { endOf, type Preset, presetOfRule, ruleOfPreset } from "#lib/recurrence/presets.ts";
import { formatRule, parseRule, RuleError, weekdays } from "#lib/recurrence/rule.ts";
import { scheduleOf, wallText } from "#lib/recurrence/schedule.ts";
import { RecurringTrigger } from "#lib/recurrence/schema.ts";

type Parts = Partial<Omit<RecurringTrigger, "type">>;

function walls(parts: Parts, after: string, limit = 4): string[] {
  const schedule = scheduleOf({
    rrule: "FREQ=DAILY",
    startsAt: "2027-01-01T09:00",
    timezone: "Europe/Berlin",
    ...parts,
  });
  return firingsAfter(schedule, new Date(after), limit).map(
    ({ wall, note }) => wallText(wall) + (note ? ` ${note}` : ""),
  );
}

describe("clocks that change", () => {
  test("a time that does not exist fires once, moved on by the gap", () => {
    expect(walls({ startsAt: "2027-03-27T02:30" }, "2027-03-27T12:00:00Z", 2)).toEqual([
      "2027-03-28T03:30:00 gap",
      "2027-03-29T02:30:00",
    ]);
  });
  test("a time that exists twice fires once, the first time", () => {
    const [first, second] = firingsAfter(
      scheduleOf({ rrule: "FREQ=DAILY", startsAt: "2027-10-31T02:30", timezone: "Europe/Berlin" }),
      new Date("2027-10-30T00:00:00Z"),
      2,
    );
    expect(first).toMatchObject({ at: new Date("2027-10-31T00:30:00Z"), note: "overlap" });
    expect(second).toMatchObject({ at: new Date("2027-11-01T01:30:00Z"), note: null });
  });
  test("nine o'clock stays nine o'clock", () => {
    expect(walls({}, "2027-03-26T12:00:00Z").every((wall) => wall.endsWith("T09:00:00"))).toBe(true);
  });
  test("two firings at one instant are one", () => {
    const parts = { rrule: "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30", startsAt: "2027-03-28T00:00" };
    expect(walls(parts, "2027-03-27T12:00:00Z", 2)).toEqual(["2027-03-28T03:30:00 gap", "2027-03-29T02:30:00"]);
  });
  test("COUNT counts what fired in a gap", () => {
    expect(walls({ rrule: "FREQ=DAILY;COUNT=3", startsAt: "2027-03-27T02:30" }, "2027-01-01T00:00:00Z", 9)).toEqual([
      "2027-03-27T02:30:00",
      "2027-03-28T03:30:00 gap",
      "2027-03-29T02:30:00",
    ]);
  });
  test("HOURLY counts elapsed hours, so the repeated one fires too", () => {
    expect(walls({ rrule: "FREQ=HOURLY", startsAt: "2027-10-31T01:00" }, "2027-10-30T00:00:00Z")).toEqual([
      "2027-10-31T01:00:00",
      "2027-10-31T02:00:00",
      "2027-10-31T02:00:00",
      "2027-10-31T03:00:00",
    ]);
  });
});

describe("where it begins and ends", () => {
  test("the start is a firing only if the rule matches it", () => {
    expect(walls({ rrule: "FREQ=WEEKLY;BYDAY=MO" }, "2026-01-01T00:00:00Z", 1)).toEqual(["2027-01-04T09:00:00"]);
  });
  test("UNTIL is an instant in UTC, and included", () => {
    const until = (time: string) => walls({ rrule: `FREQ=DAILY;UNTIL=20270102T${time}Z` }, "2026-01-01T00:00:00Z", 9);
    expect(until("080000")).toHaveLength(2);
    expect(until("075959")).toHaveLength(1);
  });
  test("COUNT counts from the start, however long ago that was", () => {
    expect(walls({ rrule: "FREQ=DAILY;COUNT=30" }, "2027-01-28T12:00:00Z", 9)).toEqual([
      "2027-01-29T09:00:00",
      "2027-01-30T09:00:00",
    ]);
  });
  test("exception dates, single exceptions and blackouts are left out, and counted", () => {
    const parts = {
      rrule: "FREQ=DAILY;COUNT=8",
      exceptDates: ["2027-01-02", "2027-01-03T09:00", "2027-01-04T10:00"],
      blackouts: [{ from: "2027-01-05", to: "2027-01-06" }],
    };
    expect(walls(parts, "2026-01-01T00:00:00Z", 20).map((wall) => wall.slice(8, 10))).toEqual(["01", "04", "07", "08"]);
  });
});

describe("our grammar is strict", () => {
  const refused: [rule: string, why: RegExp][] = [
    ["", /FREQ|part/],
    ["FREQ=SECONDLY", /HOURLY or slower/],
    ["FREQ=MINUTELY;INTERVAL=5", /HOURLY or slower/],
    ["FREQ=OFTEN", /FREQ must be/],
    ["FREQ=DAILY;INTERVAL=0", /INTERVAL/],
    ["FREQ=DAILY;INTERVAL=-1", /INTERVAL/],
    ["FREQ=DAILY;INTERVAL=1e9", /INTERVAL/],
    ["FREQ=DAILY;INTERVAL=1000000000", /INTERVAL/],
    ["FREQ=DAILY;INTERVAL=1.5", /part of a rule/],
    ["FREQ=DAILY;COUNT=3;UNTIL=20271231T000000Z", /COUNT and UNTIL/],
    ["FREQ=DAILY;COUNT=0", /COUNT/],
    ["FREQ=DAILY;BYHOUR=25", /BYHOUR/],
    ["FREQ=DAILY;BYHOUR=-1", /BYHOUR/],
    ["FREQ=DAILY;BYMINUTE=60", /BYMINUTE/],
    ["FREQ=MONTHLY;BYMONTHDAY=0", /BYMONTHDAY/],
    ["FREQ=MONTHLY;BYMONTHDAY=32", /BYMONTHDAY/],
    ["FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", /BYSETPOS/],
    ["FREQ=MONTHLY;BYSETPOS=1", /BYSETPOS/],
    ["FREQ=WEEKLY;BYDAY=XX", /weekday/],
    ["FREQ=WEEKLY;BYDAY=2MO", /counted weekday/],
    ["FREQ=MONTHLY;BYDAY=0MO", /count from 0/],
    ["FREQ=DAILY;BYWEEKNO=3", /BYWEEKNO/],
    ["FREQ=DAILY;FREQ=DAILY", /twice/],
    ["FREQ=DAILY;UNTIL=20270230T000000Z", /UNTIL/],
    ["FREQ=DAILY;UNTIL=20271231", /UNTIL/],
    ["FREQ=DAILY\nFREQ=WEEKLY", /one line/],
    ["RRULE:FREQ=DAILY RRULE:FREQ=WEEKLY", /part of a rule/],
    ["DTSTART:20270101T000000Z;FREQ=DAILY", /part of a rule/],
    ["FREQ=DAILY;TZID=Mars/Olympus", /part of a rule/],
    ["FREQ=DAILY;RSCALE=HEBREW", /not supported/],
    [`FREQ=DAILY;BYMINUTE=${"1,".repeat(1_000)}1`, /2,000 characters/],
  ];
  for (const [rule, why] of refused)
    test(`refused: ${JSON.stringify(rule.slice(0, 60))}`, () => {
      const read = () => parseRule(rule);
      expect(read).toThrow(RuleError);
      expect(read).toThrow(why);
    });

  test("a trigger's own parts are looked at too", () => {
    const fields = (changes: object) => {
      const trigger = {
        type: "recurring",
        rrule: "FREQ=DAILY",
        startsAt: "2027-01-01T09:00",
        timezone: "UTC",
        ...changes,
      };
      const parsed = RecurringTrigger.safeParse(trigger);
      return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
    };
    expect(fields({})).toEqual([]);
    expect(fields({ startsAt: "2027-02-30T09:00" })).toEqual(["startsAt"]);
    expect(fields({ startsAt: "2027-01-01T09:00:00Z" })).toEqual(["startsAt"]);
    expect(fields({ timezone: "Mars/Olympus" })).toEqual(["timezone"]);
    expect(fields({ rrule: "FREQ=DAILY;UNTIL=20261231T000000Z" })).toEqual(["rrule"]);
    expect(fields({ exceptDates: ["2027-13-01"] })).toEqual(["exceptDates.0"]);
    expect(fields({ blackouts: [{ from: "2027-02-02", to: "2027-02-01" }] })).toEqual(["blackouts.0.to"]);
    expect(fields({ missedRuns: "some" })).toEqual(["missedRuns"]);
  });

  test("what is read is written the same", () => {
    for (const text of [
      "FREQ=DAILY",
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU",
      "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9,17;BYMINUTE=30;COUNT=12",
      "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-1;UNTIL=20301231T235959Z",
    ])
      expect(formatRule(parseRule(`rrule:${text.toLowerCase()}`))).toBe(text);
  });
});

describe("rules that hardly fire, or never", () => {
  const never = [
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    "FREQ=DAILY;INTERVAL=7;BYDAY=SA",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;BYMONTH=1",
  ];
  for (const rrule of never)
    test(`never: ${rrule}`, () => expect(walls({ rrule }, "2026-01-01T00:00:00Z", 1)).toEqual([]));
  test("a leap day on a Monday comes after decades", () => {
    expect(walls({ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO" }, "2027-01-01T00:00:00Z", 1)).toEqual([
      "2044-02-29T09:00:00",
    ]);
  });
});

test("T23: whatever the rule, twenty firings take at most 250 ms; they ascend and lie after the instant asked", () => {
  const some = (from: number, to: number) =>
    fc.array(
      fc.integer({ min: from, max: to }).filter((value) => value !== 0 || from === 0),
      { maxLength: 60 },
    );
  const rules = fc.record({
    freq: fc.constantFrom("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"),
    INTERVAL: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 10_000 })),
    COUNT: fc.option(fc.integer({ min: 1, max: 100_000 })),
    BYMONTH: some(1, 12),
    BYMONTHDAY: some(-31, 31),
    BYYEARDAY: some(-366, 366),
    BYHOUR: some(0, 23),
    BYMINUTE: some(0, 59),
    BYSETPOS: some(-366, 366),
    days: fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.constantFrom(...weekdays)), { maxLength: 9 }),
    drop: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
  });
  let read = 0;
  fc.assert(
    fc.property(
      rules,
      fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"),
      fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2060, 0) }),
      ({ freq, INTERVAL, COUNT, days, drop, ...lists }, timezone, after) => {
        const misplaced = (name: string) =>
          (name === "BYYEARDAY" && freq !== "YEARLY" && freq !== "HOURLY") ||
          (name === "BYMONTHDAY" && freq === "WEEKLY");
        const parts = Object.entries(lists)
          .filter(([name, list], index) => list.length > 0 && !drop[index] && !misplaced(name))
          .map(([name, list]) => `${name}=${list.join(",")}`);
        const counts = freq === "MONTHLY" || freq === "YEARLY";
        const byDay = days.map(([nth, day]) => `${nth === 0 || !counts ? "" : nth}${day}`);
        const rrule = [
          `FREQ=${freq}`,
          `INTERVAL=${INTERVAL}`,
          ...(COUNT === null ? [] : [`COUNT=${COUNT}`]),
          ...parts,
          ...(byDay.length > 0 && !drop[6] ? [`BYDAY=${byDay.join(",")}`] : []),
        ].join(";");
        const before = process.cpuUsage();
        let found: number[] = [];
        try {
          const schedule = scheduleOf({ rrule, startsAt: "1975-03-30T02:30", timezone });
          found = firingsAfter(schedule, new Date(after), 20).map(({ at }) => at.getTime());
          read++;
        } catch (error) {
          if (!(error instanceof RuleError)) throw error;
        }
        // Of this process and not of the clock on the wall: others use the machine too.
        const { user } = process.cpuUsage(before);
        expect(user / 1_000, rrule).toBeLessThanOrEqual(250);
        expect(found.every((at, index) => at > (found[index - 1] ?? after))).toBe(true);
      },
    ),
    { numRuns: 600 },
  );
  expect(read).toBeGreaterThanOrEqual(500);
}, 60_000);

test("hostile rules are answered at once", () => {
  const all = (to: number) => [...Array(to).keys()].join();
  for (const rrule of [
    `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=${all(24)};BYMINUTE=${all(60)}`,
    `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=${all(24)};BYMINUTE=${all(60)};BYSETPOS=366,-366`,
    `FREQ=YEARLY;BYYEARDAY=-1;BYHOUR=${all(24)};BYMINUTE=${all(60)};COUNT=100000`,
    "FREQ=HOURLY;INTERVAL=23;BYHOUR=3;BYDAY=MO;BYMONTH=2;BYMONTHDAY=29;COUNT=100000",
    "FREQ=HOURLY;BYMINUTE=0,1;COUNT=100000",
    "FREQ=DAILY;COUNT=100000",
    "FREQ=YEARLY;INTERVAL=10000;BYMONTHDAY=29;BYMONTH=2",
  ]) {
    const before = process.cpuUsage();
    walls({ rrule, startsAt: "1970-01-01T00:00" }, "2026-11-25T00:00:00Z", 20);
    expect(process.cpuUsage(before).user / 1_000, rrule).toBeLessThanOrEqual(250);
  }
});

describe("presets and rules", () => {
  const base: Preset = {
    unit: "week",
    every: 1,
    weekdays: ["MO"],
    monthly: "day",
    monthDay: 1,
    nth: 1,
    nthWeekday: "MO",
  };
  const presets: [Partial<Preset>, string][] = [
    [{ unit: "hour", every: 6 }, "FREQ=HOURLY;INTERVAL=6"],
    [{ unit: "day", every: 3 }, "FREQ=DAILY;INTERVAL=3"],
    [{ unit: "week", every: 2, weekdays: ["TH", "MO"] }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"],
    [{ unit: "month", monthly: "day", monthDay: 31 }, "FREQ=MONTHLY;BYMONTHDAY=31"],
    [{ unit: "month", monthly: "day", monthDay: -1 }, "FREQ=MONTHLY;BYMONTHDAY=-1"],
    [{ unit: "month", monthly: "weekday", nth: -1, nthWeekday: "FR" }, "FREQ=MONTHLY;BYDAY=-1FR"],
  ];
  for (const [changes, rule] of presets)
    test(`${rule} there and back`, () => {
      expect(ruleOfPreset({ ...base, ...changes }, { kind: "never" })).toBe(rule);
      const back = presetOfRule(rule, "2027-01-01T09:00");
      expect(back && ruleOfPreset(back, endOf(rule))).toBe(rule);
    });
  test("ends come along", () => {
    for (const rule of ["FREQ=DAILY;COUNT=5", "FREQ=DAILY;UNTIL=20271231T225959Z"]) {
      const back = presetOfRule(rule, "2027-01-01T09:00");
      expect(back && ruleOfPreset(back, endOf(rule))).toBe(rule);
    }
  });
  test("what a rule takes from its start, the preset says", () => {
    expect(presetOfRule("FREQ=WEEKLY", "2027-01-01T09:00")).toMatchObject({ unit: "week", weekdays: ["FR"] });
    expect(presetOfRule("FREQ=MONTHLY", "2027-01-15T09:00")).toMatchObject({ monthly: "day", monthDay: 15 });
  });
  test("what no preset can say stays a rule", () => {
    for (const rule of [
      "FREQ=YEARLY",
      "FREQ=DAILY;BYHOUR=9,17",
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
      "FREQ=MONTHLY;BYMONTHDAY=1,15",
      "FREQ=MONTHLY;BYDAY=5MO",
      "FREQ=MONTHLY;BYMONTHDAY=-2",
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",
      "no rule",
    ])
      expect(presetOfRule(rule, "2027-01-01T09:00"), rule).toBeNull();
  });
});
