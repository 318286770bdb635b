import { invalid } from "#lib/errors.ts";

const hourMs = 3_600_000;
/** The zone whose clocks are furthest ahead (Pacific/Kiritimati), and the one furthest behind (Etc/GMT+12), hours from UTC. */
const furthestAhead = 14;
const furthestBehind = 12;

/** When a wall time comes first and last on Earth. */
export function spanOfWallTime(wall: string): { first: Date; last: Date } {
  const utc = Date.parse(`${wall}Z`);
  return { first: new Date(utc - furthestAhead * hourMs), last: new Date(utc + furthestBehind * hourMs) };
}

/**
 * When a send at a wall time in each subscriber's zone must begin: with the first zone, or now when some had it already. Those get it at once.
 *
 * @throws validation_error it is past everywhere, or more than a year ahead
 */
export function checkLocalTime(wall: string, now: Date, field: string): Date {
  const { first, last } = spanOfWallTime(wall);
  if (last < now) throw invalid(field, "Past in every time zone.");
  if (first.getTime() > now.getTime() + 366 * 24 * hourMs) throw invalid(field, "At most a year ahead.");
  return first < now ? now : first;
}
