import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable, type Writable } from "node:stream";
import tls from "node:tls";
import { parseArgs } from "node:util";
import { createTestCertificates } from "./certificates.ts";
import { type PushAck, startPushBrowsers } from "./push-browsers.ts";
import { type PushAnswer, type PushScript, PushScripts } from "./push-scripts.ts";
import { vapidChecker } from "./vapid-check.ts";

/** One POST to an endpoint, as it arrived, in the order of arrival. */
export interface PushPost {
  /** Arrival, epoch milliseconds. */
  at: number;
  token: string;
  httpVersion: "1.1" | "2";
  topic: string | undefined;
  ttl: string | undefined;
  urgency: string | undefined;
  authorization: string | undefined;
  contentEncoding: string | undefined;
  contentType: string | undefined;
  /** The encrypted body; empty when the service records headers only. */
  body: Buffer;
  /** What was answered; 0 when the connection broke or nothing was. */
  status: number;
  /** The service took it over: it is delivered, or would be. */
  accepted: boolean;
}

export interface PushServiceOptions {
  /** HTTPS port on localhost; 0 (default) picks a free one. */
  port?: number;
  /** Browsers' WebSocket port; 0 (default) picks a free one. */
  socketPort?: number;
  /** Control API's port; 0 (default) picks a free one. */
  controlPort?: number;
  /** What is kept of each POST: all of it (default), all but the body, or nothing but numbers. */
  record?: "everything" | "headers" | "numbers";
  /** Refuse a missing or wrong VAPID token with 401, a foreign key with 403. Default: yes, unless `record` is `numbers`. */
  checkVapid?: boolean;
  /** Seed of the random failures. */
  seed?: number;
}

export interface PushNumbers {
  posts: number;
  accepted: number;
  byStatus: Record<string, number>;
  firstAt: number | undefined;
  lastAt: number | undefined;
  connections: number;
}

export interface PushService extends AsyncDisposable {
  /** `https://localhost:PORT` */
  origin: string;
  /** `localhost:PORT`, as `EXTRA_PUSH_HOSTS` takes it. */
  host: string;
  /** The authority to trust, PEM, and the file that holds it (for `NODE_EXTRA_CA_CERTS`). */
  ca: string;
  caPath: string;
  /** For Firefox's preference `dom.push.serverURL`. */
  socketUrl: string;
  /** Base of the control API, plain HTTP on 127.0.0.1. */
  controlUrl: string;
  /** Every POST so far (nothing when `record` is `numbers`); append-only until `reset`. */
  posts: readonly PushPost[];
  /** What browsers confirmed so far. */
  acks: readonly PushAck[];
  numbers(): PushNumbers;
  /** The endpoint for a token; any token accepts messages. */
  endpoint(token: string): string;
  /** Tokens that connected browsers hold. */
  browserTokens(): string[];
  script(script: PushScript): void;
  clearScripts(): void;
  /** Browsers learn at once that their subscriptions are lost. */
  loseBrowsers(): void;
  /** Forgets posts, numbers and scripts; browsers stay. */
  reset(): void;
  /** Resolves once so many POSTs were accepted in all. */
  waitForAccepted(count: number, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** A push service accepts a body of up to 4,096 bytes (RFC 8030 section 7.2). */
const maxBodyBytes = 4096;
const hugeReplyBytes = 400 * 1024 * 1024;

/** One request on either HTTP version. */
interface Exchange {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  httpVersion: "1.1" | "2";
  incoming: Readable;
  /** Sends the head and gives the stream for the body. */
  respond(status: number, headers: Record<string, string>): Writable;
  destroy(): void;
  /** The connection is gone, for instance because another request on it was answered by a reset. */
  isGone(): boolean;
}

/**
 * Starts a whole push service on localhost: RFC 8030 endpoints over HTTPS (HTTP/1.1 and HTTP/2) with a certificate of
 * its own authority, the WebSocket that Firefox subscribes and receives through, scripted trouble, and a control API.
 *
 * Control API (JSON): `GET /numbers` · `GET /posts?from=0&limit=1000` (bodies in base64) · `GET /acks` ·
 * `POST /scripts` (a `PushScript`) · `DELETE /scripts` · `POST /reset` · `POST /lose-browsers`.
 */
export async function startPushService(options: PushServiceOptions = {}): Promise<PushService> {
  const record = options.record ?? "everything";
  const checkVapid = options.checkVapid ?? record !== "numbers";
  const certificates = createTestCertificates();
  const scripts = new PushScripts(options.seed ?? 1);
  const posts: PushPost[] = [];
  const sockets = new Set<tls.TLSSocket>();
  let numbers = noNumbers();

  const h1 = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle({
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      httpVersion: "1.1",
      incoming: request,
      respond: (status, headers) => response.writeHead(status, headers),
      destroy: () => request.socket.destroy(),
      isGone: () => response.destroyed,
    });
  });
  const h2 = http2.createServer({ settings: { maxConcurrentStreams: 1000 } });
  h2.on("stream", (stream, headers) => {
    stream.on("error", () => {}); // a client that gave up
    handle({
      method: headers[":method"] ?? "",
      path: headers[":path"] ?? "",
      headers,
      httpVersion: "2",
      incoming: stream,
      respond(status, replyHeaders) {
        stream.respond({ ":status": status, ...replyHeaders });
        return stream;
      },
      destroy: () => stream.session?.destroy(),
      isGone: () => stream.destroyed,
    });
  });
  h2.on("sessionError", () => {});
  const endpoints = tls.createServer(
    { ...certificates, ca: undefined, ALPNProtocols: ["h2", "http/1.1"] },
    (socket) => {
      numbers.connections += 1;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
      (socket.alpnProtocol === "h2" ? h2 : h1).emit("connection", socket);
    },
  );
  const host = `localhost:${await listen(endpoints, options.port)}`;
  const origin = `https://${host}`;
  const endpoint = (token: string) => `${origin}/push/${token}`;
  const browsers = await startPushBrowsers(options.socketPort ?? 0, endpoint);
  const refusal = vapidChecker(origin);

