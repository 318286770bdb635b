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
  #opening: Promise<"opened" | "connect_failed"> | undefined;
  /** Requests that found every connection busy, in the order they came. */
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  /** @param lookup checks addresses while connecting; undefined for a host that the operator trusts */
  constructor(url: URL, lookup: LookupFunction | undefined) {
    this.#url = url;
    this.origin = url.origin;
    this.#lookup = lookup;
  }

  /** Sends one request and waits for the status, at most until `deadlineAt` (of `performance.now()`). */
  async post(request: Post, deadlineAt: number): Promise<Reply> {
    let connection = this.#free();
    while (!connection) {
      const result = await this.#moreRoom(deadlineAt);
      if (result !== "room") return { kind: "failed", reason: result };
      connection = this.#free();
    }
    return connection.post(request, Math.max(0, deadlineAt - performance.now()));
  }

  close(): void {
    this.#isClosed = true;
    this.#pool?.close();
    for (const session of this.#sessions) session.close();
  }

  /** The least busy connection, or undefined where all have as many requests as the peer takes at once. */
  #free(): Http2Session | Http1Pool | undefined {
    if (this.#pool) return this.#pool;
    let best: Http2Session | undefined;
    for (const session of this.#sessions) {
      if (session.hasRoom && session.openStreams < (best?.openStreams ?? Number.POSITIVE_INFINITY)) best = session;
    }
    return best;
  }

  /** Opens another connection or, where there are enough or no more to be had, waits for a request to end. */
  async #moreRoom(deadlineAt: number): Promise<"room" | "connect_failed" | "timed_out"> {
    const usable = () => this.#sessions.filter((session) => session.isUsable).length;
    if (usable() < maxSessions) {
      const result = await before(deadlineAt, this.#open());
      if (result === "timed_out") return result;
      if (usable() === 0 && !this.#pool) return "connect_failed";
      if (result === "opened") return "room";
    }
    return this.#nextRoom(deadlineAt);
  }

  #nextRoom(deadlineAt: number): Promise<"room" | "timed_out"> {
    return new Promise((resolve) => {
      const proceed = () => {
        clearTimeout(timer);
        this.#waiting.delete(proceed);
        resolve("room");
      };
      const timer = setTimeout(
        () => {
          this.#waiting.delete(proceed);
          resolve("timed_out");
        },
        Math.max(0, deadlineAt - performance.now()),
      );
      this.#waiting.add(proceed);
    });
  }

  #wakeOne(): void {
    const [first] = this.#waiting;
    first?.();
  }

  #wakeAll(): void {
    for (const proceed of [...this.#waiting]) proceed();
  }

  #open(): Promise<"opened" | "connect_failed"> {
    this.#opening ??= this.#connect()
      .then(
        () => "opened" as const,
        () => "connect_failed" as const,
      )
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  async #connect(): Promise<void> {
    const socket = await openSocket(this.#url, this.#lookup);
    if (this.#isClosed) {
      socket.destroy();
    } else if (socket.alpnProtocol === "h2") {
      const session = await Http2Session.open(this.origin, socket, {
        onRoom: () => this.#wakeOne(),
        onClose: (closed) => this.#forget(closed),
      });
      this.#sessions.push(session);
    } else {
      socket.destroy();
      this.#pool ??= new Http1Pool(this.origin, this.#lookup, connectTimeoutMs);
    }
    this.#wakeAll();
  }

  #forget(closed: Http2Session): void {
    this.#sessions = this.#sessions.filter((session) => session !== closed);
    this.#wakeAll();
  }
}

/** @returns `timed_out` when the promise is not settled by `deadlineAt` */
async function before<T>(deadlineAt: number, promise: Promise<T>): Promise<T | "timed_out"> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<"timed_out">((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadlineAt - performance.now()), "timed_out");
  });
  const first = await Promise.race([promise, deadline]);
  clearTimeout(timer);
  return first;
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
