import { once } from "node:events";
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  constants as http2,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import { WebPush } from "#lib/channels/web-push/web-push.ts";
import type { WebPushMessage } from "#lib/channels/web-push/web-push-message.ts";
import { decryptPush, newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { createTestCertificates } from "#tests/support/certificates.ts";
import { startPushService } from "#tests/support/push-service.ts";

const certificates = createTestCertificates();
const usualAuthorities = getCACertificates();
beforeAll(() => setDefaultCACertificates([...usualAuthorities, certificates.ca]));
afterAll(() => setDefaultCACertificates(usualAuthorities));

const hour = 3_600_000;
const minute = 60_000;
const browser = newBrowserSubscription("https://localhost/p/abc");
const vapid = { id: "pair", subject: "mailto:ops@shop.example", ...generateVapidKeys() };

describe.each(["h2", "http/1.1"] as const)("over %s", (protocol) => {
  test("a message arrives as RFC 8030 and RFC 8291 say", async () => {
    await using service = await listen(protocol);

    expect(await service.webPush.send(message(service, { ttlSeconds: 90, urgency: "high" }))).toEqual({ kind: "sent" });

    const [post] = service.posts;
    expect(post?.method).toBe("POST");
    expect(post?.path).toBe("/p/abc?x=1");
    expect(post?.headers).toMatchObject({
      ttl: "90",
      urgency: "high",
      topic: "topic",
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
      "content-length": String(post?.body.length),
    });
    expect(post?.headers.authorization).toMatch(new RegExp(`^vapid t=[\\w.-]+, k=${vapid.publicKey}$`));
    expect(decryptPush(post?.body ?? Buffer.alloc(0), browser).toString()).toBe("hello");
  });

  test("no topic, no header", async () => {
    await using service = await listen(protocol);
    await service.webPush.send(message(service, { topic: undefined }));
    expect(service.posts[0]?.headers).not.toHaveProperty("topic");
  });

  test("connections are kept and shared", async () => {
    await using service = await listen(protocol);
    const outcomes = await sendMany(service, 500, 20);
    expect(outcomes).toEqual({ sent: 500 });
    expect(service.posts).toHaveLength(500);
    expect(service.connectionCount()).toBeLessThanOrEqual(protocol === "h2" ? 1 : 101);
  });

  test("a redirect is not followed", async () => {
    await using other = await listen(protocol);
    await using service = await listen(protocol, (_request, response) => {
      response.writeHead(307, { location: `https://localhost:${other.port}/p/abc` }).end();
    });
    expect(await service.webPush.send(message(service))).toEqual({ kind: "rejected", reason: "redirected" });
    expect(other.connectionCount()).toBe(0);
  });

  test.each([
    [404, { kind: "gone", reason: "gone" }],
    [413, { kind: "rejected", reason: "payload_too_large" }],
    [429, { kind: "retryAt", reason: "rate_limited", counts: false }],
    [503, { kind: "retryAt", reason: "server_error", counts: true }],
  ])("%i", async (status, outcome) => {
    await using service = await listen(protocol, (_request, response) => response.writeHead(status).end("why"));
    expect(await service.webPush.send(message(service))).toMatchObject(outcome);
    expect(service.posts).toHaveLength(1);
  });

  test("Retry-After is heard", async () => {
    await using service = await listen(protocol, (_request, response) => {
      response.writeHead(429, { "retry-after": "120" }).end();
    });
    const outcome = await service.webPush.send(message(service));
    const waitMs = outcome.kind === "retryAt" ? outcome.at.getTime() - Date.now() : 0;
    expect(waitMs).toBeGreaterThan(118_000);
    expect(waitMs).toBeLessThanOrEqual(120_000);
  });

  test("a silent service costs no more than the deadline", async () => {
    await using service = await listen(protocol, () => {}, { deadlineMs: 500 });
    const startedAt = Date.now();
    const outcomes = await sendMany(service, 150, 150);
    expect(outcomes).toEqual({ timed_out: 150 });
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });

  test("a reply that drips for ever is judged by its status and then dropped", async () => {
    let isDropped = false;
    const drip: Listener = (_request, response) => {
      response.writeHead(201);
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => {
        isDropped = true;
        clearInterval(timer);
      });
    };
    await using service = await listen(protocol, drip, { deadlineMs: 1_500 });
    expect(await service.webPush.send(message(service))).toEqual({ kind: "sent" });
    await expect.poll(() => isDropped, { timeout: 5_000 }).toBe(true);
  });

  test("a reply of 400 MB is dropped after 16 KB", async () => {
    let isDropped = false;
    let written = 0;
    const flood: Listener = async (_request, response) => {
      response.writeHead(500);
      response.on("close", () => {
        isDropped = true;
      });
      while (!isDropped && written < 400_000_000) {
        written += 65_536;
        if (!response.write(Buffer.alloc(65_536))) await new Promise((next) => setTimeout(next, 1));
      }
    };
    await using service = await listen(protocol, flood);
    expect(await service.webPush.send(message(service))).toMatchObject({ kind: "retryAt", reason: "server_error" });
    await expect.poll(() => isDropped, { timeout: 5_000 }).toBe(true);
    expect(written).toBeLessThan(40_000_000);
  });

  test("a reset is tried again later, and the next message gets a new connection", async () => {
    await using service = await listen(protocol, (request, response) => {
      if (service.posts.length === 1) request.socket.destroy();
      else response.writeHead(201).end();
    });
    expect(await service.webPush.send(message(service))).toMatchObject({ reason: "network_error", counts: true });
    expect(await service.webPush.send(message(service))).toEqual({ kind: "sent" });
  });

  test("a token that is refused is replaced once", async () => {
    await using service = await listen(protocol, (_request, response) => {
      response.writeHead(service.posts.length % 2 === 1 ? 403 : 201).end();
    });
    for (let round = 1; round <= 3; round += 1) {
      expect(await service.webPush.send(message(service))).toEqual({ kind: "sent" });
      expect(service.posts).toHaveLength(2 * round);
    }
    const [first, second] = service.posts.map((post) => post.headers.authorization);
    expect(second).not.toBe(first);
  });

  test.each([401, 403])("%i again with a fresh token is final", async (status) => {
    await using service = await listen(protocol, (_request, response) => response.writeHead(status).end());
    expect(await service.webPush.send(message(service))).toEqual({ kind: "rejected", reason: "vapid_rejected" });
    expect(service.posts).toHaveLength(2);
  });

  test("a wrong key pair costs one more POST, not one more for every message", async () => {
    await using service = await listen(protocol, (_request, response) => response.writeHead(403).end());
    expect(await sendMany(service, 60, 30)).toEqual({ vapid_rejected: 60 });
    expect(service.posts).toHaveLength(61);
  });
});

