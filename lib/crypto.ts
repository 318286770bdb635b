import "server-only";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { env } from "./env.ts";
import { hmac } from "./hmac.ts";

/**
 * Where a sealed value lives. It is authenticated with the value (AES-GCM's additional data), so that a ciphertext
 * copied to another row, column or workspace does not open.
 */
export interface SealedPlace {
  table: string;
  column: string;
  workspaceId: string;
  rowId: string;
}

const version = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;

/** KeyObjects: over the bytes of a key in a Buffer, Node 24 takes three times as long for a cipher or an HMAC. */
interface Keys {
  current: { id: Buffer; key: KeyObject };
  byId: Map<string, KeyObject>;
  hashKey: KeyObject;
}

let cached: { source: string; keys: Keys } | undefined;

function keys(): Keys {
  const source = env().ENCRYPTION_KEY;
  if (cached?.source === source) return cached.keys;
  const all = source.split(",").map((text) => {
    const key = Buffer.from(text.trim(), "base64");
    if (key.length !== 32) throw new Error("ENCRYPTION_KEY: each key must be 32 bytes in base64");
    return {
      id: createHash("sha256").update(key).digest().subarray(0, keyIdBytes),
      bytes: key,
      key: createSecretKey(key),
    };
  });
  const [current] = all;
  // The look-up hash must survive key rotation, so it comes from the oldest key, which stays last in the list.
  const oldest = all.at(-1);
  if (!current || !oldest) throw new Error("ENCRYPTION_KEY is empty");
  const hashKey = derivedKey(oldest.bytes, "pushpilot address hash");
  const made = { current, byId: new Map(all.map(({ id, key }) => [id.toString("hex"), key])), hashKey };
  cached = { source, keys: made };
  return made;
}

function derivedKey(secret: string | Buffer, purpose: string): KeyObject {
  return createSecretKey(derivedBytes(secret, purpose));
}

function derivedBytes(secret: string | Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
}

function placeBytes(place: SealedPlace): Buffer {
  return Buffer.from(`${place.table}\n${place.column}\n${place.workspaceId}\n${place.rowId}`);
}

/** Encrypts with AES-256-GCM: version, key id, random nonce, ciphertext, tag. */
export function seal(plaintext: string, place: SealedPlace): Uint8Array<ArrayBuffer> {
  const { id, key } = keys().current;
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(placeBytes(place));
  const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.from([version]), id, nonce, body, cipher.getAuthTag()]));
}

/**
 * Opens what `seal` made for the same place.
 *
 * @throws Error when the key is unknown or the value was changed or moved
 */
export function unseal(sealed: Uint8Array, place: SealedPlace): string {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== version || bytes.length < 1 + keyIdBytes + nonceBytes + tagBytes)
    throw new Error("not a sealed value");
  const key = keys().byId.get(bytes.subarray(1, 1 + keyIdBytes).toString("hex"));
  if (!key) throw new Error("sealed with a key that this installation does not have");
  const nonce = bytes.subarray(1 + keyIdBytes, 1 + keyIdBytes + nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(placeBytes(place));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return (
    decipher.update(bytes.subarray(1 + keyIdBytes + nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8")
  );
}

/** Keyed hash of an address: finds and compares it without storing it. 32 bytes. */
export function addressHash(address: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", keys().hashKey).update(address).digest());
}

/** A new secret for links, API keys and refresh tokens: 32 random bytes, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of such a secret. High-entropy input, so a plain SHA-256 is enough. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

const signingKeys = new Map<string, Buffer>();

function signingKey(purpose: string): Buffer {
  const secret = env().AUTH_SECRET;
  const name = `${purpose}\n${secret}`;
  const known = signingKeys.get(name);
  if (known) return known;
  const key = derivedBytes(secret, `pushpilot ${purpose}`);
  signingKeys.set(name, key);
  return key;
}

/** Signs short public values (subscriber and event tokens) for one purpose; 16 bytes, base64url. */
export function sign(purpose: string, value: string): string {
  return hmac(signingKey(purpose), Buffer.from(value)).subarray(0, 16).toString("base64url");
}

/** Constant-time comparison of a signature that `sign` made. */
export function isSigned(purpose: string, value: string, signature: string): boolean {
  return sameText(sign(purpose, value), signature);
}

/** Constant-time comparison of two short texts. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
