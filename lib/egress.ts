import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { AddressRefused, checkedLookup, type Resolve, refusePrivateLiteral } from "./egress/checked-lookup.ts";
import { type EgressSettings, egressSettings, listsHost } from "./egress/egress-settings.ts";

/**
 * Why nothing came back.
 *
 * - `bad_url`             not http or https, or with a user name inside
 * - `address_refused`     the host, or a host it redirected to, is not on the public internet
 * - `dns_failed`          the host name has no address
 * - `too_many_redirects`
 * - `too_large`           the reply is over its limit, packed or unpacked
 * - `bad_reply`           the reply cannot be unpacked, or is no HTTP
 * - `timed_out`           not finished by the deadline
 * - `network_error`       refused, reset, or no valid certificate
 */
export type EgressFault =
  | "bad_url"
  | "address_refused"
  | "dns_failed"
  | "too_many_redirects"
  | "too_large"
  | "bad_reply"
  | "timed_out"
  | "network_error";

export class EgressError extends Error {
  readonly fault: EgressFault;

  constructor(fault: EgressFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "EgressError";
    this.fault = fault;
  }
}

export interface PublicRequest {
  /** Default GET, or POST when there is a body. */
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The Accept header. */
  accept?: string;
  /** Limit of the reply's body as it comes over the wire. */
  maxBytes: number;
  /** Limit of the body after gzip, deflate or brotli is undone. Default: `maxBytes`. */
  maxInflatedBytes?: number;
  /** For everything together: name look-up, redirects, headers, the last byte of the body. */
  deadlineMs: number;
  /** Default 3. */
  maxRedirects?: number;
}

export interface PublicReply {
  status: number;
  headers: IncomingHttpHeaders;
  /** Unpacked. */
  body: Buffer;
  /** Where the reply came from, after redirects. */
  url: string;
}

/** How to reach the network; only tests name their own. */
export interface EgressOptions {
  settings?: EgressSettings;
  resolve?: Resolve;
}

/** The only request headers that follow a redirect to another origin. */
const portableHeaders = new Set(["accept", "accept-encoding", "accept-language", "content-type", "user-agent"]);

/**
 * Fetches an address that a user or a feed supplied. It reaches only public addresses (and the operator's
 * `EGRESS_ALLOW`), by http or https, and checks them at the moment of connecting, for every redirect anew.
 *
 * @returns any HTTP status: 404 and 500 are replies
 * @throws EgressError with the reason as `fault`
 */
export async function fetchPublic(
  address: string,
  request: PublicRequest,
  options: EgressOptions = {},
): Promise<PublicReply> {
  const settings = options.settings ?? egressSettings();
  const signal = AbortSignal.timeout(request.deadlineMs);
  const maxRedirects = request.maxRedirects ?? 3;
  let url = parseAddress(address);
  let hop = firstHop(request);

  for (let redirects = 0; ; redirects += 1) {
    const reply = await exchange(url, hop, request, { ...options, settings, signal });
    const location = redirectTarget(reply);
    if (location === undefined) return { ...reply, url: url.href };
    if (redirects === maxRedirects) {
      throw new EgressError("too_many_redirects", `The address redirects more than ${maxRedirects} times.`);
    }
    const next = parseAddress(location, url);
    hop = nextHop(hop, reply.status, next.origin === url.origin);
    url = next;
  }
}

interface Hop {
  method: string;
  headers: Record<string, string>;
  body: string | Buffer | undefined;
}

function firstHop(request: PublicRequest): Hop {
  const headers: Record<string, string> = { "accept-encoding": "gzip, deflate, br" };
  if (request.accept !== undefined) headers.accept = request.accept;
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return { method: request.method ?? (request.body === undefined ? "GET" : "POST"), headers, body: request.body };
}

/** RFC 9110 section 15.4: 303, and by custom 301 and 302 after a POST, go on as a GET; 307 and 308 repeat the request. */
function nextHop(hop: Hop, status: number, isSameOrigin: boolean): Hop {
  const becomesGet = status === 303 || (status < 303 && hop.method === "POST");
  const kept = Object.entries(hop.headers).filter(
    ([name]) => (isSameOrigin || portableHeaders.has(name)) && !(becomesGet && name.startsWith("content-")),
  );
  return {
    method: becomesGet && hop.method !== "HEAD" ? "GET" : hop.method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? undefined : hop.body,
  };
}

function redirectTarget(reply: { status: number; headers: IncomingHttpHeaders }): string | undefined {
  return [301, 302, 303, 307, 308].includes(reply.status) ? reply.headers.location : undefined;
}

function parseAddress(address: string, base?: URL): URL {
  const url = URL.parse(address, base);
  if (url === null) throw new EgressError("bad_url", "This is not a URL.");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new EgressError("bad_url", "Only http and https addresses can be fetched.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new EgressError("bad_url", "The address must not contain a user name or password.");
  }
  return url;
}

interface Network extends EgressOptions {
  settings: EgressSettings;
  signal: AbortSignal;
}

/** One request and its reply, redirects not followed; a redirect's body is not read. */
async function exchange(
  url: URL,
  hop: Hop,
  limits: PublicRequest,
  network: Network,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  let request: ClientRequest | undefined;
  try {
    const isTrusted = listsHost(network.settings.allow, url);
    if (!isTrusted) refusePrivateLiteral(url);
    request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
      method: hop.method,
      headers: hop.headers,
      agent: false,
      signal: network.signal,
      ...(isTrusted ? {} : { lookup: checkedLookup(network.resolve) }),
    });
    request.end(hop.body);
    const response = await responseTo(request);
    const { headers, statusCode: status = 0 } = response;
    const body = redirectTarget({ status, headers })
      ? Buffer.alloc(0)
      : await readBody(response, limits, network.signal);
    return { status, headers, body };
  } catch (error) {
    throw asEgressError(error, url, network.signal);
  } finally {
    request?.destroy();
  }
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject);
  });
}

async function readBody(response: IncomingMessage, limits: PublicRequest, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(
    response,
    atMost(limits.maxBytes),
    unpacker(response.headers["content-encoding"]),
    atMost(limits.maxInflatedBytes ?? limits.maxBytes),
    async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) chunks.push(chunk);
    },
    { signal },
  );
  return Buffer.concat(chunks);
}

function sizeOf(bytes: number): string {
  const megabyte = 1024 * 1024;
  return bytes % megabyte === 0 ? `${bytes / megabyte} MB` : `${bytes} bytes`;
}

function atMost(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new EgressError("too_large", `The reply is larger than ${sizeOf(maxBytes)}.`));
      else done(null, chunk);
    },
  });
}

function unpacker(encoding = "identity"): Transform {
  switch (encoding.trim().toLowerCase()) {
    case "":
    case "identity":
      return new PassThrough();
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      throw new EgressError("bad_reply", `The reply is packed as "${encoding}", which was not asked for.`);
  }
}

function asEgressError(error: unknown, url: URL, signal: AbortSignal): EgressError {
  if (error instanceof EgressError) return error;
  if (signal.aborted) return new EgressError("timed_out", `${url.host} did not finish in time.`, error);
  if (error instanceof AddressRefused) return new EgressError("address_refused", error.message, error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ENODATA") {
    return new EgressError("dns_failed", `${url.hostname} was not found.`, error);
  }
  if (code.startsWith("HPE_") || code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__")) {
    return new EgressError("bad_reply", `${url.host} sent a reply that cannot be read.`, error);
  }
  return new EgressError("network_error", `${url.host} could not be reached (${code || "unknown error"}).`, error);
}
