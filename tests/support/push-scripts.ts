/** How the push service answers a POST. Everything that is left out is as a healthy service does it. */
export interface PushAnswer {
  /** HTTP status; 201 means accepted and handed to the browser. */
  status?: number;
  /** Further reply headers, for instance `{ "retry-after": "120" }`. */
  headers?: Record<string, string>;
  /** Reply body, for instance a JSON error. */
  body?: string;
  /** How long to wait before answering. */
  delayMs?: number;
  /**
   * Trouble on the wire instead of a proper reply:
   * - `reset`       the connection breaks and the message was not accepted
   * - `lost-reply`  the message was accepted, then the connection breaks
   * - `silence`     no answer at all; the connection stays open
   * - `drip`        the reply never ends: one byte every 200 ms
   * - `huge`        the reply is 400 MB
   */
  fault?: "reset" | "lost-reply" | "silence" | "drip" | "huge";
}

/** When a scripted answer applies. The first script that applies to a POST decides. */
export interface PushScript {
  answer: PushAnswer;
  /** Only for this endpoint's token; absent: for every one. */
  token?: string;
  /** Of the POSTs it would apply to, this share, picked at random (seeded). Default 100. */
  percent?: number;
  /** Only for so many POSTs, then it is used up. Default: no limit. */
  times?: number;
}

/** The scripts of one push service and the choice among them. */
export class PushScripts {
  #general: PushScript[] = [];
  readonly #byToken = new Map<string, PushScript[]>();
  #random: () => number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
  }

  add(script: PushScript): void {
    const own = { ...script };
    if (own.token === undefined) {
      this.#general.push(own);
      return;
    }
    const list = this.#byToken.get(own.token);
    if (list) list.push(own);
    else this.#byToken.set(own.token, [own]);
  }

  clear(): void {
    this.#general = [];
    this.#byToken.clear();
    this.#random = seededRandom(this.#seed);
  }

  /** The scripted answer for the next POST to this token, or undefined for a healthy one. Uses up `times`. */
  choose(token: string): PushAnswer | undefined {
    if (this.#general.length === 0 && this.#byToken.size === 0) return undefined;
    return this.#first(this.#byToken.get(token)) ?? this.#first(this.#general);
  }

  #first(scripts: PushScript[] | undefined): PushAnswer | undefined {
    for (const script of scripts ?? []) {
      if (script.times === 0) continue;
      if (script.percent !== undefined && this.#random() * 100 >= script.percent) continue;
      if (script.times !== undefined) script.times -= 1;
      return script.answer;
    }
    return undefined;
  }
}

/** Mulberry32: the same failures in the same order whenever the seed is the same. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
