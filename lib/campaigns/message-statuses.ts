/** The states of a message in the ledger; without zod, for filters in the browser. */
export const messageStatuses = [
  "queued",
  "sending",
  "sent",
  "failed",
  "expired",
  "skipped",
  "cancelled",
  "unknown",
] as const;
