import "server-only";
import { channels } from "#lib/channels/channels.ts";
import { newId } from "#lib/ids.ts";
import { log } from "#lib/log.ts";
import { type Claim, type ClaimedMessage, claimMessages, forgetClaims, withdrawnSince } from "./claim.ts";
import { holdBack } from "./hold-back.ts";
import type { Lane } from "./lanes.ts";
import { readSlowWays } from "./pace.ts";
import { type Plan, prepareWebPush } from "./prepare.ts";
import { recordOutcomes, type Settlement } from "./record.ts";
import { findTarget } from "./target.ts";
import { readWalks } from "./walks.ts";
import { deferral, Ways } from "./ways.ts";
import { abandonClaims, isStopping } from "./worker.ts";

/**
 * Messages that one worker process has claimed without a recorded outcome, all runs together (promise G2: a kill
 * repeats at most these).
 */
const maxClaimed = 500;
/** Room for so many more is worth a claim. */
const claimAt = 100;
/** Outcomes are committed at least this often. */
const recordEveryMs = 200;
/** Enough outcomes that writing them is worth a transaction. */
const recordAt = 100;
/** How often a pause, a cancel or an unsubscribe is looked for; well inside the promised 1 s and 2 s. */
const lookEveryMs = 400;

/** Nothing is claimable for so short a time that the slice waits for it. */
const patienceMs = 1_000;
/** Between two looks at a queue where nothing was claimable. */
const lookAgainMs = 200;

/** Slices that this process works on. */
export const active = new Set<SliceWork>();

/** One slice: the messages in hand, from claim to recorded outcome. */
export class SliceWork {
  readonly workspaceId: string;
  readonly lane: Lane;
  readonly #plan: Plan;
  readonly #worker: number;
  readonly #deadline: number;
  /** Its claims bear it. */
  readonly #id = newId();
  #hasClaimed = false;
  /** Claimed, not begun. */
  #waiting: ClaimedMessage[] = [];
  /** Begun, no outcome yet. */
  #inFlight = 0;
  readonly #ways: Ways;
  /** With an outcome that is not recorded yet. */
  #settled: Settlement[] = [];
  #isHalted = false;
  #isDry = false;
  /** Nothing is claimable before; epoch milliseconds. */
  #lookAgainAt = 0;
  #proceed: () => void = () => {};
  /** Something came back since the last pause. */
  #isWoken = false;
  /** Being written now. */
  #recording = 0;
  /** Asked for now. */
  #claiming = 0;
  readonly #jobs = new Map<string, Promise<void>>();
  #fault: { error: unknown } | undefined;
  /** A claim failed, perhaps after it was committed: who knows what is in hand. */
  #isClaimLost = false;

  constructor(plan: Plan, lane: Lane, worker: number, deadline: number) {
    this.#plan = plan;
    this.workspaceId = plan.workspaceId;
    this.#ways = new Ways(plan.workspaceId);
    this.lane = lane;
    this.#worker = worker;
    this.#deadline = deadline;
  }

  /** Messages in hand, or about to be. */
  get claimed(): number {
    return this.#waiting.length + this.#inFlight + this.#settled.length + this.#recording + this.#claiming;
  }

