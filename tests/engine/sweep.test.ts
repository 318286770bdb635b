import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Database } from "#inngest/local/database.ts";
import type { Engine } from "#inngest/local/engine.ts";
import { Registry } from "#inngest/local/registry.ts";
import { retryAt } from "#inngest/local/settle.ts";
import { dropOld, repairStuckRuns } from "#inngest/local/sweep.ts";
import { complete, id, ops, RawLab } from "./raw-app.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

/** What looks after runs: the invariant, the retention, what is left over, and when a failed call is tried again. */
let lab: RawLab;
let engine: Engine;
beforeEach(async () => {
  lab = await RawLab.start();
  const db = new Database(lab.database.url, lab.logs.log);
  const settings = { dev: true, eventKeys: [], checkpoint: true };
  engine = { db, registry: new Registry(), log: lab.logs.log, workerId: 1, settings };
});
afterEach(async () => {
  await engine.db.end();
  await lab.stop();
});

const nap = { id: id("nap"), op: "Sleep", name: "1h" };
const asleep = () =>
  expect
    .poll(() => lab.database.query("select 1 from inngest_local.queue where kind = 'sleep'"), { timeout: 20_000 })
    .toHaveLength(1);

test("a run without a way to go on is found, told of, and goes on", async () => {
  lab.answer = () => ops(nap);
  await lab.send("go");
  await asleep();
  expect(await repairStuckRuns(engine)).toBe(0);
  lab.answer = () => ops(complete());
  await lab.database.query("delete from inngest_local.queue");
  expect(await repairStuckRuns(engine)).toBe(1);
  expect(lab.logs.count("stuck_run_repaired")).toBe(1);
  await lab.ended("Completed");
});

test("a timer whose run is gone or over disappears, and does not come due for ever", async () => {
  lab.answer = () => ops(complete());
  await lab.send("go");
  await lab.ended("Completed");
  await lab.database.query(`
    insert into inngest_local.queue (key, kind, run_id, fn_id, step, run_at)
    select 'over ' || kind, kind, id, fn_id, 'x', now() from inngest_local.run,
           unnest(array['sleep', 'waitto', 'timeout']) kind
    union all
    select 'gone ' || kind, kind, 'no such run', 'raw-f', 'x', now() from unnest(array['sleep', 'waitto', 'timeout']) kind`);
  await expect.poll(() => lab.database.query("select key from inngest_local.queue"), { timeout: 20_000 }).toEqual([]);
  expect(await lab.runs()).toEqual([{ status: "Completed", output: '"done"' }]);
});

test("an event's id starts a function once within a day, and again after it", async () => {
  lab.answer = () => ops(complete());
  const sendAgain = () => lab.post("/e/any", { name: "go", id: "the same" });
  const count = async () => (await lab.runs()).length;
  await sendAgain();
  await lab.ended("Completed");
  await lab.database.query("update inngest_local.run set created_at = now() - interval '23 hours'");
  const keysEndedAt = await dropOld(engine, 7);
  await sendAgain();
  await lab.database.query("select pg_sleep(0.5)");
  expect(await count()).toBe(1);
  // It went by between two looks: the second need not look at what is older.
  await lab.database.query("update inngest_local.run set created_at = now() - interval '24 hours 1 minute'");
  await dropOld(engine, 7, keysEndedAt);
  await sendAgain();
  await expect.poll(count, { timeout: 20_000 }).toBe(2);
});

test("ended runs go with their steps and events after the retention, and not a day before", async () => {
  lab.answer = ({ steps }) => (id("a") in steps ? ops(complete()) : ops({ id: id("a"), op: "StepRun", data: 1 }));
  await lab.send("go");
  await lab.ended("Completed");
  const left = async () => {
    const [row] = await lab.database.query(`
      select (select count(*)::int from inngest_local.run) as runs, (select count(*)::int from inngest_local.step) as steps,
             (select count(*)::int from inngest_local.event) as events`);
    return row;
  };
  const age = async (days: number) => {
    await lab.database.query(
      "update inngest_local.run set created_at = now() - $1 * interval '1 day', ended_at = now() - $1 * interval '1 day'",
      [days],
    );
    await lab.database.query("update inngest_local.event set at = now() - $1 * interval '1 day'", [days]);
    await dropOld(engine, 7);
    return left();
  };
  expect(await age(6.9)).toEqual({ runs: 1, steps: 1, events: 1 });
  expect(await age(7.1)).toEqual({ runs: 0, steps: 0, events: 0 });
});

test("a call is tried again as a hosted Inngest does: from 15 s to 2 h, and up to 30 s more", () => {
  const seconds = (attempt: number, retryAfter?: string, retryMs?: number) =>
    (retryAt({ retryMs }, attempt, retryAfter).getTime() - Date.now()) / 1_000;
  const expected = [15, 30, 60, 120, 300, 600, 1_200, 2_400, 3_600, 7_200, 7_200];
  for (const [attempt, base] of expected.entries()) {
    for (let n = 0; n < 50; n++) {
      expect(seconds(attempt)).toBeGreaterThan(base - 0.5);
      expect(seconds(attempt)).toBeLessThan(base + 30.5);
    }
  }
  // As asked: seconds or a date, within a second and a day; else as set.
  expect(Math.round(seconds(0, "90"))).toBe(90);
  expect(Math.round(seconds(0, new Date(Date.now() + 40_000).toISOString()))).toBe(40);
  expect(Math.round(seconds(0, "0"))).toBe(1);
  expect(Math.round(seconds(0, "9999999"))).toBe(86_400);
  expect(Math.round(seconds(3, "sometime", 2_000))).toBe(2);
});
