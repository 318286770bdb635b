import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { encrypt, type SubscriptionKeys } from "./encryption.ts";
import { type EncryptedBatch, packBatch, unpackBatch } from "./encryption-batch.ts";

/** Posting takes the main thread about a third of what encrypting takes here, so more would only wait for it. */
const maxThreads = 3;
const maxBatch = 32;
/** One batch being worked on, one at hand when it is done. */
const maxBatchesPerThread = 2;

/** Keys live outside the heap and are freed with it: a small one frees them often, a large one let them pile up. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

interface Waiting {
  plaintext: Uint8Array;
  keys: SubscriptionKeys;
  resolve: (body: Buffer) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  isReady: boolean;
  /** Batches in the order they were handed over; answered in that order. */
  batches: Waiting[][];
}

/**
 * Encrypts on other cores, because encrypting costs several times what posting does. Threads start at the first call.
 * Until they run, and should they not start or die, this thread encrypts itself.
 */
export class EncryptionThreads {
  #threads: Thread[] | undefined;
  readonly #queue: Waiting[] = [];
  readonly #count: number;
  #isPumpDue = false;

  /** @param count of threads; default: one for each core, 3 at most */
  constructor(count = Math.min(maxThreads, availableParallelism())) {
    this.#count = count;
  }

  /** Whether a thread runs; before, and without any, `encrypt` works in the calling thread. */
  get isReady(): boolean {
    return this.#threads?.some(({ isReady }) => isReady) ?? false;
  }

  /**
   * The same as `encrypt`.
   *
   * @throws InvalidKeys
   */
  async encrypt(plaintext: Uint8Array, keys: SubscriptionKeys): Promise<Buffer> {
    this.#threads ??= Array.from({ length: this.#count }, () => this.#start());
    if (!this.isReady) return encrypt(plaintext, keys);
    return new Promise((resolve, reject) => {
      this.#queue.push({ plaintext, keys: { p256dh: keys.p256dh, auth: keys.auth }, resolve, reject });
      this.#pumpSoon();
    });
  }

  close(): void {
    const threads = this.#threads ?? [];
    this.#threads = [];
    for (const thread of threads) {
      thread.isReady = false;
      void thread.worker.terminate();
    }
  }

  #start(): Thread {
    // By path and not by URL: bundlers would copy the file away from what it imports.
    const file = join(process.cwd(), "lib/channels/web-push/encryption-thread.ts");
    const worker = new Worker(/* turbopackIgnore: true */ file, { execArgv: [], resourceLimits });
    const thread: Thread = { worker, isReady: false, batches: [] };
    worker.unref();
    worker.once("online", () => {
      thread.isReady = true;
    });
    worker.on("message", (encrypted: EncryptedBatch) => this.#settle(thread, encrypted));
    worker.once("error", (error) => process.emitWarning(`Encryption thread ended: ${error.message}`));
    worker.once("exit", () => this.#abandon(thread));
    return thread;
  }

  /** Everything asked for in one turn of the event loop goes over together. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const thread = this.#leastBusy();
      if (!thread || thread.batches.length >= maxBatchesPerThread) return;
      const batch = this.#queue.splice(0, maxBatch);
      const packed = packBatch(batch);
      // Who waits for a result keeps the process alive.
      if (thread.batches.length === 0) thread.worker.ref();
      thread.batches.push(batch);
      thread.worker.postMessage(packed, [packed.plaintexts.buffer]);
    }
  }

  #leastBusy(): Thread | undefined {
    let best: Thread | undefined;
    for (const thread of this.#threads ?? []) {
      if (thread.isReady && thread.batches.length < (best?.batches.length ?? Number.POSITIVE_INFINITY)) best = thread;
    }
    return best;
  }

  #settle(thread: Thread, encrypted: EncryptedBatch): void {
    const batch = thread.batches.shift() ?? [];
    if (thread.batches.length === 0) thread.worker.unref();
    this.#pump();
    for (const [index, result] of unpackBatch(encrypted).entries()) {
      if (Buffer.isBuffer(result)) batch[index]?.resolve(result);
      else batch[index]?.reject(result);
    }
  }

  /** The thread is gone: what it held, and what nobody else will take, is encrypted here. */
  #abandon(thread: Thread): void {
    thread.isReady = false;
    const orphans = thread.batches.splice(0).flat();
    if (!this.#leastBusy()) orphans.push(...this.#queue.splice(0));
    for (const { plaintext, keys, resolve, reject } of orphans) {
      try {
        resolve(encrypt(plaintext, keys));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