  async run(): Promise<void> {
    let lookedAt = Date.now();
    let recordedAt = Date.now();
    try {
      while (true) {
        this.#defer();
        this.#begin();
        const isOver = this.#isHalted || this.#isDry || isStopping() || Date.now() >= this.#deadline;
        if (!isOver && Date.now() >= this.#lookAgainAt && this.#room() > 0)
          this.#meanwhile("claim", () => this.#claimMore());
        const isIdle = this.#inFlight === 0 && this.#waiting.length === 0 && !this.#jobs.has("claim");
        const isDue = this.#settled.length >= recordAt || Date.now() - recordedAt >= recordEveryMs || isIdle;
        if (isDue && this.#settled.length > 0 && this.#meanwhile("record", () => this.#record()))
          recordedAt = Date.now();
        if (isOver && this.#jobs.size === 0 && this.claimed === 0) break;
        if (Date.now() - lookedAt >= lookEveryMs || isStopping()) {
          await this.#look();
          lookedAt = Date.now();
        }
        await this.#pause();
        if (this.#fault) throw this.#fault.error;
      }
      if (this.#hasClaimed) await forgetClaims(this.workspaceId, this.#plan.runId, this.#id);
    } catch (error) {
      // The database is away or refused: begin nothing more, and try once more to keep what providers have accepted.
      this.#release();
      await Promise.all(this.#jobs.values());
      while (this.#inFlight > 0) await this.#pause();
      this.#release();
      await this.#record().catch(abandonClaims);
      if (this.#isClaimLost) await abandonClaims();
      throw error;
    }
  }

  /**
   * Claims and records while messages are sent, and without waiting for each other; one of each at a time.
   *
   * @returns whether it was begun
   */
  #meanwhile(name: "claim" | "record", work: () => Promise<void>): boolean {
    if (this.#jobs.has(name)) return false;
    const job = work()
      .catch((error: unknown) => {
        this.#fault ??= { error };
      })
      .finally(() => {
        this.#jobs.delete(name);
        this.#wake();
      });
    this.#jobs.set(name, job);
    return true;
  }

  /** How many more may be taken in hand; 0 when they would be too few to be worth a statement. */
  #room(): number {
    const sharers = [...active].filter((work) => work === this || work.lane !== "paced").length;
    const share = Math.floor(maxClaimed / Math.max(1, sharers));
    const inAll = [...active].reduce((sum, work) => sum + work.claimed, 0);
    const room = Math.min(share - this.claimed, maxClaimed - inAll);
    return room < Math.max(1, Math.min(claimAt, share / 2)) ? 0 : room;
  }

  async #claimMore(): Promise<void> {
    const room = this.#room();
    this.#claiming = room;
    try {
      const { messages, moved, nextAt, isAll } = await this.#claim(room);
      this.#hasClaimed ||= messages.length > 0;
      const { ready, held } = await this.#judge(messages).catch((error: unknown) => {
        // In hand all the same: what ends this slice puts them back.
        this.#waiting.push(...messages);
        throw error;
      });
      this.#waiting.push(...ready);
      this.#settled.push(...held);
      const isNear = nextAt !== undefined && nextAt < Date.now() + patienceMs;
      // A small run needs no second look to know that it was all.
      this.#isDry = (this.lane === "first" && isAll === true) || (moved === 0 && !isNear);
      if (moved === 0 && isNear) this.#lookAgainAt = Math.max(nextAt, Date.now() + lookAgainMs);
    } finally {
      this.#claiming = 0;
    }
    // Stopped while the claim was on its way.
    if (this.#isHalted) this.#release();
  }

  async #claim(limit: number): Promise<Claim> {
    const terms = { limit, sliceId: this.#id, rate: this.#plan.rate, isFirst: this.lane === "first" };
    try {
      return await claimMessages(this.workspaceId, this.#plan.runId, this.#worker, terms);
    } catch (error) {
      this.#isClaimLost = true;
      throw error;
    }
  }

  async #judge(messages: ClaimedMessage[]): ReturnType<typeof holdBack> {
    await readWalks(messages);
    return holdBack(this.#plan, messages);
  }

  #begin(): void {
    const { maxInFlight } = channels.web_push;
    while (!this.#isHalted && this.#inFlight < maxInFlight) {
      const next = this.#waiting.findIndex(
        (message) => (message.start_at ?? 0) <= Date.now() && this.#ways.hasRoom(message),
      );
      const [message] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (!message) return;
      if (this.#ways.isHeld(message) || this.#ways.waitOf(message)) {
        this.#waiting.push(message);
        this.#defer();
        continue;
      }
      this.#count(message, 1);
      void this.#send(message).then((outcome) => {
        this.#count(message, -1);
        this.#settled.push({ message, outcome });
        this.#begin();
        if (this.#settled.length >= recordAt || this.#inFlight === 0) this.#wake();
      });
    }
  }

  #count(message: ClaimedMessage, change: 1 | -1): void {
    this.#inFlight += change;
    this.#ways.count(message, change);
  }

  async #send(message: ClaimedMessage): Promise<Settlement["outcome"]> {
    try {
      const prepared = prepareWebPush(message, this.#plan);
      if ("fault" in prepared) return { kind: "rejected", reason: prepared.fault, retire: true };
      const { outcome, putBack } = await this.#ways.judge(message, await channels.web_push.send(prepared));
      if (putBack) this.#putBack(putBack);
      return outcome;
    } catch (error) {
      log.error(
        { err: error, workspace_id: message.workspace_id, message_id: message.id },
        "a message could not be sent for a fault of ours",
      );
      return { kind: "rejected", reason: "internal_error" };
    }
  }

  /** Puts claimed messages back untried. */
  #putBack(isMeant: (message: ClaimedMessage) => boolean): void {
    const [back, rest] = [this.#waiting.filter(isMeant), this.#waiting.filter((message) => !isMeant(message))];
    this.#waiting = rest;
    this.#settled.push(...back.map((message) => ({ message, outcome: { kind: "released" as const } })));
  }

  /** Lets what is for a push service that is down wait, so that it takes no room from the others. */
  #defer(): void {
    this.#putBack((message) => this.#ways.isHeld(message));
    const held = new Map<ClaimedMessage, Date>();
    for (const message of this.#waiting) {
      const until = this.#ways.waitOf(message);
      if (until) held.set(message, until);
    }
    if (held.size === 0) return;
    this.#waiting = this.#waiting.filter((message) => !held.has(message));
    for (const [message, until] of held) {
      this.#settled.push({ message, outcome: deferral(until) });
      void this.#ways.noteOutage(message, until).catch((error: unknown) => {
        // The next message that fails there says it again.
        log.warn({ err: error, origin: message.origin }, "an outage could not be noted");
      });
    }
  }

  /** Puts back what may not be begun any more: all of it on pause, cancel and shutdown, single ones on unsubscribe. */
  async #look(): Promise<void> {
    const target = await findTarget(this.#plan.workspaceId, this.#plan.runId);
    if (target?.state !== "running" || isStopping()) {
      this.#release();
      return;
    }
    if (this.#waiting.length === 0) return;
    const isSlow = await readSlowWays(this.workspaceId);
    this.#putBack((message) => message.start_at === undefined && isSlow(message.vapid_key_id, message.origin));
    const withdrawn = await withdrawnSince(
      this.#plan.workspaceId,
      this.#waiting.map((message) => message.subscription_id),
    );
    if (withdrawn.size === 0) return;
    const stopped = this.#waiting.filter((message) => withdrawn.has(message.subscription_id));
    this.#waiting = this.#waiting.filter((message) => !withdrawn.has(message.subscription_id));
    this.#settled.push(
      ...stopped.map((message) => ({ message, outcome: { kind: "skipped" as const, reason: "unsubscribed" } })),
    );
  }

  /** Begins nothing more; what was not begun goes back untried. */
  #release(): void {
    this.#isHalted = true;
    this.#putBack(() => true);
  }

  async #record(): Promise<void> {
    const batch = this.#settled;
    if (batch.length === 0) return;
    this.#settled = [];
    this.#recording = batch.length;
    try {
      await recordOutcomes(this.#worker, batch);
    } catch (error) {
      this.#settled = [...batch, ...this.#settled];
      throw error;
    } finally {
      this.#recording = 0;
    }
  }

  /** Until something comes back, or it is time to look or record. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const proceed = () => {
        clearTimeout(timer);
        this.#isWoken = false;
        this.#proceed = () => {};
        resolve();
      };
      const timer = setTimeout(proceed, this.#isWoken ? 0 : 50);
      this.#proceed = proceed;
    });
  }

  #wake(): void {
    this.#isWoken = true;
    this.#proceed();
  }
}
