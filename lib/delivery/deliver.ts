import "server-only";
import type { Outcome } from "#lib/channels/channel.ts";
import { channels } from "#lib/channels/channels.ts";
import { isDatabaseAway } from "#lib/database-away.ts";
import { query } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { closeOutage, downUntil, openBreaker, openOutage, tally, tallyService } from "./breaker.ts";
import { type Claim, type ClaimedMessage, claimMessages, freeDeadClaims, withdrawnSince } from "./claim.ts";
import { holdBack } from "./hold-back.ts";
import { type Lane, laneOf, mayEnter } from "./lanes.ts";
import { isHeld, readSlowWays, tallyPace } from "./pace.ts";
import { loadPlan, type Plan, prepareWebPush } from "./prepare.ts";
import { recordOutcomes, type Settlement } from "./record.ts";
import { cancelQueued, finishRun, type Slice, whatNext } from "./run-end.ts";
import { readWalks } from "./walks.ts";
import { releaseRest } from "./winner.ts";
import { abandonClaims, isStopping, workerId } from "./worker.ts";

/**
 * Messages that one worker process has claimed without a recorded outcome, all runs together (promise G2: a kill
 * repeats at most these).
 */
const maxClaimed = 500;
/**
 * How many messages of a key pair may be open at a push service until it takes one: a key that is refused altogether
 * costs few messages, also when it worked yesterday.
 */
const cautious = 20;
/** Room for so many more is worth a claim. */
const claimAt = 100;
/** Outcomes are committed at least this often. */
const recordEveryMs = 200;
/** Enough outcomes that writing them is worth a transaction. */
const recordAt = 100;
/** How often a pause, a cancel or an unsubscribe is looked for; well inside the promised 1 s and 2 s. */
const lookEveryMs = 400;

/** How long to leave a database alone that cannot be reached. */
const databasePauseMs = 2_000;

/** Nothing is claimable for so short a time that the slice waits for it. */
const patienceMs = 1_000;
/** Between two looks at a queue where nothing was claimable. */
const lookAgainMs = 200;

/** Slices that this process works on. */
const active = new Set<SliceWork>();

/** When to ask again whoever cannot have a turn now: all at different times. */
function soon(): Slice {
  return { next: "at", at: new Date(Date.now() + 500 + Math.random() * 500) };
}

/**
 * Delivers queued messages of a run (or of a direct send) for at most `maxMs`: claims, hands to the channel, records.
 * Any number may work on one run, in one process or in many. Ends early when the worker is told to stop; what is in
 * hand then is recorded first. While the database is away it asks for a pause instead of failing.
 */
export async function deliverSlice(workspaceId: string, runId: string, maxMs: number): Promise<Slice> {
  try {
    return await workSlice(workspaceId, runId, maxMs);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    log.warn({ err: error, workspace_id: workspaceId, run_id: runId }, "the database is away; delivery waits for it");
    return { next: "at", at: new Date(Date.now() + databasePauseMs) };
  }
}

async function workSlice(workspaceId: string, runId: string, maxMs: number): Promise<Slice> {
  // What is asked of a worker that was told to stop waits for the next one.
  if (isStopping()) return soon();
  const worker = await workerId();
  await freeDeadClaims();
  const target = await findTarget(workspaceId, runId);
  if (!target) return { next: "end" };
  if (target.state === "cancelled") return cancelQueued(workspaceId, runId);
  if (target.state !== "running") return { next: "end" };
  const plan = await loadPlan(workspaceId, runId, target.siteId, target.campaignId);
  if (!plan) {
    await cancelQueued(workspaceId, runId, "site_deleted");
    return (await finishRun(workspaceId, runId)) ? { next: "end" } : { next: "now" };
  }
  const lane = await laneOf(workspaceId, target.campaignId === null ? null : runId, plan.options);
  if (!mayEnter({ workspaceId, lane }, active)) return soon();
  if (plan.winner !== null) await releaseRest(workspaceId, runId);
  const work = new SliceWork(plan, lane, worker, Date.now() + maxMs);
  active.add(work);
  try {
    await work.run();
  } finally {
    active.delete(work);
  }
  return isStopping() ? soon() : whatNext(workspaceId, runId);
}

