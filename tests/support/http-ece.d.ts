/** The part of `http_ece` (which ships no types) that the tests use: reading an `aes128gcm` body (RFC 8188). */
declare module "http_ece" {
  import type { ECDH } from "node:crypto";

  export function decrypt(
    body: Buffer,
    options: { version: "aes128gcm"; privateKey: ECDH; authSecret: Buffer },
  ): Buffer;
}
