import "server-only";
import { isDatabaseAway } from "#lib/database-away.ts";
import { AppError, errorStatus } from "#lib/errors.ts";
import { log } from "#lib/log.ts";

const retryAfterSeconds = 2;

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
