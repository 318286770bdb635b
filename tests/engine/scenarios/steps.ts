import { setTimeout as delay } from "node:timers/promises";
import { NonRetriableError, RetryAfterError } from "inngest";
import { expect } from "vitest";
import { dataOf, keyOf, newKey, scenario, send } from "./scenario.ts";

/** Steps: in order, side by side, in a race, repeated, failing, large and many. */

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