interface Target {
  state: string;
  campaignId: string | null;
  siteId: string | null;
}

/** The run, or for messages outside a run the site of the first of them. Marks the run as looked after. */
async function findTarget(workspaceId: string, runId: string): Promise<Target | undefined> {
  const [run] = await query<{ status: string; campaign_id: string; site_id: string | null }>(
    `UPDATE run r SET delivering_at = now() FROM campaign c
      WHERE r.workspace_id = $1 AND r.id = $2 AND c.workspace_id = r.workspace_id AND c.id = r.campaign_id
      RETURNING r.status, r.campaign_id, c.site_id`,
    [workspaceId, runId],
  );
  if (run) return { state: run.status, campaignId: run.campaign_id, siteId: run.site_id };
  const [direct] = await query<{ site_id: string | null }>(
    "SELECT site_id FROM message WHERE workspace_id = $1 AND run_id = $2 AND content IS NOT NULL LIMIT 1",
    [workspaceId, runId],
  );
  return direct && { state: "running", campaignId: null, siteId: direct.site_id };
}

/** One slice: the messages in hand, from claim to recorded outcome. */
class SliceWork {
  readonly workspaceId: string;
  readonly lane: Lane;
  readonly #plan: Plan;
  readonly #worker: number;
  readonly #deadline: number;
  /** Claimed, not begun. */
  #waiting: ClaimedMessage[] = [];
  /** Begun, no outcome yet. */
  #inFlight = 0;
  /** The same by key pair and push service. */
  readonly #open = new Map<string, number>();
  /** Outages that are written down already, by way: until when. */
  readonly #noted = new Map<string, number>();
  /** Ways whose push service took a message in this slice, and refused none since. */
  readonly #taken = new Set<string>();
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
        if (isOver && this.#jobs.size === 0 && this.claimed === 0) return;
        if (Date.now() - lookedAt >= lookEveryMs || isStopping()) {
          await this.#look();
          lookedAt = Date.now();
        }
        await this.#pause();
        if (this.#fault) throw this.#fault.error;
      }
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
      const { messages, moved, nextAt } = await this.#claim(room);
      const { ready, held } = await this.#judge(messages).catch((error: unknown) => {
        // In hand all the same: what ends this slice puts them back.
        this.#waiting.push(...messages);
        throw error;
      });
      this.#waiting.push(...ready);
      this.#settled.push(...held);
      const isNear = nextAt !== undefined && nextAt < Date.now() + patienceMs;
      this.#isDry = moved === 0 && !isNear;
      if (moved === 0 && isNear) this.#lookAgainAt = Math.max(nextAt, Date.now() + lookAgainMs);
    } finally {
      this.#claiming = 0;
    }
    // Stopped while the claim was on its way.
    if (this.#isHalted) this.#release();
  }

  async #claim(limit: number): Promise<Claim> {
    const terms = { limit, rate: this.#plan.rate, isFirst: this.lane === "first" };
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
        (message) =>
          (message.start_at ?? 0) <= Date.now() &&
          (this.#taken.has(wayOf(message)) || (this.#open.get(wayOf(message)) ?? 0) < cautious),
      );
      const [message] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (!message) return;
      if (this.#mustWait(message)) {
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
    this.#open.set(wayOf(message), (this.#open.get(wayOf(message)) ?? 0) + change);
  }

  async #send(message: ClaimedMessage): Promise<Settlement["outcome"]> {
    try {
      const prepared = prepareWebPush(message, this.#plan);
      if ("fault" in prepared) return { kind: "rejected", reason: prepared.fault, retire: true };
      const outcome = await channels.web_push.send(prepared);
      return await this.#watch(message, outcome);
    } catch (error) {
      log.error(
        { err: error, workspace_id: message.workspace_id, message_id: message.id },
        "a message could not be sent for a fault of ours",
      );
      return { kind: "rejected", reason: "internal_error" };
    }
  }

  /** Counts an outcome for the breakers. @returns what it means for the message */
  async #watch(message: ClaimedMessage, outcome: Outcome): Promise<Settlement["outcome"]> {
    const { workspace_id: workspaceId, vapid_key_id: keyId, origin } = message;
    if (keyId === null || origin === null) return outcome;
    if (await tallyPace(workspaceId, keyId, origin, outcome))
      this.#putBack((other) => wayOf(other) === wayOf(message) && other.start_at === undefined);
    if (outcome.kind === "sent") this.#taken.add(wayOf(message));
    else if (outcome.kind === "rejected") this.#taken.delete(wayOf(message));
    const health = tallyService(origin, outcome, message.is_probe);
    if (health === "recovered") await closeOutage(workspaceId, keyId, origin);
    if (health === "down") {
      const until = downUntil(origin) ?? new Date();
      await this.#openOutage(message, until);
      return { kind: "deferred", until: spread(until) };
    }
    const reason = tally(keyId, origin, outcome);
    if (reason !== undefined) await this.#stopKey(message, keyId, origin, reason);
    return outcome;
  }

  async #stopKey(message: ClaimedMessage, keyId: string, origin: string, reason: string): Promise<void> {
    await openBreaker(message.workspace_id, keyId, origin, reason);
    this.#putBack((other) => wayOf(other) === wayOf(message));
  }

  /** Puts claimed messages back untried. */
  #putBack(isMeant: (message: ClaimedMessage) => boolean): void {
    const [back, rest] = [this.#waiting.filter(isMeant), this.#waiting.filter((message) => !isMeant(message))];
    this.#waiting = rest;
    this.#settled.push(...back.map((message) => ({ message, outcome: { kind: "released" as const } })));
  }

  /** Whether its push service is down, or named a time before which it wants nothing of its key. */
  #mustWait(message: ClaimedMessage): boolean {
    const { vapid_key_id: keyId, origin } = message;
    return isHeld(keyId, origin) || (!message.is_probe && downUntil(origin ?? "") !== undefined);
  }

  /** Lets what is for a push service that is down wait, so that it takes no room from the others. */
  #defer(): void {
    this.#putBack((message) => isHeld(message.vapid_key_id, message.origin));
    const held = this.#waiting.filter((message) => !message.is_probe && downUntil(message.origin ?? "") !== undefined);
    if (held.length === 0) return;
    const without = new Set(held);
    this.#waiting = this.#waiting.filter((message) => !without.has(message));
    for (const message of held) {
      const until = downUntil(message.origin ?? "") ?? new Date();
      this.#settled.push({ message, outcome: { kind: "deferred", until: spread(until) } });
      void this.#openOutage(message, until).catch((error: unknown) => {
        // The next message that fails there says it again.
        log.warn({ err: error, origin: message.origin }, "an outage could not be noted");
      });
    }
  }

  /** Notes an outage where claims look for it, once for each try of the push service. */
  async #openOutage(message: ClaimedMessage, until: Date): Promise<void> {
    const { workspace_id: workspaceId, vapid_key_id: keyId, origin } = message;
    if (keyId === null || origin === null || this.#noted.get(wayOf(message)) === until.getTime()) return;
    this.#noted.set(wayOf(message), until.getTime());
    await openOutage(workspaceId, keyId, origin, until);
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

/** What a push service can refuse as a whole: a key pair there. */
function wayOf(message: ClaimedMessage): string {
  return `${message.vapid_key_id} ${message.origin}`;
}

/** Not all in the same instant. */
function spread(at: Date): Date {
  return new Date(at.getTime() + Math.random() * 1_000);
}
