/** What a campaign can hold at most, and its closed lists; without zod, for the composer in the browser. */

export const maxDelayMinutes = 366 * 24 * 60;
export const maxSteps = 20;
export const maxVariants = 10;
export const severities = ["info", "warning", "critical"] as const;
export const enrolledChoices = ["finish", "move"] as const;
