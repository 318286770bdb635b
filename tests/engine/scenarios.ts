import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Inngest, type InngestFunction, NonRetriableError, RetryAfterError } from "inngest";
import { expect } from "vitest";
import type { Check, Lab, Notebook } from "./lab.ts";

/**
 * What every Inngest server must do, seen from inside the app. Each scenario defines its functions and returns its
 * check. They run at the same time: each uses a key of its own, and none relies on the order of events.
 */
export type Scenario = { promise: string; define: Define };
type Define = (tools: { client: Inngest; notebook: Notebook; add: (fn: InngestFunction.Any) => void }) => Check;

export const scenarios: Scenario[] = [];

function scenario(promise: string, define: Define): void {
  scenarios.push({ promise, define });
}

const newKey = () => randomUUID();
type Failure = { event: { data: { event: { data?: unknown } } }; error: Error };
type Data = { key: string; [name: string]: unknown };
const keyOf = (event: { data?: unknown }) => (event.data as Data).key;
const dataOf = (event: { data?: unknown }) => event.data as Data;

const send = (lab: Lab, name: string, data: Data, more: { id?: string } = {}) =>
  lab.client.send({ name, data, ...more });

scenario(
  "an event starts its function, and its end is announced with event, result and run",
  ({ client, notebook, add }) => {
    add(
      client.createFunction({ id: "plain", triggers: [{ event: "plain/go" }] }, async ({ event, runId }) => {
        notebook.note(keyOf(event), { runId, event });
        return { sum: 3 };
      }),
    );
    add(
      client.createFunction(
        {
          id: "plain-end",
          triggers: [{ event: "inngest/function.finished", if: "event.data.function_id == 'lab-plain'" }],
        },
        async ({ event }) => notebook.note(`${keyOf(event.data.event)} end`, event.data),
      ),
    );
    return async (lab) => {
      const key = newKey();
      const { ids } = await send(lab, "plain/go", { key, text: "x" });
      const [first, ...others] = (await notebook.until(key, 1)) as { runId: string; event: Record<string, unknown> }[];
      expect(others).toEqual([]);
      expect(first?.event).toMatchObject({ name: "plain/go", data: { key, text: "x" }, ts: expect.any(Number) });
      expect(ids).toHaveLength(1);
      const [end] = await notebook.until(`${key} end`, 1);
      expect(end).toMatchObject({
        function_id: "lab-plain",
        run_id: first?.runId,
        result: { sum: 3 },
        event: { name: "plain/go", data: { key } },
      });
    };
  },
);

scenario("sequential steps run once each, in order, and give back their results", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "sequence", triggers: [{ event: "sequence/go" }] }, async ({ event, step }) => {
      const results = [];
      for (let index = 0; index < 5; index++) {
        results.push(
          await step.run(`step ${index}`, () => {
            notebook.note(keyOf(event), index);
            return { index };
          }),
        );
      }
      notebook.note(`${keyOf(event)} results`, results);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "sequence/go", { key });
    expect(await notebook.until(`${key} results`, 1)).toEqual([[0, 1, 2, 3, 4].map((index) => ({ index }))]);
    expect(notebook.of(key)).toEqual([0, 1, 2, 3, 4]);
  };
});

scenario("five parallel steps run once each", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "parallel", triggers: [{ event: "parallel/go" }] }, async ({ event, step }) => {
      const results = await Promise.all(
        [1, 2, 3, 4, 5].map((n) =>
          step.run(`p${n}`, async () => {
            notebook.note(keyOf(event), n);
            await delay(50);
            return n * n;
          }),
        ),
      );
      notebook.note(`${keyOf(event)} results`, results);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "parallel/go", { key });
    expect(await notebook.until(`${key} results`, 1)).toEqual([[1, 4, 9, 16, 25]]);
    expect(notebook.of(key).toSorted()).toEqual([1, 2, 3, 4, 5]);
  };
});

scenario("parallel chains of steps run each step once", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "chains", triggers: [{ event: "chains/go" }] }, async ({ event, step }) => {
      const chain = async (name: string) => {
        for (let index = 0; index < 3; index++) {
          await step.run(`${name}${index}`, async () => {
            notebook.note(keyOf(event), `${name}${index}`);
            await delay(Math.random() * 60);
          });
        }
        return name;
      };
      const names = await Promise.all(["a", "b", "c"].map(chain));
      await step.run("last", () => notebook.note(keyOf(event), "last"));
      notebook.note(`${keyOf(event)} end`, names);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "chains/go", { key });
    expect(await notebook.until(`${key} end`, 1)).toEqual([["a", "b", "c"]]);
    expect(notebook.of(key).toSorted()).toEqual(["a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2", "last"]);
  };
});

