import type { Share, Verdict } from "./experiment-schema.ts";

/** 95 % of a normal distribution lie within so many standard deviations. */
const z = 1.96;
/** Below so many in a group no difference is told: its bounds would be wider than any effect. */
const enough = 100;

/** A share of `part` in `whole` with Wilson's interval, which holds for few and for rare ones too. */
export function shareOf(part: number, whole: number): Share {
  if (whole <= 0) return { value: 0, low: 0, high: 1 };
  const value = Math.min(1, part / whole);
  const spread = z * Math.sqrt((value * (1 - value)) / whole + z ** 2 / (4 * whole ** 2));
  const middle = value + z ** 2 / (2 * whole);
  const scale = 1 + z ** 2 / whole;
  return { value, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** The difference of two shares, first less second, with Newcombe's interval made of their own. */
export function differenceOf(first: Share, second: Share): Share {
  const value = first.value - second.value;
  return {
    value,
    low: value - Math.hypot(first.value - first.low, second.high - second.value),
    high: value + Math.hypot(first.high - first.value, second.value - second.low),
  };
}

/** What may be said of a difference between two groups of these sizes. */
export function verdictOn(difference: Share, sizes: readonly [number, number]): Verdict {
  if (Math.min(...sizes) < enough) return "not_enough_data";
  return difference.low > 0 || difference.high < 0 ? "clear" : "no_clear_difference";
}
