import type { Outcome } from "../channel.ts";
import type { WebPushMessage } from "./web-push-message.ts";

/** Every reason code that web push gives, with what it means. Stored in the ledger. */
export const webPushReasons = {
  /** 404 or 410: the browser unsubscribed, or the push service forgot it. */
  gone: "gone",
  /** 400. Five in a row, with no success ever, say that the subscription is broken: the caller counts. */
  bad_request: "bad_request",
  /** 401 or 403, also with a fresh token: wrong key pair for this subscription, or a subject the service refuses. */
  vapid_rejected: "vapid_rejected",
  /** 413, or a payload over 3,993 bytes, which was not sent. */
  payload_too_large: "payload_too_large",
  /** 3xx. A push service has no business redirecting; never followed. */
  redirected: "redirected",
  /** A status for which there is no rule. */
  unexpected_status: "unexpected_status",
  /** Six attempts failed in ways that might have passed. */
  retries_exhausted: "retries_exhausted",
  /** The message's time is over, or would be before the next attempt. The caller records it as expired. */
  ttl: "ttl",
  /** p256dh or auth cannot be encrypted to; not sent. */
  invalid_keys: "invalid_keys",
  /** The endpoint is no https URL of a push service under any settings; not sent. */
  invalid_endpoint: "invalid_endpoint",
  /** The endpoint's host is not on the list of push services (`EXTRA_PUSH_HOSTS`); not sent. */
  endpoint_not_allowed: "endpoint_not_allowed",
  /** The sender's own key pair cannot sign; nothing of it is sent. */
  vapid_key_invalid: "vapid_key_invalid",
  /** 429. */
  rate_limited: "rate_limited",
  /** 408. */
  request_timeout: "request_timeout",
  /** 5xx. */
  server_error: "server_error",
  /** No connection: the name is unknown, refused, no valid certificate, or an address that is not public. */
  connect_failed: "connect_failed",
  /** The connection broke before the answer, or the answer was no HTTP. */
  network_error: "network_error",
  /** No answer within the deadline. */
  timed_out: "timed_out",
  /** The service went away before it looked at the request (HTTP/2 GOAWAY or REFUSED_STREAM). */
  not_processed: "not_processed",
} as const;

export type WebPushReason = keyof typeof webPushReasons;

/** What came of one POST, before it is judged. */
export type Reply =
  | { kind: "answered"; status: number; retryAfter: string | undefined }
  | { kind: "failed"; reason: "connect_failed" | "network_error" | "timed_out" }
  | { kind: "not_processed" };

/** The first attempt and five more. */
export const maxAttempts = 6;

/** Upper ends of the wait before attempts 2 to 6; the wait itself is anywhere below (full jitter). */
const backOffMs = [2_000, 10_000, 60_000, 300_000, 1_800_000];

const rateLimitedDefaultMs = 60_000;
const retryAfterMinMs = 1_000;
const retryAfterMaxMs = 3_600_000;
const notProcessedMaxMs = 1_000;

/** What the judgement needs besides the reply; `random` is in [0, 1). */
export interface Circumstances {
  now: Date;
  random: () => number;
}

/**
 * Judges one attempt by the retry table. A timeout may have been accepted, but a repeat replaces what is shown (Topic
 * and tag), so it is tried again like any other failure.
 */
export function outcomeOf(
  reply: Reply,
  message: Pick<WebPushMessage, "attempts" | "expiresAt">,
  { now, random }: Circumstances,
): Outcome {
  const at = (waitMs: number) => new Date(now.getTime() + waitMs);
  const retry = (date: Date, reason: WebPushReason, counts: boolean): Outcome =>
    date > message.expiresAt ? rejected("ttl") : { kind: "retryAt", at: date, reason, counts };
  const backOff = (reason: WebPushReason, atLeastMs = 0): Outcome => {
    const longest = backOffMs[message.attempts];
    if (message.attempts + 1 >= maxAttempts || longest === undefined) return rejected("retries_exhausted");
    return retry(at(Math.max(atLeastMs, random() * longest)), reason, true);
  };

  if (reply.kind === "failed") return backOff(reply.reason);
  if (reply.kind === "not_processed") return retry(at(random() * notProcessedMaxMs), "not_processed", false);

  const { status } = reply;
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status >= 300 && status < 400) return rejected("redirected");
  switch (status) {
    case 400:
      return rejected("bad_request");
    case 401:
    case 403:
      return rejected("vapid_rejected");
    case 404:
    case 410:
      return { kind: "gone", reason: webPushReasons.gone };
    case 408:
      return backOff("request_timeout");
    case 413:
      return rejected("payload_too_large");
    case 429:
      return retry(at(retryAfterMs(reply.retryAfter, now) ?? rateLimitedDefaultMs), "rate_limited", false);
  }
  if (status >= 500 && status < 600) return backOff("server_error", retryAfterMs(reply.retryAfter, now));
  return rejected("unexpected_status");
}

export type Rejected = Extract<Outcome, { kind: "rejected" }>;

export function rejected(reason: WebPushReason): Rejected {
  return { kind: "rejected", reason };
}

/**
 * Retry-After as seconds or as an HTTP date (RFC 9110 section 10.2.3), between a second and an hour.
 *
 * @returns undefined when it is absent or neither
 */
function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? "";
  if (text === "") return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now.getTime();
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(waitMs, retryAfterMinMs), retryAfterMaxMs);
}

/** `Date.parse` takes "-5" and "12.5" for dates; an HTTP date always names its day and month. */
function parseHttpDate(text: string): number {
  return /^[a-z]{3,9},? .*\d{2}:\d{2}:\d{2}/i.test(text) ? Date.parse(text) : Number.NaN;
}