scenario("the winner of a race goes on at once, and the loser runs once", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "race", triggers: [{ event: "race/go" }] }, async ({ event, step, group }) => {
      const key = keyOf(event);
      const winner = await group.parallel({ mode: "race" }, () =>
        Promise.race([
          step.run("slow", async () => {
            notebook.note(key, "slow");
            // Until the winner has gone on: a race that waits for its loser would last as long as this.
            await notebook.until(`${key} after`, 1, 20_000).catch(() => notebook.note(key, "gave up"));
            return "slow";
          }),
          step.run("fast", async () => {
            notebook.note(key, "fast");
            return "fast";
          }),
        ]),
      );
      await step.run("after", () => notebook.note(`${key} after`, winner));
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "race/go", { key });
    expect(await notebook.until(`${key} after`, 1)).toEqual(["fast"]);
    await delay(1_000);
    expect(notebook.of(key).toSorted()).toEqual(["fast", "slow"]);
    expect(notebook.of(`${key} after`)).toHaveLength(1);
  };
});

scenario("a step id may repeat in a loop", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "loop", triggers: [{ event: "loop/go" }] }, async ({ event, step }) => {
      const values = [];
      for (let index = 0; index < 4; index++) values.push(await step.run("same", () => index));
      notebook.note(keyOf(event), values);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "loop/go", { key });
    expect(await notebook.until(key, 1)).toEqual([[0, 1, 2, 3]]);
  };
});

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

scenario(
  "an invoked function gives its result or its error, and one that is late an error",
  ({ client, notebook, add }) => {
    const child = client.createFunction(
      { id: "child", retries: 0, triggers: [{ event: "child/never" }] },
      async ({ event, step }) => {
        const { mode, n } = dataOf(event);
        if (mode === "fail") throw new NonRetriableError("child failed");
        if (mode === "slow") await step.sleep("long", "30s");
        return { double: Number(n) * 2 };
      },
    );
    add(child);
    add(
      client.createFunction(
        { id: "parent", retries: 0, triggers: [{ event: "invoke/go" }] },
        async ({ event, step }) => {
          const key = keyOf(event);
          const good = await step.invoke("good", { function: child, data: { n: 21 } });
          const bad = await step
            .invoke("bad", { function: child, data: { mode: "fail" } })
            .catch((error: Error) => error.message);
          const late = await step.invoke("late", { function: child, data: { mode: "slow" }, timeout: "1s" }).then(
            () => "in time",
            () => "late",
          );
          notebook.note(key, { good, bad, late });
        },
      ),
    );
    return async (lab) => {
      const key = newKey();
      await send(lab, "invoke/go", { key });
      expect(await notebook.until(key, 1)).toEqual([
        { good: { double: 42 }, bad: expect.stringContaining("child failed"), late: "late" },
      ]);
    };
  },
);

scenario("events sent in a step reach the functions whose condition they meet", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "fan-out", triggers: [{ event: "fan/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      const { ids } = await step.sendEvent(
        "send",
        [1, 2, 3, 4].map((n) => ({ name: "fan/item", data: { key, n } })),
      );
      notebook.note(`${key} ids`, ids.length);
    }),
  );
  add(
    client.createFunction(
      { id: "fan-even", triggers: [{ event: "fan/item", if: "event.data.n % 2 == 0" }] },
      async ({ event }) => notebook.note(keyOf(event), dataOf(event).n),
    ),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "fan/go", { key });
    expect((await notebook.until(key, 2)).toSorted()).toEqual([2, 4]);
    expect(await notebook.until(`${key} ids`, 1)).toEqual([4]);
  };
});

scenario("wildcards and several triggers start a function once per event", ({ client, notebook, add }) => {
  const triggers = [{ event: "wild/*" }, { event: "wild/one" }, { event: "tame.one" }];
  add(client.createFunction({ id: "wild", triggers }, async ({ event }) => notebook.note(keyOf(event), event.name)));
  return async (lab) => {
    const key = newKey();
    for (const name of ["wild/one", "wild/two.three", "tame.one", "tame.two"]) await send(lab, name, { key });
    expect((await notebook.until(key, 3)).toSorted()).toEqual(["tame.one", "wild/one", "wild/two.three"]);
  };
});