describe("over HTTP/2", () => {
  test("requests that a departing connection did not look at go over another at once", async () => {
    await using service = await listen("h2", ({ stream }: Http2ServerRequest, response) => {
      if (service.posts.length === 4) service.goAway(stream, http2.NGHTTP2_NO_ERROR);
      setTimeout(() => response.writeHead(201).end(), 20);
    });
    await service.webPush.send(message(service));

    expect(await sendMany(service, 40, 40)).toEqual({ sent: 40 });
    expect(service.connectionCount()).toBe(2);
    expect(service.posts).toHaveLength(41);
  });

  test("a GOAWAY for an error leaves only those open that it had read", async () => {
    await using service = await listen("h2", ({ stream }: Http2ServerRequest, response) => {
      const isFirst = service.posts.length === 1;
      if (service.posts.length === 6) service.goAway(stream, http2.NGHTTP2_ENHANCE_YOUR_CALM);
      if (isFirst || service.connectionCount() > 1) response.writeHead(201).end();
    });
    await service.webPush.send(message(service));

    expect(await sendMany(service, 40, 40)).toEqual({ network_error: 5, sent: 35 });
    expect(service.posts).toHaveLength(41);
  });

  test("REFUSED_STREAM is tried at once, then later without burning an attempt", async () => {
    const refuse: Listener = ({ stream }: Http2ServerRequest) => stream.close(http2.NGHTTP2_REFUSED_STREAM);
    await using service = await listen("h2", refuse);
    expect(await service.webPush.send(message(service, { attempts: 5 }))).toMatchObject({
      kind: "retryAt",
      reason: "not_processed",
      counts: false,
    });
    expect(service.posts).toHaveLength(2);
  });

  test("a service that takes 10 requests at a time gets them all", async () => {
    await using service = await listen("h2", undefined, { maxConcurrentStreams: 10 });
    expect(await sendMany(service, 400, 200)).toEqual({ sent: 400 });
    expect(service.connectionCount()).toBeLessThanOrEqual(4);
  });
});

