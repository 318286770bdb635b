import "server-only";
import type { Outcome } from "#lib/channels/channel.ts";
import { closeOutage, downUntil, openBreaker, openOutage, tally, tallyService } from "./breaker.ts";
import type { ClaimedMessage } from "./claim.ts";
import { isHeld, tallyPace } from "./pace.ts";
import type { Settlement } from "./record.ts";

/**
 * How many messages of a key pair may be open at a push service until it takes one: a key that is refused altogether
 * costs few messages, also when it worked yesterday.
 */
const cautious = 20;

/** What an outcome means for its message, and for others in hand. */
interface Judgement {
  outcome: Settlement["outcome"];
  /** Whom else it concerns: they go back untried. */
  putBack?: (other: ClaimedMessage) => boolean;
}

/** What one slice knows of its ways, each a key pair at a push service: the most that either can refuse as a whole. */
export class Ways {
  readonly #workspaceId: string;
  /** Begun, no outcome yet. */
  readonly #open = new Map<string, number>();
  /** Those that took a message in this slice, and refused none since. */
  readonly #taken = new Set<string>();
  /** Outages that are written down already: until when. */
  readonly #noted = new Map<string, number>();

  constructor(workspaceId: string) {
    this.#workspaceId = workspaceId;
  }

  /** Whether one more may be open there. */
  hasRoom(message: ClaimedMessage): boolean {
    return this.#taken.has(wayOf(message)) || (this.#open.get(wayOf(message)) ?? 0) < cautious;
  }

  count(message: ClaimedMessage, change: 1 | -1): void {
    this.#open.set(wayOf(message), (this.#open.get(wayOf(message)) ?? 0) + change);
  }

  /** Whether the push service named a time before which it wants nothing of the key. */
  isHeld(message: ClaimedMessage): boolean {
    return isHeld(message.vapid_key_id, message.origin);
  }

  /** Until when a message waits for a push service that is down; undefined: it need not. A probe never does. */
  waitOf(message: ClaimedMessage): Date | undefined {
    return message.is_probe ? undefined : downUntil(message.origin ?? "");
  }

  /** Counts an outcome for rates and breakers, and writes down what they have found out. */
  async judge(message: ClaimedMessage, outcome: Outcome): Promise<Judgement> {
    const { vapid_key_id: keyId, origin } = message;
    if (keyId === null || origin === null) return { outcome };
    const isSlowed = await tallyPace(this.#workspaceId, keyId, origin, outcome);
    // Who has a slot already keeps it; the others must take theirs.
    const unslotted = (other: ClaimedMessage) => wayOf(other) === wayOf(message) && other.start_at === undefined;
    if (outcome.kind === "sent") this.#taken.add(wayOf(message));
    else if (outcome.kind === "rejected") this.#taken.delete(wayOf(message));
    const health = tallyService(origin, outcome, message.is_probe);
    if (health === "recovered") await closeOutage(this.#workspaceId, keyId, origin);
    if (health === "down") {
      const until = downUntil(origin) ?? new Date();
      await this.noteOutage(message, until);
      return { outcome: deferral(until) };
    }
    const reason = tally(keyId, origin, outcome);
    if (reason === undefined) return isSlowed ? { outcome, putBack: unslotted } : { outcome };
    await openBreaker(this.#workspaceId, keyId, origin, reason);
    return { outcome, putBack: (other) => wayOf(other) === wayOf(message) };
  }

  /** Notes an outage where claims look for it, once for each try of the push service. */
  async noteOutage(message: ClaimedMessage, until: Date): Promise<void> {
    const { vapid_key_id: keyId, origin } = message;
    if (keyId === null || origin === null || this.#noted.get(wayOf(message)) === until.getTime()) return;
    this.#noted.set(wayOf(message), until.getTime());
    await openOutage(this.#workspaceId, keyId, origin, until);
  }
}

/** Waits for a push service that is down; not all to the same instant. */
export function deferral(until: Date): Settlement["outcome"] {
  return { kind: "deferred", until: new Date(until.getTime() + Math.random() * 1_000) };
}

function wayOf(message: ClaimedMessage): string {
  return `${message.vapid_key_id} ${message.origin}`;
}
