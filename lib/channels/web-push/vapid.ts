import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { invalid } from "#lib/errors.ts";
import type { VapidIdentity } from "./web-push-message.ts";

/** RFC 8292 section 2 allows 24 h at most; half of it leaves room for clocks that are wrong. */
const tokenLifetimeMs = 12 * 60 * 60 * 1000;
/** A token is replaced while it still has this long to live. */
const renewBeforeMs = 60 * 60 * 1000;
const maxCachedTokens = 10_000;

/** The identity's private key cannot sign: it is no P-256 key, or does not belong to the public key. */
export class InvalidVapidKey extends Error {
  constructor(id: string, cause: unknown) {
    super(`The VAPID key pair ${id} cannot sign.`, { cause });
    this.name = "InvalidVapidKey";
  }
}

/** A new P-256 key pair, base64url: 65 bytes public, 32 bytes private. What `web-push generate-vapid-keys` makes. */
export function generateVapidKeys(): { publicKey: string; privateKey: string } {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const { x = "", y = "", d = "" } = privateKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  return { publicKey: point.toString("base64url"), privateKey: d };
}

/**
 * Checks a key pair that was made elsewhere.
 *
 * @param pair.privateKey 32 bytes, base64url (or base64)
 * @param pair.publicKey 65 bytes; when given, it must belong to the private one
 * @returns both as they are stored, base64url
 * @throws validation_error naming the half that is wrong
 */
export function checkVapidPair(pair: { privateKey: string; publicKey?: string | undefined }): {
  publicKey: string;
  privateKey: string;
} {
  const secret = Buffer.from(pair.privateKey.trim(), "base64url");
  if (secret.length !== 32) throw invalid("privateKey", "A private key has 32 bytes: 43 characters of base64url.");
  const ecdh = createECDH("prime256v1");
  try {
    ecdh.setPrivateKey(secret);
  } catch {
    throw invalid("privateKey", "This is no P-256 private key.");
  }
  const publicKey = ecdh.getPublicKey("base64url", "uncompressed");
  if (
    pair.publicKey !== undefined &&
    Buffer.from(pair.publicKey.trim(), "base64url").toString("base64url") !== publicKey
  )
    throw invalid("publicKey", "This public key does not belong to the private key.");
  return { publicKey, privateKey: secret.toString("base64url") };
}

/**
 * Checks the contact that push services are told: a mailto: address or an https: URL that is not this machine, because
 * Apple's service answers 403 to such (RFC 8292 section 2.1).
 *
 * @returns the subject as it should be stored
 * @throws validation_error naming `field`
 */
export function checkVapidSubject(subject: string, field = "settings.vapidSubject"): string {
  const text = subject.trim();
  const mail = /^mailto:[^\s@<>]+@([^\s@<>]+)$/i.exec(text);
  const url = URL.parse(text);
  const host = mail ? mail[1] : url?.protocol === "https:" ? url.hostname : undefined;
  if (host === undefined) throw invalid(field, "Must be mailto: and an address, or an https:// URL.");
  if (!/^(?=.*[a-z])[a-z0-9.-]+\.[a-z0-9-]{2,}$/i.test(host) || /(^|\.)localhost$/i.test(host)) {
    throw invalid(field, "Must name a public host: push services refuse localhost.");
  }
  return text;
}

interface CachedToken {
  authorization: string;
  expiresAtMs: number;
}

/**
 * The Authorization headers of one process: signed once per push service and key pair, then reused for hours, because
 * a signature costs a third of a whole message.
 */
export class VapidTokens {
  readonly #tokens = new Map<string, CachedToken>();

  /**
   * The header that identifies the sender to a push service, `vapid t=…, k=…` (RFC 8292 section 3).
   *
   * @param origin of the push service, for instance https://fcm.googleapis.com
   * @throws InvalidVapidKey
   */
  authorization(identity: VapidIdentity, origin: string, nowMs: number): string {
    const cached = this.#tokens.get(cacheKey(identity, origin));
    if (cached && cached.expiresAtMs - nowMs > renewBeforeMs) return cached.authorization;
    return this.#renew(identity, origin, nowMs);
  }

  /** Signs anew, after the push service refused `refused`; if another message did so meanwhile, that token is taken. */
  refresh(identity: VapidIdentity, origin: string, nowMs: number, refused: string): string {
    const cached = this.#tokens.get(cacheKey(identity, origin));
    if (cached && cached.authorization !== refused) return cached.authorization;
    return this.#renew(identity, origin, nowMs);
  }

  #renew(identity: VapidIdentity, origin: string, nowMs: number): string {
    const expiresAtMs = nowMs + tokenLifetimeMs;
    const token = signToken(identity, { aud: origin, exp: Math.floor(expiresAtMs / 1000), sub: identity.subject });
    const authorization = `vapid t=${token}, k=${identity.publicKey}`;
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size >= maxCachedTokens) this.#tokens.delete(oldest);
    this.#tokens.set(cacheKey(identity, origin), { authorization, expiresAtMs });
    return authorization;
  }
}

function cacheKey(identity: VapidIdentity, origin: string): string {
  return `${identity.id} ${origin}`;
}

const tokenHeader = encodeJson({ typ: "JWT", alg: "ES256" });

/**
 * ES256 over header and claims. The signature is checked before it is used: a private key that does not belong to the
 * public one is found here, not by every push service in turn.
 */
function signToken(identity: VapidIdentity, claims: { aud: string; exp: number; sub: string }): string {
  const unsigned = `${tokenHeader}.${encodeJson(claims)}`;
  const point = Buffer.from(identity.publicKey, "base64url");
  const publicJwk = {
    kty: "EC",
    crv: "P-256",
    x: point.toString("base64url", 1, 33),
    y: point.toString("base64url", 33),
  };
  try {
    const privateKey = createPrivateKey({ key: { ...publicJwk, d: identity.privateKey }, format: "jwk" });
    const publicKey = createPublicKey({ key: publicJwk, format: "jwk" });
    const signature = sign("sha256", Buffer.from(unsigned), { key: privateKey, dsaEncoding: "ieee-p1363" });
    const isOurs = verify("sha256", Buffer.from(unsigned), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
    if (!isOurs) throw new Error("The private key does not belong to the public key.");
    return `${unsigned}.${signature.toString("base64url")}`;
  } catch (error) {
    throw new InvalidVapidKey(identity.id, error);
  }
}

function encodeJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