scenario(
  "a failing step is retried with its own attempt numbers, and at the time it asks for",
  ({ client, notebook, add }) => {
    add(
      client.createFunction(
        { id: "step-retry", retries: 3, triggers: [{ event: "step-retry/go" }] },
        async ({ event, step, attempt }) => {
          const key = keyOf(event);
          await step.run("first", () => {
            notebook.note(key, `first ${attempt}`);
            if (attempt < 2) throw new Error("not yet");
          });
          await step.run("second", () => {
            notebook.note(key, `second ${attempt}`);
            notebook.note(`${key} at`, Date.now());
            if (attempt < 1) throw new RetryAfterError("later", 2_000);
          });
          notebook.note(`${key} end`, true);
        },
      ),
    );
    return async (lab) => {
      const key = newKey();
      await send(lab, "step-retry/go", { key });
      await notebook.until(`${key} end`, 1);
      expect(notebook.of(key)).toEqual(["first 0", "first 1", "first 2", "second 0", "second 1"]);
      const [before, after] = notebook.of(`${key} at`) as number[];
      expect((after ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(1_900);
    };
  },
);

scenario("a step that fails for good can be caught, with its cause", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "catcher", retries: 1, triggers: [{ event: "catch/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      const caught = async (name: string, fail: () => never) =>
        step
          .run(name, () => {
            notebook.note(`${key} ${name}`, 1);
            fail();
          })
          .catch((error: Error) => ({ message: error.message, cause: (error.cause as Error | undefined)?.message }));
      const exhausted = await caught("exhausted", () => {
        throw new Error("always");
      });
      const final = await caught("final", () => {
        throw new NonRetriableError("never again", { cause: new Error("the reason") });
      });
      notebook.note(key, { exhausted, final });
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "catch/go", { key });
    expect(await notebook.until(key, 1)).toMatchObject([
      { exhausted: { message: "always" }, final: { message: "never again", cause: "the reason" } },
    ]);
    expect(notebook.of(`${key} exhausted`)).toHaveLength(2);
    expect(notebook.of(`${key} final`)).toHaveLength(1);
  };
});

scenario("a failing branch leaves the others of allSettled alone", ({ client, notebook, add }) => {
  add(
    client.createFunction(
      { id: "settled", retries: 1, triggers: [{ event: "settled/go" }] },
      async ({ event, step }) => {
        const key = keyOf(event);
        const outcomes = await Promise.allSettled([
          step.run("good", () => notebook.note(key, "good")),
          step.run("bad", () => {
            notebook.note(key, "bad");
            throw new Error("bad");
          }),
          step.run("good too", () => notebook.note(key, "good too")),
        ]);
        notebook.note(
          `${key} end`,
          outcomes.map(({ status }) => status),
        );
      },
    ),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "settled/go", { key });
    expect(await notebook.until(`${key} end`, 1)).toEqual([["fulfilled", "rejected", "fulfilled"]]);
    expect(notebook.of(key).toSorted()).toEqual(["bad", "bad", "good", "good too"]);
  };
});

scenario("a failing function is retried, then its onFailure runs once with the error", ({ client, notebook, add }) => {
  add(
    client.createFunction(
      {
        id: "fails",
        retries: 2,
        triggers: [{ event: "fails/go" }],
        onFailure: async ({ event, error }: Failure) =>
          notebook.note(`${keyOf(event.data.event)} failure`, error.message),
      },
      async ({ event, attempt }) => {
        notebook.note(keyOf(event), attempt);
        throw new Error("out of order");
      },
    ),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "fails/go", { key });
    expect(await notebook.until(`${key} failure`, 1)).toEqual(["out of order"]);
    expect(notebook.of(key)).toEqual([0, 1, 2]);
  };
});

scenario("a step error that nobody catches fails the function without more tries", ({ client, notebook, add }) => {
  add(
    client.createFunction(
      {
        id: "uncaught",
        retries: 0,
        triggers: [{ event: "uncaught/go" }],
        onFailure: async ({ event, error }: Failure) =>
          notebook.note(`${keyOf(event.data.event)} failure`, error.message),
      },
      async ({ event, step }) => {
        await step.run("bad", () => {
          notebook.note(keyOf(event), "ran");
          throw new Error("step broke");
        });
      },
    ),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "uncaught/go", { key });
    expect(await notebook.until(`${key} failure`, 1)).toEqual(["step broke"]);
    expect(notebook.of(key)).toEqual(["ran"]);
  };
});

