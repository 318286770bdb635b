/**
 * Wall times ("2027-03-28T02:30") and instants in a time zone. Pure and safe in the browser.
 */

const dayMs = 86_400_000;

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(at / 1000) * 1000;
}

/**
 * The instant of a wall time. One that exists twice is the first; one that does not exist is read with the offset
 * before the gap (RFC 5545 section 3.3.5).
 *
 * @param wall `YYYY-MM-DDTHH:mm`, as a browser's date and time control gives it
 * @returns null when it is no wall time
 */
export function instantOfWallTime(wall: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall)) return null;
  const utc = Date.parse(`${wall}Z`);
  if (Number.isNaN(utc)) return null;
  const [before, after] = [offsetMs(utc - dayMs, timeZone), offsetMs(utc + dayMs, timeZone)];
  const fits = [utc - before, utc - after].filter((at) => at + offsetMs(at, timeZone) === utc);
  return new Date(fits.length > 0 ? Math.min(...fits) : utc - before);
}

/** The wall time of an instant, `YYYY-MM-DDTHH:mm`, cut to the minute. */
export function wallTimeOf(at: Date, timeZone: string): string {
  return new Date(at.getTime() + offsetMs(at.getTime(), timeZone)).toISOString().slice(0, 16);
}
