import "server-only";
import { AppError, errorStatus } from "#lib/errors.ts";
import { log } from "#lib/log.ts";

const retryAfterSeconds = 2;

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

/** The answer while the database restarts: try again shortly. */
export function unavailable(): AppError {
  return new AppError("unavailable", "The service cannot reach its database for the moment. Try again shortly.", {
    retryAfterSeconds,
  });
}

/**
 * What a door shows of whatever was thrown. An error that is not ours is logged with its stack and shown as
 * `internal_error`, with nothing of it.
 *
 * @param facts what the log line says of the request
 */
export function asAppError(error: unknown, facts: Record<string, unknown>): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    log.warn({ ...facts, err: error }, "the database is away");
    return unavailable();
  }
  log.error({ ...facts, err: error }, "a request failed");
  return new AppError("internal_error", "Something went wrong on our side. It was logged with this request's id.");
}

/** The error on the wire: its status from the one table, its body in the one shape. */
export function errorResponse(error: AppError, requestId: string): Response {
  const body = { code: error.code, message: error.message, ...(error.fields && { details: error.fields }), requestId };
  const headers = new Headers({ "cache-control": "no-store" });
  if (error.retryAfterSeconds !== undefined) headers.set("retry-after", String(Math.ceil(error.retryAfterSeconds)));
  if (error.code === "unauthorized" || error.code === "invalid_token") headers.set("www-authenticate", "Bearer");
  return Response.json({ error: body }, { status: errorStatus[error.code], headers });
}