describe("without a POST", () => {
  const nowhere = { endpoint: "https://localhost:1/p/abc", webPush: newWebPush(1) };

  test("a port where nobody listens is tried again later", async () => {
    expect(await nowhere.webPush.send(message(nowhere))).toMatchObject({ reason: "connect_failed", counts: true });
  });

  test("a service without a certificate that we trust is not spoken to", async () => {
    const stranger = createTestCertificates();
    const server = createHttpsServer({ key: stranger.key, cert: stranger.cert }, (_request, response) =>
      response.end(),
    );
    const port = await listenOn(server);
    const webPush = newWebPush(port);
    const outcome = await webPush.send(message({ endpoint: `https://localhost:${port}/p/abc` }));
    expect(outcome).toMatchObject({ reason: "connect_failed", counts: true });
    server.close();
  });

  test.each([
    ["no HTTP at all", "220 mail.example ESMTP\r\n"],
    ["a broken status line", "HTTP/1.1 abc\r\n\r\n"],
    ["headers without an end", `HTTP/1.1 201 Created\r\n${"x: y\r\n".repeat(10_000)}`],
  ])("a service that answers %s is tried again later", async (_name, answer) => {
    const server = createTlsServer({ key: certificates.key, cert: certificates.cert }, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.write(answer));
    });
    const port = await listenOn(server);
    const webPush = newWebPush(port, { deadlineMs: 3_000 });
    const outcome = await webPush.send(message({ endpoint: `https://localhost:${port}/p/abc` }));
    expect(outcome).toMatchObject({ kind: "retryAt", reason: "network_error", counts: true });
    server.close();
  });

  test("headers that drip cost no more than the deadline", async () => {
    const server = createTlsServer({ key: certificates.key, cert: certificates.cert }, (socket) => {
      socket.on("error", () => {});
      const timer = setInterval(() => socket.write("H"), 20);
      socket.once("close", () => clearInterval(timer));
    });
    const port = await listenOn(server);
    const webPush = newWebPush(port, { deadlineMs: 300 });
    const startedAt = Date.now();
    const outcome = await webPush.send(message({ endpoint: `https://localhost:${port}/p/abc` }));
    expect(outcome).toMatchObject({ kind: "retryAt", counts: true });
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    server.close();
  });

  const point = Buffer.from(browser.subscription.keys.p256dh, "base64url");
  const offCurve = Buffer.from(point);
  offCurve.writeUInt8(offCurve.readUInt8(64) ^ 1, 64);

  test.each([
    ["a point off the curve", { p256dh: offCurve.toString("base64url") }],
    ["33 bytes", { p256dh: point.subarray(0, 33).toString("base64url") }],
    ["NUL", { p256dh: "\0".repeat(87) }],
    ["null", { p256dh: null }],
    ["no auth", { auth: undefined }],
    ["auth of 15 bytes", { auth: Buffer.alloc(15).toString("base64url") }],
  ])("a row with %s is retired", async (_name, wrong) => {
    const poisoned = { ...message(nowhere), ...wrong } as WebPushMessage;
    expect(await nowhere.webPush.send(poisoned)).toEqual({ kind: "rejected", reason: "invalid_keys", retire: true });
  });

  test.each([null, "", "\0", "nonsense", "http://fcm.googleapis.com/abc", "https://u:p@fcm.googleapis.com/abc"])(
    "an endpoint %j is retired",
    async (endpoint) => {
      const poisoned = { ...message(nowhere), endpoint } as WebPushMessage;
      const outcome = await nowhere.webPush.send(poisoned);
      expect(outcome).toEqual({ kind: "rejected", reason: "invalid_endpoint", retire: true });
    },
  );

  test("an endpoint elsewhere is refused but kept, as the operator's list may change", async () => {
    const outcome = await nowhere.webPush.send(message({ endpoint: "https://127.0.0.1:8443/x" }));
    expect(outcome).toEqual({ kind: "rejected", reason: "endpoint_not_allowed" });
  });

  test("a push service's name that resolves to this machine is not connected", async () => {
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const webPush = new WebPush({ settings: { extraPushHosts: [], allow: [] }, resolve });
    const outcome = await webPush.send(message({ endpoint: "https://fcm.googleapis.com/fcm/send/abc" }));
    expect(outcome).toMatchObject({ kind: "retryAt", reason: "connect_failed" });
  });

  test("3,994 bytes are too many", async () => {
    const outcome = await nowhere.webPush.send(message(nowhere, { payload: Buffer.alloc(3994) }));
    expect(outcome).toEqual({ kind: "rejected", reason: "payload_too_large" });
  });

  test("a message whose time is over is not sent", async () => {
    const expiresAt = new Date(Date.now() - 1);
    expect(await nowhere.webPush.send(message(nowhere, { expiresAt }))).toEqual({ kind: "rejected", reason: "ttl" });
  });

  test("a key pair that cannot sign stops its sender, with the reason", async () => {
    const broken = { ...vapid, id: "broken", privateKey: generateVapidKeys().privateKey };
    const outcome = await nowhere.webPush.send(message(nowhere, { vapid: broken }));
    expect(outcome).toEqual({ kind: "pauseAll", reason: "vapid_key_invalid" });
  });
});

