import { now } from "#lib/clock.ts";
import { checkedLookup, type Resolve } from "#lib/egress/checked-lookup.ts";
import { type EgressSettings, egressSettings } from "#lib/egress/egress-settings.ts";
import { readPushEndpoint } from "#lib/egress/push-endpoint.ts";
import type { Channel, Outcome } from "../channel.ts";
import { encrypt, InvalidKeys, maxPayloadBytes } from "./encryption.ts";
import { EncryptionThreads } from "./encryption-threads.ts";
import { outcomeOf, type Rejected, type Reply, rejected, webPushReasons } from "./outcome.ts";
import { PushService } from "./push-service.ts";
import { InvalidVapidKey, VapidTokens } from "./vapid.ts";
import type { WebPushMessage } from "./web-push-message.ts";

const defaultDeadlineMs = 10_000;
/** A fresh token that was refused is not replaced by another within this time. */
const refreshPauseMs = 60_000;
/** With fewer sends at once, the crossing to another thread and back is not worth it. */
const threadsFromInFlight = 32;
const maxRefreshes = 10_000;
const daySeconds = 86_400;

/** Every field has a default; only tests name their own. */
export interface WebPushOptions {
  settings?: EgressSettings;
  resolve?: Resolve;
  /** For one `send` as a whole. Default 10,000. */
  deadlineMs?: number;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** Threads that encrypt when many messages are in flight; 0: none. Default: one for each core, 3 at most. */
  encryptionThreads?: number;
}

/** Where a message goes: the service behind its endpoint's origin, and the path there. */
interface Target {
  kind: "target";
  service: PushService;
  path: string;
}

/** A second try with a fresh token, shared by all messages that were refused at the same time. */
interface TokenRefresh {
  startedAtMs: number;
  /** Whether the push service took the fresh token. */
  helped: Promise<boolean>;
}

/**
 * Sends to browsers by the Web Push protocol (RFC 8030, 8188, 8291, 8292), over connections that stay open. One of it
 * serves a process: `webPush`.
 */
export class WebPush implements Channel<WebPushMessage> {
  readonly id = "web_push";
  readonly maxInFlight = 200;
  readonly #options: WebPushOptions;
  readonly #services = new Map<string, PushService>();
  readonly #tokens = new VapidTokens();
  readonly #threads: EncryptionThreads;
  #inFlight = 0;
  readonly #refreshes = new Map<string, TokenRefresh>();

  constructor(options: WebPushOptions = {}) {
    this.#options = options;
    this.#threads = new EncryptionThreads(options.encryptionThreads);
  }

