import { CallError, type Reply } from "./call.ts";
import type { Engine } from "./engine.ts";
import { messageOf } from "./log.ts";
import { failed, isStep, isTooLarge, memoOf, type StepOp } from "./ops.ts";
import { lifecycleNames } from "./runs.ts";
import { type Claim, checkpoint, parseOps, settle } from "./settle.ts";

/** One plain outcome, as `settle_many` takes it (stored-functions.ts). */
type Plain = {
  kind: "complete" | "step" | "next" | "checkpoint" | "timer";
  runId: string;
  callId: string;
  gen: number;
  step: string;
  memo: string;
  ver: number;
};
/** settled, or there was nothing to do · left: to be settled by itself */
type Outcome = "settled" | "gone" | "left";
type Waiting = { plain: Plain; done: (outcome: Outcome) => void };

const maxTogether = 100;
const late = failed({ name: "InngestInvokeTimeoutError", message: "the invoked function did not finish in time" });

/**
 * Settles what calls report. Plain outcomes that come while one statement is under way share the next one, and so its
 * commit; the others, and whatever such a statement leaves, are settled in a transaction of their own.
 */
export class Settler {
  readonly #engine: Engine;
  #waiting: Waiting[] = [];
  #settling = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws when the database is away, or cannot store the reply */
  async settle(claim: Claim, reply: Reply | CallError): Promise<void> {
    const plain = this.#plainOf(claim, reply);
    if (plain && (await this.#together(plain)) !== "left") return;
    await settle(this.#engine, claim, reply);
  }

  /**
   * Stores steps that a call reports while it goes on. One that is too large is not taken here: the call then ends and
   * reports it, and its run fails.
   *
   * @returns superseded: another call has taken this one's place, it must stop
   */
  async checkpoint(
    runId: string,
    call: { id: string; gen: number },
    steps: StepOp[],
  ): Promise<"stored" | "superseded" | "too_large"> {
    const memos = steps.map(memoOf);
    if (memos.some(isTooLarge)) return "too_large";
    const [step] = steps;
    const [memo] = memos;
    if (step && memo !== undefined && steps.length === 1) {
      const plain: Plain = { kind: "checkpoint", runId, callId: call.id, gen: call.gen, step: step.id, memo, ver: -1 };
      const outcome = await this.#together(plain);
      if (outcome !== "left") return outcome === "settled" ? "stored" : "superseded";
    }
    return (await checkpoint(this.#engine, runId, call, steps)) ? "stored" : "superseded";
  }

  /** Ends a sleep, or a wait whose time is over. @returns false when that is left to be done by itself */
  async endTimer(timer: { id: string; runId: string; step: string }): Promise<boolean> {
    const { id, runId, step } = timer;
    const plain: Plain = { kind: "timer", runId, callId: id, gen: 0, step, memo: late, ver: -1 };
    return (await this.#together(plain)) === "settled";
  }

  /** The outcomes that nearly all calls have. */
  #plainOf(claim: Claim, reply: Reply | CallError): Plain | undefined {
    if (reply instanceof CallError) return undefined;
    const { status, headers, body } = reply;
    const ver = Number(headers["x-inngest-req-version"]);
    const plain = { runId: claim.runId, callId: claim.id, gen: claim.gen, step: "", ver: ver >= 1 ? ver : -1 };
    if (status === 200) return this.#completion(plain, body === "" ? "null" : body);
    const ops = status === 206 ? parseOps(body) : undefined;
    const [op] = ops ?? [];
    if (!op || ops?.length !== 1) return undefined;
    if (op.op === "RunComplete") return this.#completion(plain, JSON.stringify(op.data ?? null));
    if (!isStep(op) || op.op === "StepError" || op.opts?.parallelMode === "race") return undefined;
    const memo = memoOf(op);
    return isTooLarge(memo) ? undefined : { ...plain, kind: claim.step === null ? "next" : "step", step: op.id, memo };
  }

  #completion(plain: Omit<Plain, "kind" | "memo">, output: string): Plain | undefined {
    const heard = this.#engine.registry.listensTo("inngest/function.finished");
    return heard || isTooLarge(output) ? undefined : { ...plain, kind: "complete", memo: output };
  }

  #together(plain: Plain): Promise<Outcome> {
    return new Promise((done) => {
      this.#waiting.push({ plain, done });
      if (!this.#settling) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#settling = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, maxTogether);
      const outcomes = await this.#settleMany(batch.map(({ plain }) => plain));
      for (const [index, { done }] of batch.entries()) done(outcomes.get(index + 1) ?? "left");
    }
    this.#settling = false;
  }

  /** By place, from 1; empty when none could be settled. */
  async #settleMany(all: Plain[]): Promise<Map<number, Outcome>> {
    try {
      const rows = await this.#engine.db.query<{ place: number; outcome: string }>(
        "select * from settle_many($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
          this.#engine.workerId,
          all.map(({ kind }) => kind),
          all.map(({ runId }) => runId),
          all.map(({ callId }) => callId),
          all.map(({ gen }) => gen),
          all.map(({ step }) => step),
          all.map(({ memo }) => memo),
          all.map(({ ver }) => ver),
          lifecycleNames,
        ],
      );
      this.#engine.db.onWake(new Set(["calls"]));
      return new Map(
        rows.map(({ place, outcome }) => [place, outcome === "settled" || outcome === "gone" ? outcome : "left"]),
      );
    } catch (error) {
      // Each by itself then: one of them may be what the database does not take.
      this.#engine.log("settle_many_failed", { calls: all.length, error: messageOf(error) });
      return new Map();
    }
  }
}
