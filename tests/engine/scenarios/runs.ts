import { setTimeout as delay } from "node:timers/promises";
import { NonRetriableError } from "inngest";
import { expect } from "vitest";
import { dataOf, type Failure, keyOf, newKey, scenario, send } from "./scenario.ts";

/** How runs start, fail, are cancelled and told of. */

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

scenario("a function can be invoked by its id, with data, over the API", ({ client, notebook, add }) => {
  add(
    client.createFunction({ id: "invocable", triggers: [{ event: "invocable/never" }] }, async ({ event }) =>
      notebook.note(keyOf(event), dataOf(event).n),
    ),
  );
  return async (lab) => {
    const key = newKey();
    const body = JSON.stringify({ data: { key, n: 5 } });
    expect((await lab.api("/invoke/lab-invocable", { method: "POST", body })).status).toBe(200);
    expect(await notebook.until(key, 1)).toEqual([5]);
  };
});
