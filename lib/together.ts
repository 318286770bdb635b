import { isDatabaseAway } from "./database-away.ts";

/** How many calls share one round at most. */
const most = 200;

interface Waiting<In, Out> {
  input: In;
  done: (output: Out) => void;
  failed: (error: unknown) => void;
}

/**
 * Does what many ask for at once: what comes while one round is under way shares the next, and so its transaction and its
 * commit. Nobody is answered before the round that holds their work is done. A lone call waits for nothing.
 *
 * @param work answers each input, in their order; when it fails, its halves are tried, down to the inputs that fail by themselves
 */
export class Together<In, Out> {
  readonly #work: (inputs: In[]) => Promise<Out[]>;
  #waiting: Waiting<In, Out>[] = [];
  #working = false;

  constructor(work: (inputs: In[]) => Promise<Out[]>) {
    this.#work = work;
  }

  /** @throws what `work` throws for this input alone */
  do(input: In): Promise<Out> {
    return new Promise((done, failed) => {
      this.#waiting.push({ input, done, failed });
      if (!this.#working) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) await this.#round(this.#waiting.splice(0, most));
    this.#working = false;
  }

  async #round(round: Waiting<In, Out>[]): Promise<void> {
    try {
      const outputs = await this.#work(round.map(({ input }) => input));
      if (outputs.length !== round.length) throw new TypeError("a round must answer each of its calls");
      for (const [index, output] of outputs.entries()) round[index]?.done(output);
    } catch (error) {
      // No half of it would find the database there, and each would wait for it.
      if (round.length === 1 || isDatabaseAway(error)) {
        for (const one of round) one.failed(error);
        return;
      }
      const middle = Math.ceil(round.length / 2);
      await this.#round(round.slice(0, middle));
      await this.#round(round.slice(middle));
    }
  }
}