  /** One attempt, finished within ten seconds whatever the push service does. Reasons: `webPushReasons`. */
  async send(message: WebPushMessage): Promise<Outcome> {
    const deadlineAt = performance.now() + (this.#options.deadlineMs ?? defaultDeadlineMs);
    if (isOver(message)) return rejected("ttl");
    if (message.payload.length > maxPayloadBytes) return rejected("payload_too_large");
    const target = this.#target(message.endpoint);
    if (target.kind !== "target") return target;
    this.#inFlight += 1;
    try {
      const body =
        this.#inFlight < threadsFromInFlight
          ? encrypt(message.payload, message)
          : await this.#threads.encrypt(message.payload, message);
      const reply = await this.#postAsSender(message, target, body, deadlineAt);
      return outcomeOf(reply, message, { now: now(), random: this.#options.random ?? Math.random });
    } catch (error) {
      if (error instanceof InvalidKeys) return { ...rejected("invalid_keys"), retire: true };
      if (error instanceof InvalidVapidKey) return { kind: "pauseAll", reason: webPushReasons.vapid_key_invalid };
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Ends idle connections now and busy ones when their requests are answered. */
  close(): void {
    for (const service of this.#services.values()) service.close();
    this.#services.clear();
    this.#threads.close();
  }

  /** The endpoint is checked again at every send: the row may be older than the rule, or not ours. */
  #target(endpoint: string): Target | Rejected {
    const settings = this.#options.settings ?? egressSettings();
    const read = readPushEndpoint(endpoint, settings);
    if (read.kind === "malformed") return { ...rejected("invalid_endpoint"), retire: true };
    if (read.kind === "not_allowed") return rejected("endpoint_not_allowed");
    const { url, isExtraHost } = read;
    let service = this.#services.get(url.origin);
    if (!service) {
      service = new PushService(url, isExtraHost ? undefined : checkedLookup(this.#options.resolve));
      this.#services.set(url.origin, service);
    }
    return { kind: "target", service, path: url.pathname + url.search };
  }

  /** A refusal of the sender (401, 403) is tried once more with a fresh token. */
  async #postAsSender(message: WebPushMessage, target: Target, body: Buffer, deadlineAt: number): Promise<Reply> {
    const { vapid } = message;
    const { origin } = target.service;
    const post = (authorization: string) =>
      postUnlessProcessed(target, { ...headersOf(message, body), authorization }, body, deadlineAt);

    const usual = this.#tokens.authorization(vapid, origin, now().getTime());
    const reply = await post(usual);
    if (!isRefusal(reply)) return reply;

    const key = `${vapid.id} ${origin}`;
    const refresh = this.#refreshes.get(key);
    if (refresh && now().getTime() - refresh.startedAtMs < refreshPauseMs) {
      // A wrong key pair costs a site one more POST a minute, not one more for every message.
      if (!(await refresh.helped)) return reply;
      const current = this.#tokens.authorization(vapid, origin, now().getTime());
      if (current !== usual) return post(current);
    }

    const second = post(this.#tokens.refresh(vapid, origin, now().getTime(), usual));
    if (this.#refreshes.size >= maxRefreshes) this.#refreshes.clear();
    this.#refreshes.set(key, { startedAtMs: now().getTime(), helped: helpedBy(second) });
    return second;
  }
}

export const webPush = new WebPush();

async function postUnlessProcessed(
  { service, path }: Target,
  headers: Record<string, string>,
  body: Buffer,
  deadlineAt: number,
): Promise<Reply> {
  const reply = await service.post({ path, headers, body }, deadlineAt);
  // A push service that retires a connection leaves its last requests unread: another connection takes them at once.
  return reply.kind === "not_processed" ? service.post({ path, headers, body }, deadlineAt) : reply;
}

function headersOf(message: WebPushMessage, body: Buffer): Record<string, string> {
  const headers: Record<string, string> = {
    ttl: String(remainingTtlSeconds(message)),
    urgency: message.urgency,
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
    "content-length": String(body.length),
  };
  if (message.topic !== undefined) headers.topic = message.topic;
  return headers;
}

/** A retry does not restart the clock. Beyond a day `expiresAt` says nothing of the TTL, which then stays as it is. */
function remainingTtlSeconds({ ttlSeconds, attempts, expiresAt }: WebPushMessage): number {
  if (attempts === 0 || ttlSeconds > daySeconds) return ttlSeconds;
  const leftSeconds = Math.ceil((expiresAt.getTime() - now().getTime()) / 1000);
  return Math.max(0, Math.min(ttlSeconds, leftSeconds));
}

/** TTL 0 means "now or never" (RFC 8030 section 5.2), so the first attempt is always made. */
function isOver({ ttlSeconds, attempts, expiresAt }: WebPushMessage): boolean {
  return now() > expiresAt && !(ttlSeconds === 0 && attempts === 0);
}

/** Trouble that says nothing of the token leaves the others their own second try. */
function helpedBy(second: Promise<Reply>): Promise<boolean> {
  return second.then(
    (reply) => !isRefusal(reply),
    () => true,
  );
}

function isRefusal(reply: Reply): boolean {
  return reply.kind === "answered" && (reply.status === 401 || reply.status === 403);
}
