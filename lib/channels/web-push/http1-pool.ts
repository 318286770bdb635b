import type { LookupFunction } from "node:net";
import { type Dispatcher, Pool } from "undici";
import type { Reply } from "./outcome.ts";
import { maxReplyBytes, type Post } from "./post.ts";

const maxConnections = 100;

/** Keep-alive connections to a push service that does not offer HTTP/2, one request at a time on each. */
export class Http1Pool {
  readonly #pool: Pool;

  constructor(origin: string, lookup: LookupFunction | undefined, connectTimeoutMs: number) {
    this.#pool = new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      allowH2: false,
      // Every request has its own deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: connectTimeoutMs, ...(lookup && { lookup }) },
    });
  }

  post(request: Post, timeoutMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      let controller: Dispatcher.DispatchController | undefined;
      let isLate = false;
      let replyBytes = 0;

      const deadline = setTimeout(() => {
        isLate = true;
        resolve({ kind: "failed", reason: "timed_out" });
        controller?.abort(new Error("deadline"));
      }, timeoutMs);

      this.#pool.dispatch(
        { method: "POST", path: request.path, headers: request.headers, body: request.body },
        {
          onRequestStart(started) {
            controller = started;
            // It waited for a connection until its deadline passed; nothing was written yet.
            if (isLate) started.abort(new Error("deadline"));
          },
          onResponseStart(_controller, status, headers) {
            const retryAfter = headers["retry-after"];
            resolve({ kind: "answered", status, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter });
          },
          onResponseData(reading, chunk) {
            replyBytes += chunk.length;
            if (replyBytes > maxReplyBytes) reading.abort(new Error("reply too large"));
          },
          onResponseEnd() {
            clearTimeout(deadline);
          },
          onResponseError() {
            clearTimeout(deadline);
            resolve({ kind: "failed", reason: controller ? "network_error" : "connect_failed" });
          },
        },
      );
    });
  }

  close(): void {
    void this.#pool.close();
  }
}
