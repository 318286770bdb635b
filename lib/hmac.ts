import { createHmac, hash } from "node:crypto";

const blockBytes = 64;
const maxMessageBytes = 256;
const inner = Buffer.alloc(blockBytes + maxMessageBytes);
const outer = Buffer.alloc(blockBytes + 32);

/**
 * HMAC-SHA-256 (RFC 2104) from the one-shot digest: 2 µs each, where `createHmac` takes 6 to 10 and `hkdfSync` 10. For
 * the few that every message costs; what is longer than they ever are takes the usual way.
 */
export function hmac(key: Buffer, ...parts: Buffer[]): Buffer {
  const length = parts.reduce((bytes, part) => bytes + part.length, 0);
  if (key.length > blockBytes || length > maxMessageBytes)
    return createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  inner.fill(0x36, 0, blockBytes);
  outer.fill(0x5c, 0, blockBytes);
  for (const [index, byte] of key.entries()) {
    inner[index] = 0x36 ^ byte;
    outer[index] = 0x5c ^ byte;
  }
  let end = blockBytes;
  for (const part of parts) end += part.copy(inner, end);
  hash("sha256", inner.subarray(0, end), "buffer").copy(outer, blockBytes);
  return hash("sha256", outer, "buffer");
}
