import type { Log } from "./log.ts";
import { messageOf } from "./log.ts";

const afterFaultMs = 1_000;

/** Does something again and again: when nudged, and after the time that the last round asked for. Never twice at once. */
export class Loop {
  readonly #name: string;
  readonly #log: Log;
  readonly #round: () => Promise<number>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #nudged = false;
  #stopped = true;

  /** @param round returns the milliseconds until the next round */
  constructor(name: string, log: Log, round: () => Promise<number>) {
    this.#name = name;
    this.#log = log;
    this.#round = round;
  }

  start(): void {
    this.#stopped = false;
    this.nudge();
  }

  nudge(): void {
    this.#nudged = true;
    if (this.#stopped || this.#running) return;
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // Nudged after the last look and before this line.
      if (this.#nudged) this.nudge();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    let waitMs = 0;
    while (!this.#stopped && (this.#nudged || waitMs === 0)) {
      this.#nudged = false;
      try {
        waitMs = await this.#round();
      } catch (error) {
        this.#log(`${this.#name}_failed`, { error: messageOf(error) });
        waitMs = afterFaultMs;
      }
    }
    if (!this.#stopped) this.#timer = setTimeout(() => this.nudge(), waitMs);
  }
}
