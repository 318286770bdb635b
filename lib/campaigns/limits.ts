/** What a campaign can hold at most, and its closed lists; without zod, for the composer in the browser. */

/** A year: longer waits are forgotten by everybody. */
export const maxDelayMinutes = 366 * 24 * 60;
export const maxSteps = 20;
export const maxVariants = 10;
export const severities = ["info", "warning", "critical"] as const;
/** What becomes of the enrolled when the steps of a running campaign change. */
export const enrolledChoices = ["finish", "move"] as const;
