import type { Tx } from "./database.ts";
import type { Engine, EventBody } from "./engine.ts";
import { matches } from "./expr.ts";
import { messageOf } from "./log.ts";
import type { Fn } from "./registry.ts";
import { cancelRun, resume } from "./runs.ts";
import { Starts } from "./start.ts";
import { trigger } from "./trigger.ts";

const maxTries = 5;
const maxTogether = 100;
/** Of the events taken together: bodies are held in memory, and each may have 3 MB. */
const maxBytesTogether = 8 * 1024 * 1024;
/** How many runs are looked at together that an event might cancel or resume: each brings its own event. */
const pageSize = 500;

/** `awaited`: runs wait for events of its name. */
type StoredEvent = { id: string; name: string; body: string; awaited: boolean };

const storedEvent = `
  select id, name, body, exists (select 1 from wait where wait.kind = 'event' and wait.name = event.name) as awaited`;

/**
 * Takes up to 100 stored events to the functions they start, the runs they cancel and the runs that wait for them, all
 * in one transaction. When that fails, takes them one by one; an event that fails 5 times is set aside with its error.
 *
 * @returns how many there were
 */
export async function fanOut(engine: Engine): Promise<number> {
  try {
    return await engine.db.tx((tx) => fanOutSome(engine, tx));
  } catch (error) {
    engine.log("fan_out_failed", { error: messageOf(error) });
    return fanOutOneByOne(engine);
  }
}

async function fanOutSome(engine: Engine, tx: Tx): Promise<number> {
  const events = await tx.query<StoredEvent>(
    `with waiting as (
       select id, name, body from event where not done order by id limit $1 for update skip locked
     ), event as (
       select *, sum(octet_length(body)) over (order by id) - octet_length(body) as bytes_before from waiting
     )
     ${storedEvent} from event where bytes_before < $2 order by id`,
    [maxTogether, maxBytesTogether],
  );
  if (events.length === 0) return 0;
  await deliverAll(engine, tx, events);
  await tx.query("update event set done = true where id = any($1)", [events.map(({ id }) => id)]);
  return events.length;
}

async function fanOutOneByOne(engine: Engine): Promise<number> {
  const events = await engine.db.query<{ id: string }>("select id from event where not done order by id limit 100");
  for (const { id } of events) {
    try {
      await engine.db.tx(async (tx) => {
        const [event] = await tx.query<StoredEvent>(
          `${storedEvent} from event where id = $1 and not done for update of event skip locked`,
          [id],
        );
        if (!event) return;
        await deliverAll(engine, tx, [event]);
        await tx.query("update event set done = true where id = $1", [id]);
      });
    } catch (error) {
      const [row] = await engine.db.query<{ done: boolean }>(
        "update event set tries = tries + 1, error = $2, done = tries + 1 >= $3 where id = $1 returning done",
        [id, messageOf(error), maxTries],
      );
      engine.log(row?.done ? "event_set_aside" : "event_fan_out_failed", { event_id: id, error: messageOf(error) });
    }
  }
  return events.length;
}

async function deliverAll(engine: Engine, tx: Tx, events: StoredEvent[]): Promise<void> {
  const starts = new Starts(engine, tx);
  for (const { id, name, body, awaited } of events) {
    const event = { id, body: JSON.parse(body) as EventBody, text: body };
    // An event first ends what waits for it, so that a run it starts is neither cancelled nor resumed by it.
    const cancels = engine.registry.cancelledBy(name);
    if (cancels.length > 0) await starts.flush();
    for (const { fn, expression } of cancels) await cancelRuns(engine, tx, fn, expression, event.body);
    if (awaited) await resumeWaits(tx, event.body, event.text);
    await start(engine, tx, starts, event);
  }
  await starts.flush();
}

async function start(
  engine: Engine,
  tx: Tx,
  starts: Starts,
  event: { id: string; body: EventBody; text: string },
): Promise<void> {
  const started = new Set<Fn>();
  for (const { fn, expression } of engine.registry.triggeredBy(event.body.name)) {
    if (started.has(fn) || !matches(expression, { event: event.body })) continue;
    started.add(fn);
    await trigger(engine, tx, starts, fn, event);
  }
}

async function cancelRuns(
  engine: Engine,
  tx: Tx,
  fn: Fn,
  expression: string | undefined,
  event: EventBody,
): Promise<void> {
  for (let after = ""; ; ) {
    const runs = await tx.query<{ id: string; event: string }>(
      `select id, events[1] as event from run where fn_id = $1 and status = 'Running' and id > $2 order by id limit $3`,
      [fn.id, after, pageSize],
    );
    for (const run of runs) {
      const scope = { event: JSON.parse(run.event) as EventBody, async: event };
      if (matches(expression, scope)) await cancelRun(engine, tx, run.id);
    }
    const last = runs.at(-1);
    if (!last || runs.length < pageSize) return;
    after = last.id;
  }
}

async function resumeWaits(tx: Tx, event: EventBody, eventText: string): Promise<void> {
  for (let after = ["", ""]; ; ) {
    const waits = await tx.query<{ run_id: string; step: string; expr: string | null; event: string }>(
      `select w.run_id, w.step, w.expr, r.events[1] as event from wait w join run r on r.id = w.run_id
       where w.kind = 'event' and w.name = $1 and (w.run_id, w.step) > ($2, $3) order by w.run_id, w.step limit $4`,
      [event.name, ...after, pageSize],
    );
    for (const wait of waits) {
      const scope = { event: JSON.parse(wait.event) as EventBody, async: event };
      if (matches(wait.expr, scope)) await resume(tx, wait.run_id, wait.step, eventText);
    }
    const last = waits.at(-1);
    if (!last || waits.length < pageSize) return;
    after = [last.run_id, last.step];
  }
}
