/** Writes one event: a name in snake_case and its fields. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** One JSON line per event on stdout. */
export const logToStdout: Log = (event, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
};

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
