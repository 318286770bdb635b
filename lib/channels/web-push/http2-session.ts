import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Reply } from "./outcome.ts";
import { maxReplyBytes, type Post } from "./post.ts";

/** What we assume until the peer's SETTINGS arrive; RFC 9113 section 6.5.2 asks for at least 100. */
const assumedConcurrentStreams = 100;
const idleMs = 60_000;

/** One HTTP/2 connection to a push service (RFC 9113). It closes itself when idle, on GOAWAY and on errors. */
export class Http2Session {
  readonly #session: ClientHttp2Session;
  #openStreams = 0;
  #lastReplyAt = 0;
  /** Of the peer's GOAWAY: streams with a higher number were not and will not be processed (section 6.8). */
  #lastProcessedId = Number.POSITIVE_INFINITY;

  /** @param socket connected, with `h2` agreed by ALPN */
  constructor(origin: string, socket: TLSSocket, onClose: (session: Http2Session) => void) {
    this.#session = connect(origin, { createConnection: () => socket, settings: { enablePush: false } });
    this.#session.on("goaway", (_code, lastStreamId) => {
      this.#lastProcessedId = lastStreamId;
    });
    this.#session.on("error", () => {});
    this.#session.on("close", () => onClose(this));
    this.#session.setTimeout(idleMs, () => this.#session.close());
    // A request in flight keeps the process alive by its deadline; an idle connection need not.
    this.#session.unref();
  }

  get openStreams(): number {
    return this.#openStreams;
  }

  /** Whether a request would start now: the connection takes new ones and the peer's limit is not reached. */
  get hasRoom(): boolean {
    const limit = this.#session.remoteSettings?.maxConcurrentStreams ?? assumedConcurrentStreams;
    return this.isUsable && this.#openStreams < limit;
  }

  get isUsable(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
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
        // Nothing at all came back meanwhile: the connection itself is dead, and the next request should not wait on it.
        if (this.#lastReplyAt < startedAt) this.#session.destroy();
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
