import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Database } from "#inngest/local/database.ts";
import type { Engine } from "#inngest/local/engine.ts";
import { Registry } from "#inngest/local/registry.ts";
import { dropOld, repairStuckRuns } from "#inngest/local/sweep.ts";
import type { Lab, Notebook } from "./lab.ts";
import { startLab } from "./lab.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

/** For what is sure to come, however busy the machine. */
const patient = { timeout: 20_000, interval: 20 };

type Data = { key: string; [name: string]: unknown };
const dataOf = (event: { data?: unknown }) => event.data as Data;
const keyOf = (event: { data?: unknown }) => dataOf(event).key;

describe("options that order, delay and end runs", () => {
  let lab: Lab;
  let notebook: Notebook;
  const release = new Map<string, () => void>();
  const { promise: flooded, resolve: endFlood } = Promise.withResolvers<void>();

  beforeAll(async () => {
    lab = await startLab((client, notes) => {
      notebook = notes;
      const hold = (key: string) => new Promise<void>((resolve) => release.set(key, resolve));
      const shared: [{ limit: number; key: string; scope: "account" }] = [
        { limit: 1, key: "event.data.key", scope: "account" },
      ];
      const together = async (key: string) => {
        notes.note(`${key} in`, Date.now());
        await delay(250);
        notes.note(`${key} out`, Date.now());
      };
      return [
        client.createFunction(
          { id: "ranked", concurrency: 1, priority: { run: "event.data.rank" }, triggers: [{ event: "ranked/go" }] },
          async ({ event }) => {
            notes.note(keyOf(event), dataOf(event).name);
            if (dataOf(event).name === "holder") await hold(keyOf(event));
          },
        ),
        client.createFunction(
          { id: "start-late", concurrency: 1, timeouts: { start: "1s" }, triggers: [{ event: "start-late/go" }] },
          async ({ event }) => {
            notes.note(keyOf(event), dataOf(event).name);
            if (dataOf(event).name === "holder") await hold(keyOf(event));
          },
        ),
        client.createFunction(
          { id: "account-a", concurrency: shared, triggers: [{ event: "account/go" }] },
          async ({ event }) => together(keyOf(event)),
        ),
        client.createFunction(
          { id: "account-b", concurrency: shared, triggers: [{ event: "account/go" }] },
          async ({ event }) => together(keyOf(event)),
        ),
        client.createFunction(
          {
            id: "batch-if",
            batchEvents: { maxSize: 2, timeout: "30s", if: "event.data.batch == true" },
            triggers: [{ event: "batch-if/go" }],
          },
          async ({ event, events }) => notes.note(keyOf(event), events.length),
        ),
        client.createFunction(
          {
            id: "debounce-end",
            debounce: { period: "1s", timeout: "2s", key: "event.data.key" },
            triggers: [{ event: "debounce-end/go" }],
          },
          async ({ event }) => notes.note(keyOf(event), dataOf(event).n),
        ),
        client.createFunction(
          {
            id: "burst",
            rateLimit: { limit: 30, period: "1m", key: "event.data.key" },
            triggers: [{ event: "burst/go" }],
          },
          async ({ event }) => notes.note(keyOf(event), 1),
        ),
        client.createFunction(
          { id: "held", concurrency: { limit: 1, key: "event.data.key" }, triggers: [{ event: "held/go" }] },
          async ({ event }) => {
            notes.note(keyOf(event), 1);
            await hold(keyOf(event));
          },
        ),
        client.createFunction({ id: "flood", triggers: [{ event: "flood/go" }] }, async ({ event }) => {
          notes.note(keyOf(event), 1);
          await flooded;
        }),
        client.createFunction({ id: "free", triggers: [{ event: "free/go" }] }, async ({ event }) => {
          notes.note(keyOf(event), Date.now());
        }),
        client.createFunction({ id: "yearly", triggers: [{ cron: "0 0 1 1 *" }] }, async ({ event }) =>
          notes.note("cron", event),
        ),
        client.createFunction({ id: "gateway", triggers: [{ event: "gateway/go" }] }, async ({ step }) => {
          await step.fetch("https://example.com");
        }),
      ];
    });
  });
  afterAll(async () => {
    endFlood();
    for (const letGo of release.values()) letGo();
    await lab.stop();
  });

  const sendAll = (name: string, all: Data[]) => lab.client.send(all.map((data) => ({ name, data })));
  const rows = (sql: string, values?: unknown[]) => lab.database?.query(sql, values) ?? Promise.resolve([]);

  test("a waiting run of higher priority goes first", async () => {
    const key = randomUUID();
    await sendAll("ranked/go", [{ key, name: "holder", rank: 0 }]);
    await notebook.until(key, 1);
    const waiting = [
      { key, name: "low", rank: -60 },
      { key, name: "middle", rank: 0 },
      { key, name: "high", rank: 60 },
    ];
    await sendAll("ranked/go", waiting);
    await delay(200);
    release.get(key)?.();
    expect(await notebook.until(key, 4)).toEqual(["holder", "high", "middle", "low"]);
  });

  test("a run that has not begun within timeouts.start is cancelled, one that has is not", async () => {
    const key = randomUUID();
    await sendAll("start-late/go", [{ key, name: "holder" }]);
    await notebook.until(key, 1);
    await sendAll("start-late/go", [{ key, name: "second" }]);
    const statuses = () => rows("select status from inngest_local.run where fn_id = 'lab-start-late' order by id");
    await expect.poll(statuses, patient).toEqual([{ status: "Running" }, { status: "Cancelled" }]);
    release.get(key)?.();
    await expect.poll(statuses, patient).toEqual([{ status: "Completed" }, { status: "Cancelled" }]);
    expect(notebook.of(key)).toEqual(["holder"]);
  });

  test("a limit with account scope holds over several functions", async () => {
    const key = randomUUID();
    await sendAll("account/go", [{ key }, { key }]);
    const ends = (await notebook.until(`${key} out`, 4)) as number[];
    const begins = (notebook.of(`${key} in`) as number[]).slice(1);
    for (const [index, begin] of begins.entries()) expect(begin).toBeGreaterThanOrEqual(ends[index] ?? 0);
  });

  test("an event that does not meet the batch's condition runs alone", async () => {
    const key = randomUUID();
    await sendAll("batch-if/go", [
      { key, batch: true },
      { key, batch: false },
      { key, batch: true },
    ]);
    expect((await notebook.until(key, 2)).toSorted()).toEqual([1, 2]);
  });

  test("a debounce ends at its timeout although events go on", async () => {
    const key = randomUUID();
    for (let n = 0; notebook.of(key).length === 0 && n < 20; n++) {
      await sendAll("debounce-end/go", [{ key, n }]);
      await delay(300);
    }
    expect(notebook.of(key)).toHaveLength(1);
  });

  test("a rate limit lets a tenth of it through at once", async () => {
    const key = randomUUID();
    await sendAll("burst/go", Array(25).fill({ key }));
    expect(await notebook.until(key, 4)).toHaveLength(4);
  });

  test("a backlog that may not run holds nobody else up", async () => {
    const key = randomUUID();
    await sendAll("held/go", Array(2_000).fill({ key }));
    await notebook.until(key, 1);
    const backlog = () => rows("select count(*)::int as runs from inngest_local.run where fn_id = 'lab-held'");
    await expect.poll(backlog, patient).toEqual([{ runs: 2_000 }]);
    const free = randomUUID();
    const sentAt = Date.now();
    await sendAll("free/go", [{ key: free }]);
    const [startedAt] = (await notebook.until(free, 1)) as number[];
    expect((startedAt ?? 0) - sentAt).toBeLessThan(5_000);
    expect(notebook.of(key)).toHaveLength(1);
    await rows("delete from inngest_local.queue where fn_id = 'lab-held'");
    await rows("update inngest_local.run set status = 'Cancelled', ended_at = now() where fn_id = 'lab-held'");
    release.get(key)?.();
  });

  test("a function with many runs that take long leaves room for the others", async () => {
    const key = randomUUID();
    await sendAll("flood/go", Array(150).fill({ key }));
    await notebook.until(key, 90);
    const free = randomUUID();
    await sendAll("free/go", [{ key: free }]);
    await notebook.until(free, 1);
    expect(notebook.of(key)).toHaveLength(90);
    endFlood();
    await notebook.until(key, 150);
  });

  test("a call that this server holds but does not make, as after a cut connection, is given back", async () => {
    const key = randomUUID();
    await sendAll("held/go", [{ key, n: 1 }]);
    await notebook.until(key, 1);
    await sendAll("held/go", [{ key, n: 2 }]);
    const waiting = "fn_id = 'lab-held' and worker is null";
    await expect.poll(() => rows(`select 1 from inngest_local.queue where ${waiting}`), patient).toHaveLength(1);
    const worker = lab.logs.lines.find(({ event }) => event === "started")?.fields?.worker;
    await rows(`update inngest_local.queue set worker = $1, gen = gen + 1 where ${waiting}`, [worker]);
    release.get(key)?.();
    expect(await notebook.until(key, 2)).toHaveLength(2);
    expect(lab.logs.count("lost_calls_released")).toBe(1);
    release.get(key)?.();
  });

  test("a cron firing that was missed comes once, with its own time, and the next is in the future", async () => {
    const missedAt = "2026-01-01T00:00:00.000Z";
    await rows("update inngest_local.queue set run_at = $1 where kind = 'cron'", [missedAt]);
    const seen = await notebook.until("cron", 1);
    expect(seen[0]).toMatchObject({
      name: "inngest/scheduled.timer",
      id: missedAt,
      data: { cron: "0 0 1 1 *", fireAt: missedAt },
    });
    const [next] = await rows(
      "select run_at > now() and run_at <= now() + interval '366 days' as future from inngest_local.queue where kind = 'cron'",
    );
    expect(next).toEqual({ future: true });
  });

  test("an operation that is not supported fails the run and says so", async () => {
    await sendAll("gateway/go", [{ key: "" }]);
    await expect
      .poll(
        () => rows("select output from inngest_local.run where fn_id = 'lab-gateway' and status = 'Failed'"),
        patient,
      )
      .toEqual([{ output: expect.stringContaining("UnsupportedStep") }]);
  });

  test("what is older than the retention is dropped, a running run never", async () => {
    const key = randomUUID();
    await sendAll("held/go", [{ key }]);
    await notebook.until(key, 1);
    const db = new Database(lab.database?.url ?? "", lab.logs.log);
    const engine: Engine = {
      db,
      registry: new Registry(),
      log: lab.logs.log,
      workerId: 1,
      settings: { dev: true, eventKeys: [], checkpoint: true },
    };
    await db.query("update run set created_at = now() - interval '9 days', ended_at = ended_at - interval '9 days'");
    await db.query("update event set at = now() - interval '9 days'");
    await dropOld(engine, 7);
    expect(await db.query("select fn_id, status, idem, count(*)::int from run group by 1, 2, 3")).toEqual([
      { fn_id: "lab-held", status: "Running", idem: null, count: 1 },
    ]);
    expect(await db.query("select 1 from event")).toEqual([]);
    expect(await repairStuckRuns(engine)).toBe(0);
    await db.end();
    release.get(key)?.();
  });
});
