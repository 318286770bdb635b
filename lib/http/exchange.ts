import "server-only";
import { randomUUID } from "node:crypto";
import { AppError } from "#lib/errors.ts";
import { log } from "#lib/log.ts";
import { countRequest } from "#lib/metrics.ts";
import { asAppError, errorResponse, unavailable } from "./failure.ts";

/** Longest a request may take before it is answered 503: nothing hangs, whatever it waits for. */
const deadlineMs = 25_000;

/** One request on its way through a door. */
export interface Exchange {
  request: Request;
  /** Parsed once. The host in it is the caller's claim and is not believed. */
  url: URL;
  /** The caller's X-Request-Id when it is a plain one, else a new one. */
  requestId: string;
  /** The path's pattern, such as /api/v1/sites/{siteId}. */
  route: string;
  params: Record<string, string>;
  /** What goes onto the answer, errors too. */
  headers: Headers;
  /** Who it turned out to be; for the access log. */
  workspaceId?: string;
  userId?: string;
}

/** Next's second argument to a route handler; the params of a path without any resolve to undefined. */
export interface Segment {
  params: Promise<Record<string, string | string[] | undefined> | undefined>;
}

/**
 * Everything that surrounds a request whatever it does: its id, its one line in the access log, its place in the
 * metrics, a deadline, and errors in the one shape.
 */
export async function exchange(
  route: string,
  request: Request,
  segment: Segment,
  serve: (exchange: Exchange) => Promise<Response>,
  longestMs = deadlineMs,
): Promise<Response> {
  const startedAt = performance.now();
  const requestId = requestIdOf(request);
  const headers = new Headers({ "x-request-id": requestId });
  const facts = () => ({ request_id: requestId, workspace_id: current.workspaceId, user_id: current.userId, route });
  const current: Exchange = { request, url: new URL(request.url), requestId, route, params: {}, headers };
  let response: Response;
  try {
    current.params = await onlyTexts(segment);
    response = await beforeDeadline(serve(current), longestMs);
  } catch (error) {
    response = errorResponse(asAppError(error, facts()), requestId);
  }
  for (const [name, value] of headers) response.headers.set(name, value);
  const durationMs = performance.now() - startedAt;
  countRequest(request.method, route, response.status, durationMs / 1000);
  log.info({ ...facts(), method: request.method, status: response.status, duration_ms: Math.round(durationMs) });
  return response;
}

function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

async function onlyTexts(segment: Segment): Promise<Record<string, string>> {
  const params = Object.entries((await segment.params) ?? {});
  return Object.fromEntries(params.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

async function beforeDeadline(work: Promise<Response>, longestMs: number): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), longestMs);
  });
  // What the work throws after its deadline has nobody left to tell.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For methods that a path does not have, and for paths that there are not. */
export function methodNotAllowed(method: string, allowed: readonly string[]): AppError {
  return new AppError("method_not_allowed", `${method} is not offered here. Use ${allowed.join(", ")}.`);
}
