/**
 * Wall times ("2027-03-28T02:30") and instants in a time zone. Pure and safe in the browser.
 */

const dayMs = 86_400_000;

interface Zone {
  format: Intl.DateTimeFormat;
  /** The offset at the beginning of a UTC day, by the day's number. */
  days: Map<number, number>;
}
const zones = new Map<string, Zone>();
const maxZones = 700;
const maxDays = 20_000;

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (!zone) {
    if (zones.size >= maxZones) zones.clear();
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zone = { format, days: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

function lookUp({ format }: Zone, at: number): number {
  const parts = format.formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(at / 1000) * 1000;
}

function atDay(zone: Zone, day: number): number {
  let offset = zone.days.get(day);
  if (offset === undefined) {
    if (zone.days.size >= maxDays) zone.days.clear();
    offset = lookUp(zone, day * dayMs);
    zone.days.set(day, offset);
  }
  return offset;
}

/** How far the zone's clocks are ahead of UTC at an instant, ms. */
export function offsetMs(at: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const day = Math.floor(at / dayMs);
  const before = atDay(zone, day);
  // No zone changes its clocks twice within a day.
  return before === atDay(zone, day + 1) ? before : lookUp(zone, at);
}

/** How a wall time stands to the zone's clocks: shown once, never, or twice. */
export type WallKind = "once" | "gap" | "overlap";

/**
 * The instant of a wall time given as if it were UTC. One that exists twice is the first; one that does not exist is
 * read with the offset before the gap (RFC 5545 section 3.3.5).
 *
 * @param wall ms since 1970-01-01T00:00 on the zone's clocks
 */
export function resolveWall(wall: number, timeZone: string): { at: number; kind: WallKind } {
  const [before, after] = [offsetMs(wall - dayMs, timeZone), offsetMs(wall + dayMs, timeZone)];
  const fits = (before === after ? [wall - before] : [wall - before, wall - after]).filter(
    (at) => at + offsetMs(at, timeZone) === wall,
  );
  const [first] = fits;
  if (first === undefined) return { at: wall - before, kind: "gap" };
  return { at: Math.min(...fits), kind: fits.length > 1 ? "overlap" : "once" };
}

/**
 * The instant of a wall time, as `resolveWall` says.
 *
 * @param wall `YYYY-MM-DDTHH:mm`, as a browser's date and time control gives it
 * @returns null when it is no wall time
 */
export function instantOfWallTime(wall: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall)) return null;
  const utc = Date.parse(`${wall}Z`);
  return Number.isNaN(utc) ? null : new Date(resolveWall(utc, timeZone).at);
}

/** What a wall time that somebody typed means: an instant, the first of two, or none because the clocks skip it. */
export type TypedWallTime =
  | { kind: "once"; at: Date }
  | { kind: "overlap"; at: Date; second: Date }
  /** `from` is when the clocks go forward, `next` what they show then: the next wall time that exists. */
  | { kind: "gap"; from: string; next: string };

/**
 * Reads a wall time that somebody typed. Inside a rule a time in a gap moves on (`resolveWall`); typed once it must exist.
 *
 * @param wall `YYYY-MM-DDTHH:mm`
 * @returns null when it is no wall time
 */
export function readWallTime(wall: string, timeZone: string): TypedWallTime | null {
  if (!instantOfWallTime(wall, timeZone)) return null;
  const utc = Date.parse(`${wall}Z`);
  const { at, kind } = resolveWall(utc, timeZone);
  if (kind === "once") return { kind, at: new Date(at) };
  const [before, after] = [offsetMs(utc - dayMs, timeZone), offsetMs(utc + dayMs, timeZone)];
  if (kind === "overlap") return { kind, at: new Date(at), second: new Date(utc - Math.min(before, after)) };
  // The clocks change between the two readings of the time.
  let [early, late] = [utc - after, utc - before];
  while (late - early > 1000) {
    const middle = early + Math.floor((late - early) / 2000) * 1000;
    if (offsetMs(middle, timeZone) === before) early = middle;
    else late = middle;
  }
  const text = (offset: number) => new Date(late + offset).toISOString().slice(0, 16);
  return { kind, from: text(before), next: text(after) };
}

/** The wall time of an instant, `YYYY-MM-DDTHH:mm`, cut to the minute. */
export function wallTimeOf(at: Date, timeZone: string): string {
  return new Date(at.getTime() + offsetMs(at.getTime(), timeZone)).toISOString().slice(0, 16);
}
