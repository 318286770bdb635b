/**
 * What every way of reaching a subscriber has in common. A channel knows its provider's wire protocol and nothing of
 * campaigns, the ledger or the database: `lib/delivery` claims messages, asks the channel, and records the outcomes.
 */

export const channelIds = ["web_push", "fcm", "whatsapp"] as const;
export type ChannelId = (typeof channelIds)[number];

/**
 * What became of one attempt. A channel returns what the provider decided and throws only for its own faults.
 *
 * - `sent`      the provider accepted it
 * - `gone`      the address no longer exists (404/410): retire the subscription, erase its keys
 * - `rejected`  final for this message; `retire` also marks the address invalid
 * - `retryAt`   not before `at`; `counts` is false where the provider did not process it and no attempt is burned
 * - `pauseAll`  nothing of this sender (key pair, account) can get through now: stop it and say why
 * - `unknown`   it may or may not have been accepted, and a repeat could be seen twice
 */
export type Outcome =
  | { kind: "sent"; providerId?: string }
  | { kind: "gone"; reason: string }
  | { kind: "rejected"; reason: string; retire?: boolean }
  | { kind: "retryAt"; at: Date; reason: string; counts: boolean }
  | { kind: "pauseAll"; reason: string }
  | { kind: "unknown"; reason: string };

/** Reason codes are lower_snake_case, stored in the ledger and translated for people in the dashboard's messages. */
export interface Channel<Outgoing> {
  readonly id: ChannelId;
  /** How many `send` calls one process should keep open at once. */
  readonly maxInFlight: number;
  /**
   * Makes one attempt to hand one message to the provider.
   *
   * @param outgoing the decrypted address, the content and the sender's credentials
   * @returns what the provider decided; network trouble is an outcome too, never a throw
   */
  send(outgoing: Outgoing): Promise<Outcome>;
}
