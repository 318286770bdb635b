import { createECDH, randomBytes } from "node:crypto";
import { decrypt as decryptContentEncoding } from "http_ece";

/** What a browser keeps to itself of a push subscription. */
export interface BrowserSecrets {
  /** The P-256 private key, 32 bytes. */
  privateKey: Buffer;
  /** The authentication secret, 16 bytes (RFC 8291 section 3.2). */
  auth: Buffer;
}

export interface BrowserSubscription extends BrowserSecrets {
  /** What `PushSubscription.toJSON()` would give: the body of a subscribe call. */
  subscription: {
    endpoint: string;
    expirationTime: null;
    keys: { p256dh: string; auth: string };
  };
}

/** Makes the keys of a browser's subscription, for tests that need a subscriber but no browser. */
export function newBrowserSubscription(endpoint: string): BrowserSubscription {
  const keys = createECDH("prime256v1");
  const publicKey = keys.generateKeys();
  const auth = randomBytes(16);
  return {
    subscription: {
      endpoint,
      expirationTime: null,
      keys: { p256dh: publicKey.toString("base64url"), auth: auth.toString("base64url") },
    },
    privateKey: keys.getPrivateKey(),
    auth,
  };
}

/**
 * Reads an encrypted push body as the browser would, by an implementation that is not ours.
 *
 * @returns the plaintext without its padding
 * @throws when the body is not valid `aes128gcm` for these keys
 */
export function decryptPush(body: Buffer, secrets: BrowserSecrets): Buffer {
  const privateKey = createECDH("prime256v1");
  privateKey.setPrivateKey(secrets.privateKey);
  return decryptContentEncoding(body, { version: "aes128gcm", privateKey, authSecret: secrets.auth });
}
