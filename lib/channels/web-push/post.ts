/** One POST to a push service (RFC 8030 section 5). */
export interface Post {
  /** Path and query of the endpoint. */
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** A reply's body says nothing that we use; more of it than this ends the exchange. */
export const maxReplyBytes = 16 * 1024;