describe("the time that is left", () => {
  test.each([
    ["a first attempt asks for all of it", { ttlSeconds: 3600, attempts: 0 }, minute, "3600"],
    ["a retry asks for the rest", { ttlSeconds: 3600, attempts: 2 }, minute, "60"],
    ["a retry of more than a day asks for all of it", { ttlSeconds: 2_419_200, attempts: 2 }, hour, "2419200"],
    ["now or never is tried once", { ttlSeconds: 0, attempts: 0 }, -1, "0"],
  ])("%s", async (_name, fields, leftMs, ttl) => {
    await using service = await listen("h2");
    const expiresAt = new Date(Date.now() + leftMs);
    expect(await service.webPush.send(message(service, { ...fields, expiresAt }))).toEqual({ kind: "sent" });
    expect(service.posts[0]?.headers.ttl).toBe(ttl);
  });
});

test("a push service that checks tokens and fails at random takes each message once it recovers", async () => {
  await using service = await startPushService({ seed: 7 });
  // Not beside the other one: both authorities have the same name.
  setDefaultCACertificates([...usualAuthorities, service.ca]);
  service.script({ answer: { status: 503 }, percent: 30 });
  const webPush = newWebPush(Number(new URL(service.origin).port));

  const rounds = Array.from({ length: 200 }, async (_, index) => {
    const outgoing = message({ endpoint: service.endpoint(`token-${index}`) });
    for (let attempts = 0; attempts < 6; attempts += 1) {
      const outcome = await webPush.send({ ...outgoing, attempts });
      if (outcome.kind !== "retryAt") return outcome.kind;
    }
    return "never";
  });

  const kinds = await Promise.all(rounds);
  const accepted = new Set(service.posts.filter((post) => post.accepted).map((post) => post.token));
  expect(kinds.filter((kind) => kind === "sent").length).toBe(accepted.size);
  expect(accepted.size).toBeGreaterThan(190);
  for (const { body } of service.posts) expect(decryptPush(body, browser).toString()).toBe("hello");
  webPush.close();
  setDefaultCACertificates([...usualAuthorities, certificates.ca]);
});

