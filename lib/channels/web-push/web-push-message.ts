/** One web push message, ready to be encrypted and sent: everything `webPush.send` needs and nothing it must look up. */
export interface WebPushMessage {
  /** Ledger id; appears in logs only. */
  id: string;
  /** The subscription's endpoint, decrypted. */
  endpoint: string;
  /** The subscription's public key, base64url of 65 uncompressed bytes (RFC 8291 section 2). */
  p256dh: string;
  /** The subscription's authentication secret, base64url of 16 bytes (RFC 8291 section 3.2). */
  auth: string;
  /** The bytes that the browser's worker will receive, at most 3,993. */
  payload: Buffer;
  /** How long the push service may keep it, seconds (RFC 8030 section 5.2). */
  ttlSeconds: number;
  urgency: "very-low" | "low" | "normal" | "high";
  /** Collapse key, at most 32 URL-safe base64 characters (RFC 8030 section 5.4). */
  topic: string | undefined;
  /** How many attempts were made and counted before this one; decides the back-off. */
  attempts: number;
  /** The moment after which a retry is pointless: creation + min(TTL, 24 h). */
  expiresAt: Date;
  vapid: VapidIdentity;
}

/** Who is sending (RFC 8292). `id` names the key pair in caches and breakers. */
export interface VapidIdentity {
  id: string;
  /** mailto: or https: */
  subject: string;
  /** base64url of 65 uncompressed bytes */
  publicKey: string;
  /** base64url of 32 bytes */
  privateKey: string;
}
