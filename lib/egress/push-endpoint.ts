import { invalid } from "#lib/errors.ts";
import { type EgressSettings, egressSettings, listsHost } from "./egress-settings.ts";

const maxEndpointLength = 2048;

/** The push services of Chrome, Firefox, Safari and Edge; `*.` stands for any sub-domain. */
const pushHosts = [
  "fcm.googleapis.com",
  "android.googleapis.com",
  "updates.push.services.mozilla.com",
  "*.push.services.mozilla.com",
  "*.push.apple.com",
  "*.notify.windows.com",
];

export type PushEndpoint =
  | { kind: "allowed"; url: URL /** An operator's own host: its address may be private. */; isExtraHost: boolean }
  | { kind: "malformed"; problem: string }
  | { kind: "not_allowed"; problem: string };

/**
 * What an endpoint is worth, without throwing: for rows that are already stored, where the operator's list may have
 * changed since. `malformed` can never work; `not_allowed` could under other settings.
 */
export function readPushEndpoint(endpoint: string, settings: EgressSettings = egressSettings()): PushEndpoint {
  const url = typeof endpoint === "string" ? URL.parse(endpoint) : null;
  if (url === null) return malformed("must be a URL");
  if (endpoint.length > maxEndpointLength) return malformed(`must have at most ${maxEndpointLength} characters`);
  if (url.protocol !== "https:") return malformed("must start with https://");
  if (url.username !== "" || url.password !== "") return malformed("must not contain a user name or password");
  if (url.pathname === "/") return malformed("must have a path");
  if (url.hash !== "") url.hash = "";

  if (listsHost(settings.extraPushHosts, url, "443")) return { kind: "allowed", url, isExtraHost: true };
  if (url.port !== "") return notAllowed("must use port 443");
  if (!pushHosts.some((host) => matches(host, url.hostname))) return notAllowed("is not at a known push service");
  return { kind: "allowed", url, isExtraHost: false };
}

/**
 * Accepts the address that a browser was given by its push service and nothing else: https, port 443, no userinfo, a
 * path, at most 2,048 characters, and a host on the list of push services or on `EXTRA_PUSH_HOSTS`.
 *
 * @returns the URL in its normal form: store its `href`, so that two spellings are one subscription
 * @throws validation_error naming `subscription.endpoint`
 */
export function checkPushEndpoint(endpoint: string, settings: EgressSettings = egressSettings()): URL {
  const read = readPushEndpoint(endpoint, settings);
  if (read.kind !== "allowed") throw invalid("subscription.endpoint", `The endpoint ${read.problem}.`);
  return read.url;
}

function matches(pattern: string, hostname: string): boolean {
  return pattern.startsWith("*.") ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}

function malformed(problem: string): PushEndpoint {
  return { kind: "malformed", problem };
}

function notAllowed(problem: string): PushEndpoint {
  return { kind: "not_allowed", problem };
}