  async function handle(exchange: Exchange): Promise<void> {
    exchange.incoming.on("error", () => {});
    const token = exchange.path.startsWith("/push/") ? exchange.path.slice("/push/".length) : "";
    if (exchange.method !== "POST" || !token) {
      exchange.incoming.resume();
      exchange.respond(404, {}).end();
      return;
    }
    const at = Date.now();
    const body = await readBody(exchange.incoming, record === "everything" || browsers.state(token) === "active");
    if (!body) return; // the sender hung up
    const answer = scripts.choose(token) ?? healthyAnswer(token, exchange.headers, body.bytes);
    const status = statusOf(answer);
    const accepted = status === 201 || answer.fault === "lost-reply";
    count(at, status, accepted);
    if (record !== "numbers") posts.push(describe(exchange, { at, token, body: body.data, status, accepted }));
    if (accepted) forward(token, exchange.headers, body.data);
    if (answer.delayMs) setTimeout(reply, answer.delayMs, exchange, answer, status, token);
    else reply(exchange, answer, status, token);
  }

  /** What a service in good health says to this POST. */
  function healthyAnswer(token: string, headers: http.IncomingHttpHeaders, bytes: number): PushAnswer {
    if (bytes > maxBodyBytes) return { status: 413 };
    if (browsers.state(token) === "gone") return { status: 410 };
    if (!checkVapid) return {};
    if (!/^\d+$/.test(headers.ttl?.toString() ?? "")) return { status: 400, body: "TTL is missing" };
    const reason = refusal(headers.authorization, browsers.vapidKey(token));
    if (!reason) return {};
    return { status: reason.startsWith("not the key") ? 403 : 401, body: reason };
  }

  function forward(token: string, headers: http.IncomingHttpHeaders, body: Buffer): void {
    browsers.forward(token, {
      body,
      contentEncoding: headers["content-encoding"],
      topic: headers.topic?.toString(),
      ttlSeconds: Number(headers.ttl),
    });
  }

  function count(at: number, status: number, accepted: boolean): void {
    numbers.posts += 1;
    if (accepted) numbers.accepted += 1;
    numbers.byStatus[status] = (numbers.byStatus[status] ?? 0) + 1;
    numbers.firstAt ??= at;
    numbers.lastAt = at;
  }

  function reset(): void {
    posts.length = 0;
    numbers = { ...noNumbers(), connections: sockets.size };
    scripts.clear();
  }

  const controls: Record<string, (query: URLSearchParams, body: string) => unknown> = {
    "GET /numbers": () => numbers,
    "GET /posts": (query) => {
      const from = Number(query.get("from") ?? 0);
      const page = posts.slice(from, from + Number(query.get("limit") ?? 1000));
      return page.map((post) => ({ ...post, body: post.body.toString("base64") }));
    },
    "GET /acks": () => browsers.acks,
    "POST /scripts": (_query, body) => scripts.add(JSON.parse(body)),
    "DELETE /scripts": () => scripts.clear(),
    "POST /reset": reset,
    "POST /lose-browsers": () => browsers.loseBrowsers(),
  };
  const control = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://control");
    const run = controls[`${request.method} ${url.pathname}`];
    const body = await new Response(Readable.toWeb(request) as ReadableStream).text();
    try {
      const result = run?.(url.searchParams, body) ?? null;
      response.writeHead(run ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(result));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  const controlUrl = `http://127.0.0.1:${await listen(control, options.controlPort, "127.0.0.1")}`;

  const directory = await mkdtemp(path.join(tmpdir(), "push-service-"));
  const caPath = path.join(directory, "ca.pem");
  await writeFile(caPath, certificates.ca);

  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    control.closeAllConnections();
    await Promise.all([endpoints, control].map((server) => new Promise((resolve) => server.close(resolve))));
    await browsers.close();
    await rm(directory, { recursive: true, force: true });
  }

