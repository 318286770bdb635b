import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Reply } from "./outcome.ts";
import { maxReplyBytes, type Post } from "./post.ts";

const idleMs = 60_000;
const settingsTimeoutMs = 5_000;

interface Listeners {
  /** A request ended, so another may begin. */
  onRoom: () => void;
  onClose: (session: Http2Session) => void;
}

/** One HTTP/2 connection to a push service (RFC 9113). It closes itself when idle, on GOAWAY and on errors. */
export class Http2Session {
  readonly #session: ClientHttp2Session;
  readonly #onRoom: () => void;
  #openStreams = 0;
  #lastReplyAt = 0;
  #isSilent = false;
  /** Of the peer's GOAWAY: streams with a higher number were not and will not be processed (section 6.8). */
  #lastProcessedId = Number.POSITIVE_INFINITY;

  /**
   * Opens HTTP/2 on a socket and waits for the peer's settings: before them, nothing tells how many requests it takes at
   * once (RFC 9113 section 6.5.2), and a first burst would be refused.
   *
   * @param socket connected, with `h2` agreed by ALPN
   */
  static open(origin: string, socket: TLSSocket, listeners: Listeners): Promise<Http2Session> {
    const session = connect(origin, { createConnection: () => socket, settings: { enablePush: false } });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => session.destroy(), settingsTimeoutMs);
      session.once("remoteSettings", () => {
        clearTimeout(timer);
        resolve(new Http2Session(session, listeners));
      });
      session.on("error", () => {});
      session.once("close", () => {
        clearTimeout(timer);
        reject(new Error("closed before its settings came"));
      });
    });
  }

  private constructor(session: ClientHttp2Session, listeners: Listeners) {
    this.#session = session;
    this.#onRoom = listeners.onRoom;
    session.on("goaway", (_code, lastStreamId) => {
      this.#lastProcessedId = lastStreamId;
    });
    session.once("close", () => listeners.onClose(this));
    session.setTimeout(idleMs, () => session.close());
    // A request in flight keeps the process alive by its deadline; an idle connection need not.
    session.unref();
  }

  get openStreams(): number {
    return this.#openStreams;
  }

  /** Whether a request would start now: the connection takes new ones and the peer's limit is not reached. */
  get hasRoom(): boolean {
    const limit = this.#session.remoteSettings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    return this.isUsable && this.#openStreams < limit;
  }

  get isUsable(): boolean {
    return !this.#isSilent && !this.#session.closed && !this.#session.destroyed;
  }

  close(): void {
    this.#session.close();
  }

  post(request: Post, timeoutMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      const stream = this.#start(request);
      if (!stream) return resolve({ kind: "not_processed" });
      const startedAt = performance.now();
      let replyBytes = 0;

      const deadline = setTimeout(() => {
        resolve({ kind: "failed", reason: "timed_out" });
        stream.close(constants.NGHTTP2_CANCEL);
        // Nothing at all came back meanwhile: the connection itself is dead, and no other request should wait on it.
        this.#isSilent ||= this.#lastReplyAt < startedAt;
      }, timeoutMs);

      stream.on("response", (headers) => {
        this.#lastReplyAt = performance.now();
        resolve({ kind: "answered", status: headers[":status"] ?? 0, retryAfter: headers["retry-after"] });
      });
      stream.on("data", (chunk: Buffer) => {
        replyBytes += chunk.length;
        if (replyBytes > maxReplyBytes) stream.close(constants.NGHTTP2_CANCEL);
      });
      stream.on("error", () => {});
      stream.on("close", () => {
        clearTimeout(deadline);
        this.#openStreams -= 1;
        this.#onRoom();
        if (this.#isSilent && this.#openStreams === 0) this.#session.destroy();
        resolve(this.#wasProcessed(stream) ? { kind: "failed", reason: "network_error" } : { kind: "not_processed" });
      });
      stream.end(request.body);
    });
  }

  #start(request: Post): ClientHttp2Stream | undefined {
    try {
      const stream = this.#session.request({ ":method": "POST", ":path": request.path, ...request.headers });
      this.#openStreams += 1;
      return stream;
    } catch (error) {
      // The connection closed between choosing it and using it.
      if (!this.isUsable) return undefined;
      throw error;
    }
  }

  #wasProcessed(stream: ClientHttp2Stream): boolean {
    if (stream.id === undefined || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return false;
    return stream.id <= this.#lastProcessedId;
  }
}
