import type campaigns from "#lib/i18n/messages/en/campaigns.json";

type ReasonKey = keyof typeof campaigns.reasons;

/**
 * Every reason code of the ledger that has words in the messages, under `campaigns.reasons`: those of web push
 * (lib/channels/web-push/outcome.ts) and those of delivery itself (lib/delivery).
 */
const known: Record<ReasonKey, true> = {
  gone: true,
  ttl: true,
  bad_request: true,
  vapid_rejected: true,
  payload_too_large: true,
  redirected: true,
  unexpected_status: true,
  retries_exhausted: true,
  invalid_keys: true,
  invalid_endpoint: true,
  endpoint_not_allowed: true,
  vapid_key_invalid: true,
  rate_limited: true,
  request_timeout: true,
  server_error: true,
  connect_failed: true,
  network_error: true,
  timed_out: true,
  not_processed: true,
  push_service_down: true,
  internal_error: true,
  unsubscribed: true,
  opted_out: true,
  person_paused: true,
  unwanted: true,
  quiet_hours: true,
  frequency_cap: true,
  holdout: true,
  deleted: true,
  replaced: true,
  expired: true,
  invalid: true,
  cancelled: true,
  site_deleted: true,
  unknown: true,
};

/** The key of a reason's words; a code from a newer version has none and says "no reason given". */
export function reasonKey(code: string): ReasonKey {
  return isKnown(code) ? code : "unknown";
}

function isKnown(code: string): code is ReasonKey {
  return Object.hasOwn(known, code);
}
