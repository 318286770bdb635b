import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "./call.ts";
import { CallError, callApp, callRequest } from "./call.ts";
import { isPassing } from "./database.ts";
import type { Engine } from "./engine.ts";
import { messageOf } from "./log.ts";
import type { Fn } from "./registry.ts";
import { abandon, type Claim } from "./settle.ts";
import type { Settler } from "./settler.ts";

const maxCalls = 100;
const pauseMs = 1_000;
/** Such an answer after a longer time: the function may have run (a proxy's time limit), so it counts as an attempt. */
const promptMs = 5_000;
const maxPauseMs = 24 * 3_600_000;
const maxSteps = 1_000;
const maxStateBytes = 32 * 1024 * 1024;

/** A claimed call with what its request needs (stored-functions.ts). */
type ClaimedCall = {
  id: string;
  run_id: string;
  fn_id: string;
  step: string | null;
  gen: number;
  attempt: number;
  ver: number;
  event: string | null;
  /** Null when there is but one. */
  events: string | null;
  targeted: boolean;
  memo_count: number;
  memo_bytes: number;
  memo_ids: string | null;
  memos: string | null;
};

/** Claims due calls, makes them, and settles their replies; up to 100 at a time. */
export class Dispatcher {
  readonly #engine: Engine;
  readonly #inFlight = new Map<string, Promise<void>>();
  /** When an app that could not be reached may be called again (ms). */
  readonly #pausedApps = new Map<string, number>();
  readonly #downApps = new Set<string>();
  readonly #abort = new AbortController();
  readonly #settler: Settler;
  #claiming = false;
  #asked = false;
  #stopped = false;

  constructor(engine: Engine, settler: Settler) {
    this.#engine = engine;
    this.#settler = settler;
  }

