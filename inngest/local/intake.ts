import type { Engine, EventBody } from "./engine.ts";
import type { NewEvent } from "./events.ts";
import { storeEvents } from "./events.ts";
import { seededUlid, ulid } from "./time.ts";

/** An event that is not accepted; its message goes to the sender. */
export class BadEventError extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** As a hosted Inngest. */
const maxEventBytes = 3 * 1024 * 1024;
const maxEvents = 5_000;

const earliest = Date.UTC(1980, 0, 1);
/** The last instant that a date can be. */
const latest = 8_640_000_000_000_000;

/**
 * Checks and completes what a sender posted.
 *
 * @param seed the header x-inngest-event-id-seed: the same on every try of one request, so that a repeated request
 *   stores its events once
 * @param requestBytes NaN when the sender did not say
 * @throws BadEventError
 */
export function parseEvents(payload: unknown, seed: string | undefined, requestBytes = 0): NewEvent[] {
  const [seedMs = "", entropy = ""] = seed?.split(",") ?? [];
  const seeded = /^\d{1,14}$/.test(seedMs) && entropy !== "";
  const items = [payload].flat();
  if (items.length > maxEvents) throw new BadEventError(`a request holds at most ${maxEvents} events`, 413);
  const events = items.map((item, index) => {
    const id = seeded ? seededUlid(Number(seedMs), entropy, index) : ulid();
    return parseEvent(item, id);
  });
  if (!(requestBytes <= maxEventBytes)) for (const event of events) checkSize(event);
  return events;
}

function checkSize({ name, text }: NewEvent): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxEventBytes) return;
  throw new BadEventError(`event ${name.slice(0, 100)} has ${bytes} bytes, at most ${maxEventBytes}`, 413);
}

/** Here and not where events are stored together: one that cannot be written must not harm the others. */
function textOf(body: EventBody): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw new BadEventError("event data is nested too deeply");
  }
}

function parseEvent(item: unknown, id: string): NewEvent {
  if (item === null || typeof item !== "object") throw new BadEventError("an event is an object");
  const { name, data, ts, user, v, id: extId } = item as Record<string, unknown>;
  if (typeof name !== "string" || name.trim() === "") throw new BadEventError("event name is empty");
  if (name.includes("\0")) throw new BadEventError("event name holds a NUL character");
  if (/^inngest\//i.test(name)) throw new BadEventError("event name begins with the reserved prefix inngest/");
  if (data !== undefined && data !== null && (typeof data !== "object" || Array.isArray(data))) {
    throw new BadEventError("event data is an object");
  }
  if (ts !== undefined && ts !== 0 && !(typeof ts === "number" && ts >= earliest && ts <= latest)) {
    throw new BadEventError("event ts is in milliseconds, after 1980");
  }
  if (extId !== undefined && (typeof extId !== "string" || extId.includes("\0"))) {
    throw new BadEventError("event id is a text without NUL characters");
  }
  const body: EventBody = {
    id: extId || id,
    name,
    data: (data ?? {}) as Record<string, unknown>,
    ts: ts ? Number(ts) : Date.now(),
    ...(user ? { user } : {}),
    ...(typeof v === "string" ? { v } : {}),
  };
  return { id, extId: extId || undefined, name, text: textOf(body) };
}

type Waiting = { events: NewEvent[]; done: () => void; failed: (error: unknown) => void };

/**
 * Stores events; resolves after commit. Requests that arrive while one commit is under way share the next, since a
 * commit waits for the disk.
 */
export class Intake {
  readonly #engine: Engine;
  #waiting: Waiting[] = [];
  #storing = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  store(events: NewEvent[]): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ events, done, failed });
      if (!this.#storing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#storing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const events = batch.flatMap((request) => request.events);
        await storeEvents(this.#engine.db, events);
        for (const request of batch) request.done();
      } catch (error) {
        for (const request of batch) request.failed(error);
      }
    }
    this.#storing = false;
  }
}