  return {
    origin,
    host,
    ca: certificates.ca,
    caPath,
    socketUrl: browsers.url,
    controlUrl,
    posts,
    acks: browsers.acks,
    numbers: () => structuredClone(numbers),
    endpoint,
    browserTokens: () => browsers.tokens(),
    script: (script) => scripts.add(script),
    clearScripts: () => scripts.clear(),
    loseBrowsers: () => browsers.loseBrowsers(),
    reset,
    async waitForAccepted(wanted, timeoutMs = 10_000) {
      const deadline = Date.now() + timeoutMs;
      while (numbers.accepted < wanted) {
        if (Date.now() > deadline) throw new Error(`${numbers.accepted} of ${wanted} pushes after ${timeoutMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function noNumbers(): PushNumbers {
  return { posts: 0, accepted: 0, byStatus: {}, firstAt: undefined, lastAt: undefined, connections: 0 };
}

function statusOf(answer: PushAnswer): number {
  const noStatus = answer.fault === "reset" || answer.fault === "lost-reply" || answer.fault === "silence";
  return noStatus ? 0 : (answer.status ?? 201);
}

/** @returns undefined when the sender hung up in the middle; `data` is empty unless it is to be kept */
function readBody(incoming: Readable, keep: boolean): Promise<{ bytes: number; data: Buffer } | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (keep && bytes <= 2 * maxBodyBytes) chunks.push(chunk);
    });
    incoming.on("end", () => resolve({ bytes, data: Buffer.concat(chunks) }));
    incoming.on("close", () => resolve(undefined));
  });
}

function describe(
  { headers, httpVersion }: Exchange,
  post: Pick<PushPost, "at" | "token" | "body" | "status" | "accepted">,
): PushPost {
  return {
    ...post,
    httpVersion,
    topic: headers.topic?.toString(),
    ttl: headers.ttl?.toString(),
    urgency: headers.urgency?.toString(),
    authorization: headers.authorization,
    contentEncoding: headers["content-encoding"],
    contentType: headers["content-type"],
  };
}

function reply(exchange: Exchange, answer: PushAnswer, status: number, token: string): void {
  if (answer.fault === "silence" || exchange.isGone()) return;
  if (answer.fault === "reset" || answer.fault === "lost-reply") {
    exchange.destroy();
    return;
  }
  const location = status === 201 ? { location: `/message/${token}` } : undefined;
  const length = answer.fault ? undefined : { "content-length": String(Buffer.byteLength(answer.body ?? "")) };
  const body = exchange.respond(status, { ...location, ...length, ...answer.headers });
  body.on("error", () => {});
  if (answer.fault === "drip") drip(body);
  else if (answer.fault === "huge") Readable.from(zeroes(hugeReplyBytes)).pipe(body);
  else body.end(answer.body);
}

function drip(body: Writable): void {
  const timer = setInterval(() => body.write("."), 200);
  body.on("close", () => clearInterval(timer));
}

function* zeroes(bytes: number): Generator<Buffer> {
  const block = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < bytes; sent += block.length) yield block;
}

async function listen(server: http.Server | tls.Server, port = 0, host = "localhost"): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** `node tests/support/push-service.ts --port 0 --record numbers`: runs until it is ended; prints one JSON line. */
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      "socket-port": { type: "string" },
      "control-port": { type: "string" },
      record: { type: "string", default: "headers" },
      "check-vapid": { type: "boolean" },
      seed: { type: "string" },
    },
  });
  const service = await startPushService({
    port: Number(values.port ?? 0),
    socketPort: Number(values["socket-port"] ?? 0),
    controlPort: Number(values["control-port"] ?? 0),
    record: values.record === "everything" || values.record === "numbers" ? values.record : "headers",
    ...(values["check-vapid"] === undefined ? undefined : { checkVapid: values["check-vapid"] }),
    seed: Number(values.seed ?? 1),
  });
  const { origin, host, caPath, socketUrl, controlUrl } = service;
  console.log(JSON.stringify({ origin, host, caPath, socketUrl, controlUrl, pid: process.pid }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void service.close());
}
