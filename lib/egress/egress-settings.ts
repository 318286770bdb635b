/** Which destinations the operator trusts beyond the public internet. Entries are `host` or `host:port`. */
export interface EgressSettings {
  /** Added to the push services we know; private addresses included. Without a port: 443. */
  extraPushHosts: string[];
  /** Hosts that feeds, webhooks and AI may reach although their address is private. Without a port: any port. */
  allow: string[];
}

let cached: EgressSettings | undefined;

/** `EXTRA_PUSH_HOSTS` and `EGRESS_ALLOW` of this process, comma separated, read once. */
export function egressSettings(): EgressSettings {
  cached ??= { extraPushHosts: listOf(process.env.EXTRA_PUSH_HOSTS), allow: listOf(process.env.EGRESS_ALLOW) };
  return cached;
}

function listOf(text = ""): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}

/**
 * Whether `url` goes to an entry of `list`. Both sides are read by the URL parser, so upper case and odd spellings of
 * an IP address compare equal.
 *
 * @param defaultPort the port that an entry without one stands for; undefined: any
 */
export function listsHost(list: string[], url: URL, defaultPort?: string): boolean {
  return list.some((entry) => {
    if (!URL.canParse(`https://${entry}`)) return false;
    const { hostname } = new URL(`https://${entry}`);
    if (hostname !== url.hostname) return false;
    const port = /:(\d+)$/.exec(entry)?.[1] ?? defaultPort;
    return port === undefined || port === portOf(url);
  });
}

function portOf(url: URL): string {
  if (url.port !== "") return url.port;
  return url.protocol === "https:" ? "443" : "80";
}
