import { isIP, type LookupFunction } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { Http1Pool } from "./http1-pool.ts";
import { Http2Session } from "./http2-session.ts";
import type { Reply } from "./outcome.ts";
import type { Post } from "./post.ts";

const maxSessions = 4;
const connectTimeoutMs = 10_000;

/**
 * The connections of this process to one push service. The first one finds out by ALPN what the service speaks: HTTP/2,
 * on up to four connections, or HTTP/1.1 on a pool.
 */
export class PushService {
  readonly origin: string;
  readonly #url: URL;
  readonly #lookup: LookupFunction | undefined;
  #sessions: Http2Session[] = [];
  #pool: Http1Pool | undefined;
  #opening: Promise<void> | undefined;
  #isClosed = false;

  /** @param lookup checks addresses while connecting; undefined for a host that the operator trusts */
  constructor(url: URL, lookup: LookupFunction | undefined) {
    this.#url = url;
    this.origin = url.origin;
    this.#lookup = lookup;
  }

  /** Sends one request and waits for the status, at most until `deadlineAt` (of `performance.now()`). Never throws. */
  async post(request: Post, deadlineAt: number): Promise<Reply> {
    const connection = this.#connection() ?? (await this.#nextConnection(deadlineAt));
    if (typeof connection === "string") return { kind: "failed", reason: connection };
    return connection.post(request, Math.max(0, deadlineAt - performance.now()));
  }

  close(): void {
    this.#isClosed = true;
    this.#pool?.close();
    for (const session of this.#sessions) session.close();
  }

  /** A connection that is open now. Where all have as much as the peer takes at once, another is opened meanwhile. */
  #connection(): Http2Session | Http1Pool | undefined {
    if (this.#pool) return this.#pool;
    let best: Http2Session | undefined;
    for (const session of this.#sessions) {
      if (session.isUsable && session.openStreams < (best?.openStreams ?? Number.POSITIVE_INFINITY)) best = session;
    }
    if (best && !best.hasRoom && this.#sessions.length < maxSessions) this.#open().catch(() => {});
    return best;
  }

  async #nextConnection(deadlineAt: number): Promise<Http2Session | Http1Pool | "connect_failed" | "timed_out"> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<"timed_out">((resolve) => {
      timer = setTimeout(resolve, Math.max(0, deadlineAt - performance.now()), "timed_out");
    });
    const opened = this.#open().then(
      () => this.#connection() ?? "connect_failed",
      () => "connect_failed" as const,
    );
    const connection = await Promise.race([opened, deadline]);
    clearTimeout(timer);
    return connection;
  }

  #open(): Promise<void> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<void> {
    const socket = await openSocket(this.#url, this.#lookup);
    if (this.#isClosed) {
      socket.destroy();
      throw new Error("closed");
    }
    if (socket.alpnProtocol === "h2") {
      this.#sessions.push(new Http2Session(this.origin, socket, (closed) => this.#forget(closed)));
    } else {
      socket.destroy();
      this.#pool ??= new Http1Pool(this.origin, this.#lookup, connectTimeoutMs);
    }
  }

  #forget(closed: Http2Session): void {
    this.#sessions = this.#sessions.filter((session) => session !== closed);
  }
}

function openSocket(url: URL, lookup: LookupFunction | undefined): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ["h2", "http/1.1"],
      ...(lookup && { lookup }),
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error("connect timeout")), connectTimeoutMs);
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