  /** Looks for due calls now. */
  nudge(): void {
    this.#asked = true;
    if (!this.#claiming) void this.#claimAll();
  }

  /** Ends the pause of an app that answered. */
  appIsUp(appId: string): void {
    if (this.#downApps.delete(appId)) this.#engine.log("app_is_up", { app: appId });
    if (this.#pausedApps.delete(appId)) this.nudge();
  }

  /** Takes no more calls, lets those under way end until the time is over, and gives the others back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    await Promise.race([Promise.all(this.#inFlight.values()), delay(graceMs, undefined, { ref: false })]);
    this.#abort.abort();
    await Promise.all(this.#inFlight.values());
    await this.#engine.db.query("update queue set worker = null where worker = $1", [this.#engine.workerId]);
  }

  async #claimAll(): Promise<void> {
    this.#claiming = true;
    try {
      while (this.#asked && !this.#stopped && this.#inFlight.size < maxCalls) {
        this.#asked = false;
        const rows = await this.#claim(maxCalls - this.#inFlight.size);
        await this.#noteBegin(rows);
        for (const row of rows) {
          // There is more to look at than one claim should.
          if (row.id === null) this.#asked = true;
          else this.#begin({ ...row, id: row.id });
        }
      }
    } catch (error) {
      this.#engine.log("claim_failed", { error: messageOf(error) });
    } finally {
      this.#claiming = false;
    }
  }

  #claim(free: number): Promise<(Omit<ClaimedCall, "id"> & { id: string | null })[]> {
    return this.#engine.db.query("select * from claim_calls($1, $2, $3)", [
      this.#engine.workerId,
      free,
      this.#pausedFns(),
    ]);
  }

  #pausedFns(): string[] {
    const now = Date.now();
    for (const [appId, until] of this.#pausedApps) if (until <= now) this.#pausedApps.delete(appId);
    if (this.#pausedApps.size === 0) return [];
    const all = this.#engine.registry.all();
    return all.filter(({ appId }) => this.#pausedApps.has(appId)).map(({ id }) => id);
  }

  /** When a run began matters to its time limits only. */
  async #noteBegin(rows: { run_id: string; fn_id: string; gen: number; step: string | null }[]): Promise<void> {
    const first = rows.filter((row) => row.gen === 1 && row.step === null);
    const timed = first.filter((row) => this.#engine.registry.get(row.fn_id)?.config.timeouts);
    if (timed.length === 0) return;
    await this.#engine.db
      .query("update run set started_at = now() where id = any($1) and status = 'Running' and started_at is null", [
        timed.map((row) => row.run_id),
      ])
      .catch((error: unknown) => this.#engine.log("begin_not_noted", { error: messageOf(error) }));
  }

  /**
   * Gives back calls that this server holds in the database but does not make: the answer to a claim was lost with its
   * connection.
   */
  async releaseLost(): Promise<void> {
    if (this.#claiming || this.#stopped) return;
    this.#claiming = true;
    try {
      const lost = await this.#engine.db.query(
        `with lost as (
           select id, run_id from queue where worker = $1 and not id = any($2) for update skip locked
         ), ended as (
           delete from queue where id in (
             select lost.id from lost join run on run.id = lost.run_id where run.status <> 'Running'
           ) returning id
         )
         update queue set worker = null
         where id in (select id from lost) and not id in (select id from ended) returning id`,
        [this.#engine.workerId, [...this.#inFlight.keys()]],
      );
      if (lost.length > 0) this.#engine.log("lost_calls_released", { calls: lost.length });
      this.#asked ||= lost.length > 0;
    } finally {
      this.#claiming = false;
      if (this.#asked) this.nudge();
    }
  }

  #begin(row: ClaimedCall): void {
    const work = this.#make(row)
      .catch((error: unknown) => this.#engine.log("call_failed", { run_id: row.run_id, error: messageOf(error) }))
      .finally(() => {
        this.#inFlight.delete(row.id);
        this.nudge();
      });
    this.#inFlight.set(row.id, work);
  }

  async #make(row: ClaimedCall): Promise<void> {
    const { registry, settings } = this.#engine;
    const fn = registry.get(row.fn_id);
    const claim: Claim = {
      id: row.id,
      runId: row.run_id,
      fnId: row.fn_id,
      step: row.step,
      gen: row.gen,
      maxAttempts: (fn?.retries ?? 0) + 1,
    };
    if (!fn) return this.#settle(claim, new CallError(`${row.fn_id} is no longer registered`, true));
    if (row.memo_count > maxSteps || row.memo_bytes > maxStateBytes) {
      const excess = row.memo_count > maxSteps ? `more than ${maxSteps} steps` : `more than ${maxStateBytes} bytes`;
      return this.#settle({ ...claim, maxAttempts: 0 }, new CallError(`the run has ${excess} of state`, true));
    }
    const startedAt = Date.now();
    const reply = await this.#call(fn, {
      queueId: row.id,
      runId: row.run_id,
      fnId: row.fn_id,
      step: row.step,
      attempt: row.attempt,
      maxAttempts: claim.maxAttempts,
      gen: row.gen,
      ver: row.ver,
      event: row.event ?? "{}",
      events: row.events ?? row.event ?? "",
      memos: { count: row.memo_count, bytes: row.memo_bytes, ids: row.memo_ids ?? "", text: row.memos ?? "" },
      planOnly: row.targeted,
      checkpoint: settings.checkpoint,
    });
    if (this.#abort.signal.aborted) return;
    const outage = outageOf(reply);
    const prompt = Date.now() - startedAt < promptMs;
    if (outage !== undefined && prompt && (await this.#pause(fn, claim, outage))) return;
    if (outage === undefined && !(reply instanceof CallError)) this.appIsUp(fn.appId);
    await this.#settle(claim, outage === undefined ? reply : new CallError(outage, true));
  }

  async #call(fn: Fn, state: Parameters<typeof callRequest>[1]): Promise<Reply | CallError> {
    const { url, body, headers } = callRequest(fn.url, state);
    const { signingKey } = this.#engine.settings;
    try {
      return await callApp(url, body, { headers, signingKey, signal: this.#abort.signal });
    } catch (error) {
      return error instanceof CallError ? error : new CallError(messageOf(error), true);
    }
  }

  /** Gives the call back without using up an attempt, and leaves its app alone for a second. */
  async #pause(fn: Fn, claim: Claim, reason: string): Promise<boolean> {
    const until = Date.now() + pauseMs - 20;
    const [row] = await this.#engine.db.query(
      `update queue set worker = null, run_at = now() + $3::float8 * interval '1 ms', t0 = coalesce(t0, now()),
         parked_on = '@'
       where id = $1 and gen = $2 and (t0 is null or t0 > now() - $4::float8 * interval '1 ms') returning id`,
      [claim.id, claim.gen, pauseMs, maxPauseMs],
    );
    if (!row) return false;
    if (!this.#downApps.has(fn.appId)) this.#engine.log("app_is_down", { app: fn.appId, url: fn.url, reason });
    this.#downApps.add(fn.appId);
    this.#pausedApps.set(fn.appId, until);
    return true;
  }

  /**
   * Settles a reply, waiting out a database that is away. One that cannot be stored counts as a failed attempt; when
   * that cannot be stored either, the run is ended without telling anybody, or it would hold its place for ever.
   */
  async #settle(claim: Claim, reply: Reply | CallError): Promise<void> {
    let outcome = reply;
    let refusals = 0;
    while (!this.#abort.signal.aborted) {
      try {
        if (refusals > 1) return await abandon(this.#engine, claim);
        return await this.#settler.settle(claim, outcome);
      } catch (error) {
        this.#engine.log("settle_failed", { run_id: claim.runId, error: messageOf(error) });
        if (!isPassing(error)) {
          refusals++;
          outcome = new CallError(`the reply could not be stored: ${messageOf(error)}`, true);
        }
        await delay(500);
      }
    }
  }
}

/**
 * Why a reply does not come from the function at all: nobody listens, or something that is not the SDK answered (a
 * proxy, a framework's 404, a refused signature).
 */
function outageOf(reply: Reply | CallError): string | undefined {
  if (reply instanceof CallError) return reply.sent ? undefined : reply.message;
  if ("x-inngest-sdk" in reply.headers) return undefined;
  return `the answer ${reply.status} did not come from the Inngest SDK`;
}
