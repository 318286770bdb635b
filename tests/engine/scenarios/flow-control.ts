import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { Notebook } from "../lab.ts";
import { dataOf, keyOf, newKey, scenario, send } from "./scenario.ts";

/** Options that limit, delay, join and drop runs. */

/** Notes how many steps of one kind run at once. */
function crowd(notebook: Notebook): (key: string) => Promise<void> {
  const running = new Map<string, number>();
  return async (key) => {
    const now = (running.get(key) ?? 0) + 1;
    running.set(key, now);
    notebook.note(key, now);
    await delay(150);
    running.set(key, (running.get(key) ?? 0) - 1);
  };
}

scenario("no more steps of a function run at once than its concurrency allows", ({ client, notebook, add }) => {
  const enter = crowd(notebook);
  add(
    client.createFunction(
      { id: "limited", concurrency: 2, triggers: [{ event: "limited/go" }] },
      async ({ event, step }) => {
        await step.run("work", () => enter(keyOf(event)));
      },
    ),
  );
  return async (lab) => {
    const key = newKey();
    await lab.client.send(Array.from({ length: 8 }, () => ({ name: "limited/go", data: { key } })));
    expect(Math.max(...((await notebook.until(key, 8)) as number[]))).toBe(2);
    expect(notebook.of(key)).toHaveLength(8);
  };
});

scenario(
  "concurrency by key limits each value apart, together with the limit of the function",
  ({ client, notebook, add }) => {
    const enter = crowd(notebook);
    const concurrency: [{ limit: number; key: string }, { limit: number }] = [
      { limit: 1, key: "event.data.who" },
      { limit: 3 },
    ];
    add(
      client.createFunction(
        { id: "limited-key", concurrency, triggers: [{ event: "limited-key/go" }] },
        async ({ event, step }) => {
          const { key, who } = dataOf(event);
          await step.run("work", () => Promise.all([enter(key), enter(`${key} ${who}`)]));
        },
      ),
    );
    return async (lab) => {
      const key = newKey();
      const who = ["a", "b", "c", "d"];
      await lab.client.send(
        [...who, ...who, ...who].map((name) => ({ name: "limited-key/go", data: { key, who: name } })),
      );
      const crowds = (await notebook.until(key, 12)) as number[];
      expect(Math.max(...crowds)).toBeLessThanOrEqual(3);
      expect(Math.max(...crowds)).toBeGreaterThan(1);
      for (const name of who) expect(notebook.of(`${key} ${name}`)).toEqual([1, 1, 1]);
    };
  },
);

scenario("a debounced function runs once, with the last event", ({ client, notebook, add }) => {
  const debounce = { period: "2s", key: "event.data.key" } as const;
  add(
    client.createFunction({ id: "debounced", debounce, triggers: [{ event: "debounce/go" }] }, async ({ event }) =>
      notebook.note(keyOf(event), dataOf(event).n),
    ),
  );
  return async (lab) => {
    const key = newKey();
    for (const n of [1, 2, 3]) {
      await send(lab, "debounce/go", { key, n });
      await delay(250);
    }
    expect(await notebook.until(key, 1)).toEqual([3]);
  };
});

scenario("a rate limit drops what is beyond it, by key", ({ client, notebook, add }) => {
  const rateLimit = { limit: 1, period: "30s", key: "event.data.key" } as const;
  add(
    client.createFunction({ id: "rated", rateLimit, triggers: [{ event: "rate/go" }] }, async ({ event }) =>
      notebook.note(keyOf(event), 1),
    ),
  );
  return async (lab) => {
    const [one, two] = [newKey(), newKey()];
    for (const key of [one, one, two, one]) await send(lab, "rate/go", { key });
    await notebook.until(one, 1);
    await notebook.until(two, 1);
    await delay(700);
    expect([notebook.of(one).length, notebook.of(two).length]).toEqual([1, 1]);
  };
});