scenario("an event cancels the runs that it matches, and their end is announced", ({ client, notebook, add }) => {
  const cancelOn = [
    { event: "cancel/match", match: "data.key" },
    { event: "cancel/if", if: "event.data.key == async.data.key && async.data.really == true" },
  ];
  add(
    client.createFunction(
      { id: "cancelled", cancelOn, triggers: [{ event: "cancel/go" }] },
      async ({ event, step }) => {
        notebook.note(`${keyOf(event)} begun`, 1);
        await step.sleep("a while", "5s");
        notebook.note(keyOf(event), "went on");
      },
    ),
  );
  add(
    client.createFunction(
      {
        id: "cancelled-end",
        triggers: [{ event: "inngest/function.cancelled" }],
      },
      async ({ event }) => notebook.note(`${keyOf(event.data.event)} cancelled`, event.data.run_id),
    ),
  );
  return async (lab) => {
    const [byMatch, byIf, spared] = [newKey(), newKey(), newKey()];
    for (const key of [byMatch, byIf, spared]) await send(lab, "cancel/go", { key });
    for (const key of [byMatch, byIf, spared]) await notebook.until(`${key} begun`, 1);
    await send(lab, "cancel/match", { key: byMatch });
    await send(lab, "cancel/if", { key: byIf, really: true });
    await send(lab, "cancel/if", { key: spared, really: false });
    await notebook.until(`${byMatch} cancelled`, 1);
    await notebook.until(`${byIf} cancelled`, 1);
    expect(await notebook.until(spared, 1)).toEqual(["went on"]);
    expect([...notebook.of(byMatch), ...notebook.of(byIf), ...notebook.of(`${spared} cancelled`)]).toEqual([]);
  };
});

scenario("a run can be read and cancelled by its id", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "deleted", triggers: [{ event: "delete/go" }] }, async ({ event, step, runId }) => {
      await step.run("tell", () => notebook.note(`${keyOf(event)} run`, runId));
      await step.sleep("a while", "10s");
      notebook.note(keyOf(event), "went on");
    }),
  );
  return async (lab) => {
    const key = newKey();
    const { ids } = await send(lab, "delete/go", { key });
    const [runId] = await notebook.until(`${key} run`, 1);
    const runs = (await (await lab.api(`/v1/events/${ids[0]}/runs`)).json()) as {
      data: { run_id: string; status: string }[];
    };
    expect(runs.data).toMatchObject([{ run_id: runId, status: "Running" }]);
    expect((await lab.api(`/v1/runs/${runId}`, { method: "DELETE" })).ok).toBe(true);
    const run = (await (await lab.api(`/v1/runs/${runId}`)).json()) as { data: { status: string } };
    expect(run.data.status).toBe("Cancelled");
    await delay(500);
    expect(notebook.of(key)).toEqual([]);
  };
});

scenario("a run that takes longer than timeouts.finish is cancelled", ({ client, notebook, add }) => {
  add(
    client.createFunction(
      { id: "late", timeouts: { finish: "1s" }, triggers: [{ event: "late/go" }] },
      async ({ event, step }) => {
        notebook.note(`${keyOf(event)} begun`, 1);
        await step.sleep("too long", "10s");
        notebook.note(keyOf(event), "went on");
      },
    ),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "late/go", { key });
    await notebook.until(`${key} begun`, 1);
    await notebook.until(`${key} cancelled`, 1);
    expect(notebook.of(key)).toEqual([]);
  };
});

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

scenario("JSON passes through steps unchanged: NUL, emoji, null, nesting", ({ client, notebook, add }) => {
  const value = {
    nul: "a\u0000b",
    lone: "\ud800",
    emoji: "👍🏽",
    none: null,
    deep: { b: [1, { z: 1, a: 2 }], a: 1e21 },
    "": 0,
  };
  add(
    client.createFunction({ id: "fidelity", triggers: [{ event: "json/go" }] }, async ({ event, step }) => {
      const first = await step.run("value", () => value);
      await step.sleep("memoized", "1s");
      const second = await step.run("again", () => ({ first, event: dataOf(event).value }));
      await step.sleep("memoized again", "1s");
      notebook.note(keyOf(event), { second, keys: Object.keys(first) });
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "json/go", { key, value });
    expect(await notebook.until(key, 1)).toEqual([
      {
        second: { first: value, event: { ...value, lone: expect.any(String) } },
        keys: expect.arrayContaining(Object.keys(value)),
      },
    ]);
  };
});

scenario("a run may hold 6 MB of state", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "large", triggers: [{ event: "large/go" }] }, async ({ event, step }) => {
      const parts = [];
      for (let part = 0; part < 3; part++)
        parts.push(await step.run(`part ${part}`, () => `${part}`.repeat(2_000_000)));
      await step.sleep("memoized", "1s");
      notebook.note(keyOf(event), { key: keyOf(event), lengths: parts.map((text) => text.length) });
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "large/go", { key });
    expect(await notebook.until(key, 1)).toEqual([{ key, lengths: [2_000_000, 2_000_000, 2_000_000] }]);
  };
});

