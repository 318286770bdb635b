import { instantOfWallTime, wallTimeOf } from "#lib/wall-time.ts";

/** Days as `YYYY-MM-DD` on the clocks of one zone. Weeks begin on Monday. */

const dayMs = 86_400_000;

export type CalendarView = "month" | "week";

export function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00Z`));
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

function startOfWeek(day: string): string {
  return addDays(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7));
}

/** The days that a view of `day` shows, whole weeks. */
export function daysOf(view: CalendarView, day: string): string[] {
  const first = startOfWeek(view === "week" ? day : `${day.slice(0, 8)}01`);
  if (view === "week") return range(first, 7);
  const next = stepOf("month", day, 1);
  const weeks = Math.ceil((Date.parse(`${next}T00:00Z`) - Date.parse(`${first}T00:00Z`)) / dayMs / 7);
  return range(first, weeks * 7);
}

function range(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => addDays(first, index));
}

/** A day in the month or week before or after. */
export function stepOf(view: CalendarView, day: string, step: 1 | -1): string {
  if (view === "week") return addDays(day, 7 * step);
  const [year = 0, month = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + step, 1)).toISOString().slice(0, 10);
}

export function startOfDay(day: string, timeZone: string): Date {
  return instantOfWallTime(`${day}T00:00`, timeZone) ?? new Date(`${day}T00:00Z`);
}

/** The same time of day on another day, a wall time. */
export function movedTo(at: Date, day: string, timeZone: string): string {
  return `${day}T${wallTimeOf(at, timeZone).slice(11)}`;
}

/** The clocks of a calendar of these sites: theirs where they share a zone, else the reader's own. */
export function zoneOfCalendar(sites: readonly { settings: { timezone: string } }[], own: string): string {
  const [zone, ...others] = new Set(sites.map(({ settings }) => settings.timezone));
  return zone !== undefined && others.length === 0 ? zone : own;
}
