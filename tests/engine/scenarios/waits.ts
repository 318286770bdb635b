import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { dataOf, keyOf, newKey, scenario, send } from "./scenario.ts";

/** What runs wait for: time, events, signals. */

scenario("a sleep lasts as long as asked, and one until a past instant not at all", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "sleeper", triggers: [{ event: "sleep/go" }] }, async ({ event, step }) => {
      const started = await step.run("start", () => Date.now());
      await step.sleepUntil("past", new Date(Date.now() - 60_000));
      const afterPast = await step.run("after past", () => Date.now());
      await step.sleep("second", "1s");
      const end = await step.run("end", () => Date.now());
      notebook.note(keyOf(event), { past: afterPast - started, slept: end - afterPast });
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "sleep/go", { key });
    const [times] = (await notebook.until(key, 1)) as { past: number; slept: number }[];
    expect(times?.past).toBeLessThan(30_000);
    expect(times?.slept).toBeGreaterThanOrEqual(990);
    expect(times?.slept).toBeLessThan(30_000);
  };
});

scenario("an event with a time to come starts its function then", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "later", triggers: [{ event: "later/go" }] }, async ({ event }) =>
      notebook.note(keyOf(event), Date.now()),
    ),
  );
  return async (lab) => {
    const key = newKey();
    const ts = Date.now() + 2_500;
    await send(lab, "later/go", { key }, { ts });
    const [startedAt] = (await notebook.until(key, 1)) as number[];
    expect((startedAt ?? 0) - ts).toBeGreaterThanOrEqual(-20);
  };
});

scenario(
  "a cron function starts on the minute",
  ({ client, notebook, add }) => {
    add(
      client.createFunction({ id: "minutely", triggers: [{ cron: "* * * * *" }] }, async ({ event }) =>
        notebook.note("minutely", { at: Date.now(), name: event.name, cron: (event.data as { cron?: string }).cron }),
      ),
    );
    return async () => {
      const [first] = (await notebook.until("minutely", 1, 75_000)) as { at: number; name: string; cron: string }[];
      expect(first).toMatchObject({ name: "inngest/scheduled.timer", cron: "* * * * *" });
      expect((first?.at ?? 0) % 60_000).toBeLessThan(20_000);
    };
  },
  { once: true },
);

scenario("a wait ends with the matching event only, not with one sent before", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "waiter", triggers: [{ event: "wait/go" }] }, async ({ event, step }) => {
      const found = await step.waitForEvent("it", { event: "wait/it", match: "data.key", timeout: "20s" });
      notebook.note(keyOf(event), found && { name: found.name, data: found.data });
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "wait/it", { key, n: "before" });
    await delay(300);
    await send(lab, "wait/go", { key });
    await lab.untilWaiting(key);
    await send(lab, "wait/it", { key: `${key}x`, n: "other" });
    await delay(300);
    expect(notebook.of(key)).toEqual([]);
    await send(lab, "wait/it", { key, n: "it" });
    expect(await notebook.until(key, 1)).toEqual([{ name: "wait/it", data: { key, n: "it" } }]);
  };
});

scenario("a wait obeys its condition, and gives null when its time is over", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "wait-if", triggers: [{ event: "wait-if/go" }] }, async ({ event, step }) => {
      const found = await step.waitForEvent("it", {
        event: "wait-if/it",
        if: "async.data.key == event.data.key && async.data.n > 10",
        timeout: "5s",
      });
      notebook.note(keyOf(event), found ? dataOf(found).n : null);
    }),
  );
  return async (lab) => {
    const [met, unmet] = [newKey(), newKey()];
    await send(lab, "wait-if/go", { key: met });
    await send(lab, "wait-if/go", { key: unmet });
    await Promise.all([lab.untilWaiting(met), lab.untilWaiting(unmet)]);
    for (const n of [5, 12]) await send(lab, "wait-if/it", { key: met, n });
    await send(lab, "wait-if/it", { key: unmet, n: 9 });
    expect(await notebook.until(met, 1)).toEqual([12]);
    expect(await notebook.until(unmet, 1)).toEqual([null]);
  };
});

scenario(
  "one event ends the waits of three runs; a match on a field that both lack is a match",
  ({ client, notebook, add }) => {
    add(
      client.createFunction({ id: "wait-many", triggers: [{ event: "wait-many/go" }] }, async ({ event, step }) => {
        const found = await step.waitForEvent("it", {
          event: `wait-many/${keyOf(event)}`,
          match: "data.absent",
          timeout: "20s",
        });
        notebook.note(keyOf(event), found?.name);
      }),
    );
    return async (lab) => {
      const key = newKey();
      for (let run = 0; run < 3; run++) await send(lab, "wait-many/go", { key });
      await delay(1_000);
      await lab.client.send({ name: `wait-many/${key}`, data: {} });
      expect(await notebook.until(key, 3)).toHaveLength(3);
    };
  },
);

scenario("a signal reaches the run that waits for it, and a missing one gives null", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "signalled", triggers: [{ event: "signal/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      const found = await step.waitForSignal("it", { signal: `signal ${key}`, timeout: "20s", onConflict: "fail" });
      const none = await step.waitForSignal("none", { signal: `none ${key}`, timeout: "1s", onConflict: "fail" });
      notebook.note(key, { found, none });
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "signal/go", { key });
    await lab.untilWaiting(key);
    const answer = await lab.api("/v1/signals", {
      method: "POST",
      body: JSON.stringify({ signal: `signal ${key}`, data: { ok: 1 } }),
    });
    expect(answer.status).toBe(200);
    expect(await notebook.until(key, 1)).toEqual([{ found: { signal: `signal ${key}`, data: { ok: 1 } }, none: null }]);
  };
});

scenario("one run waits for a signal: another that would fails at that step", ({ client, notebook, add }) => {
  add(
    client.createFunction(
      { id: "contended", retries: 0, triggers: [{ event: "contended/go" }] },
      async ({ event, step }) => {
        const key = keyOf(event);
        const outcome = await step
          .waitForSignal("it", { signal: `contended ${key}`, timeout: "20s", onConflict: "fail" })
          .then(
            (signal: { data?: unknown } | null) => signal?.data,
            () => "taken",
          );
        notebook.note(key, outcome);
      },
    ),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "contended/go", { key });
    await lab.untilWaiting(key);
    await send(lab, "contended/go", { key });
    expect(await notebook.until(key, 1)).toEqual(["taken"]);
    const signal = JSON.stringify({ signal: `contended ${key}`, data: "for the first" });
    expect((await lab.api("/v1/signals", { method: "POST", body: signal })).status).toBe(200);
    expect(await notebook.until(key, 2)).toEqual(["taken", "for the first"]);
  };
});
