import {
  createCipheriv,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { invalid } from "#lib/errors.ts";
import { hmac } from "#lib/hmac.ts";

/** The most plaintext that fits the one record of 4,096 bytes which a push service must take (RFC 8291 section 4). */
export const maxPayloadBytes = 3993;

const publicKeyBytes = 65;
const authBytes = 16;
const recordSize = 4096;

/** The keys of a subscription as the browser gives them, base64url (RFC 8291 section 2). */
export interface SubscriptionKeys {
  p256dh: string;
  auth: string;
}

/** The subscription's keys cannot be encrypted to: they are no P-256 point, or have the wrong length. */
export class InvalidKeys extends Error {
  readonly field: keyof SubscriptionKeys;

  constructor(field: keyof SubscriptionKeys, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "InvalidKeys";
    this.field = field;
  }
}

/** What is random in a message; only the RFC's test vector fixes it. */
export interface MessageRandomness {
  /** 16 bytes. */
  salt: Buffer;
  sender: { publicKey: KeyObject; privateKey: KeyObject };
}

/**
 * Checks a new subscription's keys: p256dh is a point on the curve in 65 uncompressed bytes, auth is 16 bytes.
 *
 * @throws validation_error naming `subscription.keys.p256dh` or `subscription.keys.auth`
 */
export function checkKeys(keys: SubscriptionKeys): void {
  try {
    readKeys(keys);
  } catch (error) {
    if (error instanceof InvalidKeys) throw invalid(`subscription.keys.${error.field}`, error.message);
    throw error;
  }
}

/**
 * Encrypts one push message as a single `aes128gcm` record (RFC 8291, RFC 8188), with a key pair of its own.
 *
 * @param plaintext at most `maxPayloadBytes`
 * @returns the body of the POST: salt, record size, the sender's public key, ciphertext
 * @throws InvalidKeys
 * @throws RangeError the plaintext is too long
 */
export function encrypt(plaintext: Uint8Array, keys: SubscriptionKeys, randomness = newRandomness()): Buffer {
  if (plaintext.length > maxPayloadBytes) throw new RangeError(`${plaintext.length} of ${maxPayloadBytes} bytes`);
  const receiver = readKeys(keys);
  const { salt, sender } = randomness;
  const senderPoint = pointOf(sender.publicKey);
  const sharedSecret = diffieHellman({ privateKey: sender.privateKey, publicKey: receiver.key });

  // RFC 8291 section 3.4; each HKDF of one block is an extract and a single expand step (RFC 5869).
  const pseudoRandomKey = hmac(receiver.auth, sharedSecret);
  const keyingMaterial = hmac(pseudoRandomKey, webPushInfo, receiver.point, senderPoint, firstBlock);
  const contentSecret = hmac(salt, keyingMaterial);
  const key = hmac(contentSecret, keyInfo, firstBlock).subarray(0, 16);
  const nonce = hmac(contentSecret, nonceInfo, firstBlock).subarray(0, 12);

  // A KeyObject: createCipheriv takes 12 µs longer over the same bytes in a Buffer.
  const cipher = createCipheriv("aes-128-gcm", createSecretKey(key), nonce);
  const sealed = [cipher.update(plaintext), cipher.update(lastRecordDelimiter), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([salt, recordHeader, senderPoint, ...sealed]);
}

function newRandomness(): MessageRandomness {
  return { salt: nextSalt(), sender: generateKeyPairSync("ec", { namedCurve: "prime256v1" }) };
}

const saltBytes = 16;
const saltsAtOnce = 256;
let salts = Buffer.alloc(0);

/** Each used once; drawn many at a time, because a call for random bytes costs several times what it brings. */
function nextSalt(): Buffer {
  if (salts.length === 0) salts = randomBytes(saltBytes * saltsAtOnce);
  const salt = salts.subarray(0, saltBytes);
  salts = salts.subarray(saltBytes);
  return salt;
}

const firstBlock = Buffer.from([1]);
const webPushInfo = Buffer.from("WebPush: info\0");
const keyInfo = Buffer.from("Content-Encoding: aes128gcm\0");
const nonceInfo = Buffer.from("Content-Encoding: nonce\0");
const lastRecordDelimiter = Buffer.from([2]);

/** What stands between salt and sender key: record size and key length (RFC 8188 section 2.1). */
const recordHeader = Buffer.alloc(5);
recordHeader.writeUInt32BE(recordSize, 0);
recordHeader.writeUInt8(publicKeyBytes, 4);

export interface ReceiverKeys {
  point: Buffer;
  key: KeyObject;
  auth: Buffer;
}

/** The fixed beginning of every P-256 SubjectPublicKeyInfo with an uncompressed point (RFC 5480). */
const p256KeyInfo = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

/** The keys as they are encrypted to. @throws InvalidKeys */
export function readKeys(keys: SubscriptionKeys): ReceiverKeys {
  const point = decode("p256dh", keys.p256dh, publicKeyBytes);
  const auth = decode("auth", keys.auth, authBytes);
  if (point[0] !== 4) throw new InvalidKeys("p256dh", "p256dh must be an uncompressed P-256 point.");
  const { stackTraceLimit } = Error;
  try {
    // Node 24 finds out what it was given by errors that it catches itself; their stack traces take 16 µs.
    Error.stackTraceLimit = 0;
    // OpenSSL refuses a point that is not on the curve.
    const key = createPublicKey({ key: Buffer.concat([p256KeyInfo, point]), format: "der", type: "spki" });
    return { point, key, auth };
  } catch (error) {
    throw new InvalidKeys("p256dh", "p256dh is not a point on the P-256 curve.", error);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Buffer skips what is not base64, so the alphabet is checked first. Rows from elsewhere may be padded base64. */
function decode(field: keyof SubscriptionKeys, text: unknown, bytes: number): Buffer {
  if (typeof text === "string" && /^[\w+/-]+={0,2}$/.test(text)) {
    const decoded = Buffer.from(text, "base64url");
    if (decoded.length === bytes) return decoded;
  }
  throw new InvalidKeys(field, `${field} must be ${bytes} bytes in base64url.`);
}

function pointOf(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const point = Buffer.alloc(publicKeyBytes);
  point[0] = 4;
  point.write(x, 1, "base64url");
  point.write(y, 33, "base64url");
  return point;
}