scenario("throttled runs start one after the other, none is dropped", ({ client, notebook, add }) => {
  const throttle = { limit: 1, period: "1s", key: "event.data.key" } as const;
  add(
    client.createFunction({ id: "throttled", throttle, triggers: [{ event: "throttle/go" }] }, async ({ event }) =>
      notebook.note(keyOf(event), Date.now()),
    ),
  );
  return async (lab) => {
    const key = newKey();
    const sentAt = Date.now();
    await lab.client.send([1, 2, 3].map(() => ({ name: "throttle/go", data: { key } })));
    const [, second = 0, third = 0] = (await notebook.until(key, 3)) as number[];
    expect(second - sentAt).toBeGreaterThan(900);
    expect(third - sentAt).toBeGreaterThan(1_800);
  };
});

scenario("events are batched up to a size, and the rest when the time is over", ({ client, notebook, add }) => {
  const batchEvents = { maxSize: 3, timeout: "3s", key: "event.data.key" } as const;
  add(
    client.createFunction({ id: "batched", batchEvents, triggers: [{ event: "batch/go" }] }, async ({ events }) =>
      notebook.note(
        keyOf(events[0] ?? {}),
        events.map((event: { data?: unknown }) => dataOf(event).n),
      ),
    ),
  );
  return async (lab) => {
    const key = newKey();
    for (const n of [1, 2, 3, 4, 5]) await send(lab, "batch/go", { key, n });
    const batches = (await notebook.until(key, 2)) as number[][];
    expect(batches.map((batch) => batch.length)).toEqual([3, 2]);
    expect(batches.flat().toSorted()).toEqual([1, 2, 3, 4, 5]);
  };
});

scenario("an idempotency key and an event id each start a function once", ({ client, notebook, add }) => {
  add(
    client.createFunction(
      { id: "once-key", idempotency: "event.data.key", triggers: [{ event: "once-key/go" }] },
      async ({ event }) => notebook.note(keyOf(event), dataOf(event).n),
    ),
  );
  add(
    client.createFunction({ id: "once-id", triggers: [{ event: "once-id/go" }] }, async ({ event }) =>
      notebook.note(keyOf(event), event.id),
    ),
  );
  return async (lab) => {
    const [byKey, byId] = [newKey(), newKey()];
    for (const n of [1, 2]) await send(lab, "once-key/go", { key: byKey, n });
    for (const _ of [1, 2]) await send(lab, "once-id/go", { key: byId }, { id: `id ${byId}` });
    expect(await notebook.until(byKey, 1)).toHaveLength(1);
    expect(await notebook.until(byId, 1)).toEqual([`id ${byId}`]);
  };
});

scenario("a singleton that is running is not started again", ({ client, notebook, add }) => {
  const singleton = { mode: "skip", key: "event.data.key" } as const;
  add(
    client.createFunction({ id: "single", singleton, triggers: [{ event: "single/go" }] }, async ({ event, step }) => {
      await step.run("note", () => notebook.note(keyOf(event), dataOf(event).n));
      await step.sleep("a while", "2s");
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "single/go", { key, n: 1 });
    await notebook.until(key, 1);
    await send(lab, "single/go", { key, n: 2 });
    await delay(500);
    expect(notebook.of(key)).toEqual([1]);
    for (let n = 3; notebook.of(key).length < 2 && n < 60; n++) {
      await send(lab, "single/go", { key, n });
      await delay(500);
    }
    expect(notebook.of(key)).toEqual([1, expect.any(Number)]);
    expect(notebook.of(key)).not.toContain(2);
  };
});

scenario("a singleton that cancels leaves only the newest run", ({ client, notebook, add }) => {
  const singleton = { mode: "cancel", key: "event.data.key" } as const;
  add(
    client.createFunction({ id: "newest", singleton, triggers: [{ event: "newest/go" }] }, async ({ event, step }) => {
      await step.sleep("a while", "3s");
      notebook.note(keyOf(event), dataOf(event).n);
    }),
  );
  return async (lab) => {
    const key = newKey();
    for (const n of [1, 2]) {
      await send(lab, "newest/go", { key, n });
      await delay(400);
    }
    await notebook.until(key, 1);
    await delay(500);
    expect(notebook.of(key)).toEqual([2]);
  };
});
