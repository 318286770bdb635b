/** A cron line of five fields in a time zone, ready to be asked for its next instant. */
export type Cron = {
  minutes: Set<number>;
  hours: Set<number>;
  days: Set<number>;
  months: Set<number>;
  weekdays: Set<number>;
  wall: (at: number) => Wall;
};

type Wall = { year: number; month: number; day: number; hour: number; minute: number; weekday: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Parses the grammar that a hosted Inngest accepts: five fields, weekday 0-6, an optional TZ= or CRON_TZ= prefix. The
 * descriptors (@hourly), seconds, 7, L, W and # that other parsers know are refused there, so they are refused here.
 *
 * @throws Error that says which part is wrong
 */
export function parseCron(line: string): Cron {
  const [, timeZone = "UTC", rest = ""] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(line.trim()) ?? [];
  const fields = rest.split(/\s+/);
  if (fields.length !== 5) throw new Error(`a cron line has 5 fields, "${line}" has ${fields.length}`);
  const [minutes = "", hours = "", days = "", months = "", weekdays = ""] = fields;
  return {
    minutes: parseField(minutes, 0, 59),
    hours: parseField(hours, 0, 23),
    days: parseField(days, 1, 31),
    months: parseField(months, 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    weekdays: parseField(weekdays, 0, 6, "SUN MON TUE WED THU FRI SAT"),
    wall: wallClock(timeZone),
  };
}

function parseField(text: string, min: number, max: number, names = ""): Set<number> {
  const values = new Set<number>();
  const number = (part: string): number => {
    const named = names.split(" ").indexOf(part.toUpperCase());
    const value = names && named >= 0 ? named + min : /^\d{1,2}$/.test(part) ? Number(part) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new Error(`"${part}" is not between ${min} and ${max} in cron "${text}"`);
    return value;
  };
  for (const item of text.split(",")) {
    const [range = "", step, ...more] = item.split("/");
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) throw new Error(`bad cron step "${item}"`);
    const [from = "", to, ...others] = range.split("-");
    if (others.length > 0) throw new Error(`bad cron range "${item}"`);
    const all = range === "*";
    const first = all ? min : number(from);
    const last = all ? max : to !== undefined ? number(to) : step !== undefined ? max : first;
    if (last < first) throw new Error(`cron range "${item}" runs backwards`);
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function wallClock(timeZone: string): (at: number) => Wall {
  let format: Intl.DateTimeFormat;
  try {
    const options = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-US", { ...options, timeZone, hourCycle: "h23", calendar: "iso8601" });
  } catch {
    throw new Error(`unknown time zone "${timeZone}"`);
  }
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = part;
    return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
  };
}

/**
 * The first firing after an instant (ms), within the next 5 years.
 *
 * A wall time that a clock change skips does not fire. One that it repeats fires once, unless the line runs in every
 * hour: then it goes on by elapsed time.
 */
export function nextFiring(cron: Cron, afterMs: number): number | undefined {
  const everyHour = cron.hours.size === 24;
  let at = Math.floor(afterMs / minuteMs) * minuteMs + minuteMs;
  const end = at + 5 * 366 * 24 * hourMs;
  while (at < end) {
    const wall = cron.wall(at);
    if (!dayMatches(cron, wall)) {
      // To the next local hour until midnight is near, in steps that no clock change can jump over.
      at += wall.hour < 20 ? (20 - wall.hour) * hourMs - wall.minute * minuteMs : hourMs - wall.minute * minuteMs;
    } else if (!cron.hours.has(wall.hour)) {
      at += hourMs - wall.minute * minuteMs;
    } else if (!cron.minutes.has(wall.minute) || (!everyHour && isRepeat(cron, at, wall))) {
      at += minuteMs;
    } else {
      return at;
    }
  }
  return undefined;
}

function dayMatches(cron: Cron, wall: Wall): boolean {
  if (!cron.months.has(wall.month)) return false;
  const day = cron.days.has(wall.day);
  const weekday = cron.weekdays.has(wall.weekday);
  // The rule of every cron: when both are restricted, either is enough.
  return cron.days.size < 31 && cron.weekdays.size < 7 ? day || weekday : day && weekday;
}

/** True in the second pass through an hour that a clock change repeats. */
function isRepeat(cron: Cron, at: number, wall: Wall): boolean {
  return [hourMs / 2, hourMs].some((shift) => {
    const before = cron.wall(at - shift);
    return before.hour === wall.hour && before.minute === wall.minute;
  });
}
