import { instantOfWallTime, wallTimeOf } from "./wall-time.ts";

/** Hours of the day without messages, as `HH:mm`: `from` belongs to them, `to` does not. Over midnight when `from` is later. */
interface Hours {
  from: string;
  to: string;
}

const dayMs = 86_400_000;

/**
 * The first instant from `at` on that lies in none of the quiet hours, by the zone's clock. The same as the SQL function
 * after_quiet_hours, for what is in hand already. Where the hours leave no time of the day, it gives up after a few steps: they shift, they never drop.
 */
export function afterQuietHours(at: Date, timeZone: string, ...hours: (Hours | null)[]): Date {
  let result = at;
  for (let step = 0; step < 3; step++) {
    const before = result;
    for (const each of hours) if (each) result = afterWindow(result, timeZone, each);
    if (result === before) break;
  }
  return result;
}

function afterWindow(at: Date, timeZone: string, { from, to }: Hours): Date {
  const wall = wallTimeOf(at, timeZone);
  const [day = "", time = ""] = wall.split("T");
  const overMidnight = from > to;
  const isQuiet = overMidnight ? time >= from || time < to : time >= from && time < to;
  if (!isQuiet) return at;
  const endsNextDay = overMidnight && time >= from;
  const endDay = endsNextDay ? new Date(Date.parse(`${day}Z`) + dayMs).toISOString().slice(0, 10) : day;
  const end = instantOfWallTime(`${endDay}T${to}`, timeZone);
  return end && end > at ? end : at;
}