scenario("steps, sleeps, waits and invoked functions may be parallel", ({ client, notebook, add }) => {
  const child = client.createFunction(
    { id: "mixed-child", triggers: [{ event: "mixed/never" }] },
    async ({ event }) => dataOf(event).n,
  );
  add(child);
  add(
    client.createFunction({ id: "mixed", triggers: [{ event: "mixed/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      const results = await Promise.all([
        step.run("run", () => {
          notebook.note(`${key} ran`, 1);
          return "ran";
        }),
        step.sleep("sleep", "1s").then(() => "slept"),
        step
          .waitForEvent("wait", { event: "mixed/it", match: "data.key", timeout: "20s" })
          .then((found: { data?: unknown } | null) => found && dataOf(found).n),
        step.invoke("invoke", { function: child, data: { key, n: 5 } }),
      ]);
      await step.run("after", () => notebook.note(`${key} after`, 1));
      notebook.note(key, results);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "mixed/go", { key });
    await lab.untilWaiting(key);
    await send(lab, "mixed/it", { key, n: 7 });
    expect(await notebook.until(key, 1)).toEqual([["ran", "slept", 7, 5]]);
    expect([notebook.of(`${key} ran`).length, notebook.of(`${key} after`).length]).toEqual([1, 1]);
  };
});

scenario("a chain beside a long sleep goes on", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "beside", triggers: [{ event: "beside/go" }] }, async ({ event, step, group }) => {
      const key = keyOf(event);
      await group.parallel({ mode: "race" }, () =>
        Promise.race([
          step.sleep("long", "1h"),
          (async () => {
            await step.run("one", () => notebook.note(key, "one"));
            await step.run("two", () => notebook.note(key, "two"));
          })(),
        ]),
      );
      notebook.note(`${key} end`, 1);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "beside/go", { key });
    await notebook.until(`${key} end`, 1);
    expect(notebook.of(key)).toEqual(["one", "two"]);
  };
});

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

scenario("60 sequential steps run once each", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "sixty", triggers: [{ event: "sixty/go" }] }, async ({ event, step }) => {
      let sum = 0;
      for (let index = 0; index < 60; index++) {
        sum += await step.run(`step ${index}`, () => {
          notebook.note(keyOf(event), index);
          return index;
        });
      }
      notebook.note(`${keyOf(event)} sum`, sum);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "sixty/go", { key });
    expect(await notebook.until(`${key} sum`, 1)).toEqual([1770]);
    expect(notebook.of(key)).toHaveLength(60);
  };
});

scenario("40 parallel steps run once each", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "forty", triggers: [{ event: "forty/go" }] }, async ({ event, step }) => {
      const numbers = Array.from({ length: 40 }, (_, index) => index);
      await Promise.all(numbers.map((n) => step.run(`step ${n}`, () => notebook.note(keyOf(event), n))));
      notebook.note(`${keyOf(event)} end`, 1);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "forty/go", { key });
    await notebook.until(`${key} end`, 1);
    expect(new Set(notebook.of(key)).size).toBe(40);
    expect(notebook.of(key)).toHaveLength(40);
  };
});

scenario("steps go on after the time that one call may take", ({ client, notebook, add }) => {
  const checkpointing = { maxRuntime: "600ms" };
  add(
    client.createFunction({ id: "long", checkpointing, triggers: [{ event: "long/go" }] }, async ({ event, step }) => {
      for (let index = 0; index < 5; index++) {
        await step.run(`step ${index}`, async () => {
          notebook.note(keyOf(event), index);
          await delay(250);
        });
      }
      notebook.note(`${keyOf(event)} end`, 1);
    }),
  );
  return async (lab) => {
    const key = newKey();
    await send(lab, "long/go", { key });
    await notebook.until(`${key} end`, 1);
    expect(notebook.of(key)).toEqual([0, 1, 2, 3, 4]);
  };
});

scenario("events that are not well formed are refused", () => async (lab) => {
  const refused = [
    {},
    { name: "" },
    { name: "a", data: [] },
    { name: "a", data: "x" },
    { name: "InNgest/x" },
    { name: "a", ts: 5 },
  ];
  for (const event of refused) {
    const answer = await lab.api("/e/test-event-key", { method: "POST", body: JSON.stringify(event) });
    expect([answer.status, await answer.json()]).toEqual([400, { ids: [""], status: 400, error: expect.any(String) }]);
  }
});