/** Over HTTP/1.1 the request has no `stream`; only tests of HTTP/2 use it. */
type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => unknown;

interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

function newWebPush(port: number, options: { deadlineMs?: number } = {}): WebPush {
  return new WebPush({ settings: { extraPushHosts: [`localhost:${port}`], allow: [] }, random: () => 0.5, ...options });
}

function message({ endpoint }: { endpoint: string }, fields: Partial<WebPushMessage> = {}): WebPushMessage {
  return {
    id: "message",
    endpoint,
    ...browser.subscription.keys,
    payload: Buffer.from("hello"),
    ttlSeconds: 86_400,
    urgency: "normal",
    topic: "topic",
    attempts: 0,
    expiresAt: new Date(Date.now() + 24 * hour),
    vapid,
    ...fields,
  };
}

/** @returns how often each kind of outcome, or its reason, came */
async function sendMany(service: { webPush: WebPush; endpoint: string }, count: number, inFlight: number) {
  const tally: Record<string, number> = {};
  let left = count;
  const sendSome = async () => {
    while (left > 0) {
      left -= 1;
      const outcome = await service.webPush.send(message(service));
      const name = "reason" in outcome ? outcome.reason : outcome.kind;
      tally[name] = (tally[name] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sendSome));
  return tally;
}

async function listenOn(server: { listen(port: number, host: string): unknown; address(): unknown }): Promise<number> {
  server.listen(0, "localhost");
  await once(server as never, "listening");
  return (server.address() as AddressInfo).port;
}

/** A bare push service whose every answer the test writes itself, down to the frames. */
async function listen(
  protocol: "h2" | "http/1.1",
  listener: Listener = (_request, response) => response.writeHead(201).end(),
  options: { deadlineMs?: number; maxConcurrentStreams?: number } = {},
) {
  const posts: Received[] = [];
  const sockets = new Set<TLSSocket>();
  const lastRead = new WeakMap<object, number>();
  let connections = 0;
  const receive = async (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const { session, id = 0 } = request.stream ?? {};
    if (session && id > (lastRead.get(session) ?? Number.POSITIVE_INFINITY)) return;
    posts.push({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks) });
    await listener(request, response);
  };
  const tls = { key: certificates.key, cert: certificates.cert };
  const settings = { maxConcurrentStreams: options.maxConcurrentStreams ?? 100 };
  const server =
    protocol === "h2"
      ? createSecureServer({ ...tls, settings }, receive as never)
      : createHttpsServer(tls, receive as never);
  server.on("secureConnection", (socket: TLSSocket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
  });
  const port = await listenOn(server);
  const webPush = newWebPush(port, options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs });
  return {
    port,
    posts,
    webPush,
    endpoint: `https://localhost:${port}/p/abc?x=1`,
    /** Connections that carried HTTP; the one that asked an HTTP/1.1 service for its protocol counts too. */
    connectionCount: () => connections,
    /** Reads nothing after this stream, and says so. */
    goAway: ({ session, id }: ServerHttp2Stream, code: number) => {
      if (!session || id === undefined) return;
      lastRead.set(session, id);
      session.goaway(code, id);
    },
    [Symbol.asyncDispose]: async () => {
      webPush.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
