/** Prisma: cannot reach, timed out reaching, operation timed out, connection closed, none free in time (also for a transaction). */
const prismaCodes = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"]);

/** Node's names for a database that cannot be reached or that went away. */
const socketCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EHOSTUNREACH"]);

/** What node-postgres says, without a code, of a connection that was cut or could not be had in time. */
const poolMessage =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection/i;

/**
 * PostgreSQL's SQLSTATE classes of a server that is not there for now: 08 connection exception, 57P01–57P03 shutdown,
 * crash and starting up, 53300 too many connections (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const sqlStates = /^(08\w{3}|57P0[123]|53300)$/;

/** Whether `error`, or what caused it, is the database being away rather than a fault of ours. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 5) return false;
  const { code, originalCode, message, cause, errors } = error as Record<string, unknown>;
  const codes = [code, originalCode].filter((value) => typeof value === "string");
  if (codes.some((value) => prismaCodes.has(value) || socketCodes.has(value) || sqlStates.test(value))) return true;
  if (typeof message === "string" && poolMessage.test(message)) return true;
  const inner = Array.isArray(errors) ? errors : [];
  const adapter = (error as { meta?: { driverAdapterError?: unknown } }).meta?.driverAdapterError;
  return [cause, adapter, ...inner].some((each) => isDatabaseAway(each, depth + 1));
}
