/** A stretch of time as people say it. `value` is what was typed. */
export type Wait = { value: string; unit: WaitUnit };
export const waitUnits = ["minutes", "hours", "days"] as const;
export type WaitUnit = (typeof waitUnits)[number];

const minutesOf: Record<WaitUnit, number> = { minutes: 1, hours: 60, days: 1440 };

/** Whole minutes; NaN for what is no number. */
export function waitMinutes({ value, unit }: Wait): number {
  return /^\d{1,6}$/.test(value.trim()) ? Number(value) * minutesOf[unit] : Number.NaN;
}

/** In the largest unit that divides it. */
export function waitOf(minutes: number): Wait {
  const unit = waitUnits.toReversed().find((each) => minutes > 0 && minutes % minutesOf[each] === 0) ?? "minutes";
  return { value: String(minutes / minutesOf[unit]), unit };
}
