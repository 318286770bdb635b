/** What becomes of firings that an outage left out. */
export const missedRunRules = ["latest", "skip", "all"] as const;
