import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Inngest } from "inngest";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { App, TestDatabase } from "./lab.ts";
import { createTestDatabase, eventKey, Notebook, signingKey, startApp } from "./lab.ts";
import type { ChildServer } from "./server-process.ts";
import { freePort, startChild } from "./server-process.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/** For what is sure to come, however busy the machine. */
const patient = { timeout: 20_000, interval: 20 };

type Data = { key: string };
const keyOf = (event: { data?: unknown }) => (event.data as Data).key;

/** The server as a process of its own that is killed and started again on the same port and database. */
describe("a server that is killed", () => {
  let database: TestDatabase;
  let app: App;
  let port: number;
  let server: ChildServer;
  let notebook: Notebook;
  let client: Inngest;
  const logs: Record<string, unknown>[] = [];

  const start = async () => {
    server = await startChild("inngest/local/main.ts", {
      DATABASE_URL: database.url,
      PORT: String(port),
      INNGEST_SIGNING_KEY: signingKey,
      INNGEST_EVENT_KEY: eventKey,
      INNGEST_APPS: app.url,
      INNGEST_RETRY_MS: "100",
    });
  };
  const kill = async () => {
    logs.push(...server.lines);
    await server.kill();
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    app = await startApp({ signingKey, eventKey });
    port = await freePort();
    notebook = new Notebook();
    logs.length = 0;
    await start();
    client = app.serve(`http://127.0.0.1:${port}`, (inngest) => functionsOf(inngest, notebook));
    await expect.poll(() => database.query("select 1 from inngest_local.fn limit 1"), patient).toHaveLength(1);
  });

  afterEach(async () => {
    await server.kill();
    await app.stop();
    await database.drop();
  });

  test("goes on where it was: runs, sleeps and waits; only what was under way runs again", async () => {
    const keys = Array.from({ length: 30 }, () => randomUUID());
    await client.send(keys.map((key) => ({ name: "ten/go", data: { key } })));
    await client.send([
      { name: "sleep/go", data: { key: "sleeping" } },
      { name: "wait/go", data: { key: "waiting" } },
    ]);
    await expect.poll(() => database.query("select 1 from inngest_local.wait"), patient).toHaveLength(1);
    await expect.poll(() => notebook.of("sleeping"), patient).toHaveLength(1);
    await expect.poll(() => keys.flatMap((key) => notebook.of(key)).length, patient).toBeGreaterThan(60);
    await kill();
    const restartAt = Date.now();
    await delay(300);
    await start();
    await client.send({ name: "wait/it", data: { key: "waiting" } });
    await Promise.all(keys.map((key) => notebook.until(`${key} end`, 1)));
    const steps = keys.map((key) => notebook.of(key));
    for (const ran of steps) expect(new Set(ran).size).toBe(10);
    expect(steps.flat().length - 300).toBeLessThanOrEqual(30);
    expect(await notebook.until("waiting end", 1)).toEqual(["found"]);
    expect(await notebook.until("sleeping end", 1)).toHaveLength(1);
    expect(Date.now() - restartAt).toBeLessThan(15_000);
  });

  test("loses no event that it acknowledged", async () => {
    const acknowledged: string[] = [];
    const sending = (async () => {
      for (let n = 0; n < 300; n++) {
        const key = randomUUID();
        // Without the SDK's own retries, so that only a real answer counts.
        const sent = await fetch(`http://127.0.0.1:${port}/e/${eventKey}`, {
          method: "POST",
          body: JSON.stringify({ name: "plain/go", data: { key } }),
        }).catch(() => undefined);
        if (sent?.ok) acknowledged.push(key);
      }
    })();
    await expect.poll(() => acknowledged.length, { timeout: 20_000, interval: 2 }).toBeGreaterThan(60);
    await kill();
    await sending;
    await start();
    await Promise.all(acknowledged.map((key) => notebook.until(key, 1)));
  });

  test("is replaced within seconds by another server on the same database", async () => {
    const otherPort = await freePort();
    const other = await startChild("inngest/local/main.ts", {
      DATABASE_URL: database.url,
      PORT: String(otherPort),
      INNGEST_SIGNING_KEY: signingKey,
      INNGEST_EVENT_KEY: eventKey,
      // The SDK would report every step to the server that is gone, and try that for 1.7 s.
      INNGEST_CHECKPOINT: "0",
    });
    onTestFinished(other.kill);
    const keys = Array.from({ length: 10 }, () => randomUUID());
    await client.send(keys.map((key) => ({ name: "ten/go", data: { key } })));
    await expect.poll(() => keys.flatMap((key) => notebook.of(key)).length, patient).toBeGreaterThan(10);
    await kill();
    const killedAt = Date.now();
    await Promise.all(keys.map((key) => notebook.until(`${key} end`, 1)));
    for (const key of keys) expect(new Set(notebook.of(key)).size).toBe(10);
    expect(Date.now() - killedAt).toBeLessThan(8_000);
  });

  test("again and again at random times: every run ends right, and nothing is left over", async () => {
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const sending = (async () => {
      for (const key of keys) {
        const event = { name: "chaos/go", data: { key }, id: `chaos ${key}` };
        while (!(await client.send(event).catch(() => undefined))) await delay(100);
        await delay(120);
      }
    })();
    let kills = 0;
    while (keys.some((key) => notebook.of(`${key} end`).length === 0) && kills < 8) {
      await delay(300 + Math.random() * 900);
      await kill();
      kills++;
      await start();
    }
    await sending;
    await Promise.all(keys.map((key) => notebook.until(`${key} end`, 1)));
    for (const key of keys) expect(new Set(notebook.of(`${key} end`))).toEqual(new Set([expected]));
    const open = () =>
      database.query(
        "select (select count(*) from inngest_local.queue) + (select count(*) from inngest_local.wait) as n",
      );
    await expect.poll(open, patient).toEqual([{ n: "0" }]);
    const statuses = await database.query("select status, count(*)::int from inngest_local.run group by 1");
    expect(statuses).toEqual([{ status: "Completed", count: 120 }]);
    logs.push(...server.lines);
    expect(logs.filter(({ event }) => /stuck|set_aside/.test(String(event)))).toEqual([]);
    const ran = keys.flatMap((key) => notebook.of(`${key} steps`));
    const again = ran.length - new Set(ran).size;
    console.log(JSON.stringify({ chaos: { kills, runs: keys.length, steps: ran.length, again } }));
  });

  test("ends within 5 s of SIGTERM, and gives back the calls that take longer", async () => {
    await client.send({ name: "slow/go", data: { key: "slow" } });
    await notebook.until("slow", 1);
    const termAt = Date.now();
    expect(await server.terminate()).toBe(0);
    expect(Date.now() - termAt).toBeLessThan(5_000);
    expect(await database.query("select worker from inngest_local.queue where kind = 'call'")).toEqual([
      { worker: null },
    ]);
    await start();
    expect(await notebook.until("slow", 2)).toHaveLength(2);
  });
});

const expected = JSON.stringify({ first: 1, all: [0, 1, 2], won: true, invoked: 42, poked: true });

function functionsOf(client: Inngest, notebook: Notebook) {
  const child = client.createFunction({ id: "child", triggers: [{ event: "chaos/never" }] }, async ({ step }) =>
    step.run("answer", () => 42),
  );
  return [
    child,
    client.createFunction({ id: "plain", triggers: [{ event: "plain/go" }] }, async ({ event }) => {
      notebook.note(keyOf(event), 1);
    }),
    client.createFunction({ id: "slow", triggers: [{ event: "slow/go" }] }, async ({ event }) => {
      notebook.note(keyOf(event), 1);
      await delay(6_000);
    }),
    client.createFunction({ id: "ten", triggers: [{ event: "ten/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      for (let index = 0; index < 10; index++) {
        await step.run(`step ${index}`, async () => {
          notebook.note(key, index);
          await delay(20);
        });
      }
      notebook.note(`${key} end`, 1);
    }),
    client.createFunction({ id: "sleeper", triggers: [{ event: "sleep/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      const beganAt = await step.run("begin", () => {
        notebook.note(key, 1);
        return Date.now();
      });
      await step.sleep("three seconds", "3s");
      notebook.note(`${key} end`, Date.now() - beganAt);
    }),
    client.createFunction({ id: "waiter", triggers: [{ event: "wait/go" }] }, async ({ event, step }) => {
      const key = keyOf(event);
      await step.run("begin", () => notebook.note(key, 1));
      const found = await step.waitForEvent("it", { event: "wait/it", match: "data.key", timeout: "1m" });
      notebook.note(`${key} end`, found ? "found" : "late");
    }),
    client.createFunction({ id: "poke", triggers: [{ event: "chaos/poke" }] }, async ({ step }) =>
      step.run("nothing", () => 0),
    ),
    client.createFunction(
      { id: "chaos", retries: 10, triggers: [{ event: "chaos/go" }] },
      async ({ event, step, group }) => {
        const key = keyOf(event);
        const flaky = <T>(name: string, value: T) =>
          step.run(name, async () => {
            notebook.note(`${key} steps`, `${key} ${name}`);
            await delay(Math.random() * 40);
            if (Math.random() < 0.03) throw new Error("flaky");
            return value;
          });
        const first = await flaky("first", 1);
        const all = await Promise.all([0, 1, 2].map((n) => flaky(`all ${n}`, n)));
        const won = await group.parallel({ mode: "race" }, () =>
          Promise.race([flaky("left", true), flaky("right", true)]),
        );
        const invoked = await step.invoke("child", { function: child, data: {} });
        await step.sleep("a second", "1s");
        const [poked] = await Promise.all([
          step.waitForEvent("poked", { event: "chaos/poke", match: "data.key", timeout: "1m" }),
          step.sendEvent("poke", { name: "chaos/poke", data: { key }, id: `poke ${key}` }),
        ]);
        notebook.note(`${key} end`, JSON.stringify({ first, all, won, invoked, poked: poked !== null }));
      },
    ),
  ];
}

describe("an app that its own step ends", () => {
  test("the attempt counts, steps before are kept, and the run fails after the last", async () => {
    const database = await createTestDatabase();
    const [port, appPort] = [await freePort(), await freePort()];
    const server = await startChild("inngest/local/main.ts", {
      DATABASE_URL: database.url,
      PORT: String(port),
      INNGEST_DEV: "1",
      INNGEST_APPS: `http://127.0.0.1:${appPort}/api/inngest`,
      INNGEST_RETRY_MS: "300",
    });
    const lives: ChildServer[] = [];
    let ended = false;
    const living = (async () => {
      while (!ended) {
        const life = await startChild("tests/engine/fatal-app.ts", {}, [String(appPort), `http://127.0.0.1:${port}`]);
        lives.push(life);
        await new Promise((resolve) => life.process.once("exit", resolve));
      }
    })();
    onTestFinished(async () => {
      ended = true;
      await lives.at(-1)?.kill();
      await living;
      await server.kill();
      await database.drop();
    });
    await expect.poll(() => database.query("select 1 from inngest_local.fn"), patient).toHaveLength(2);
    const client = new Inngest({ id: "fatal", baseUrl: `http://127.0.0.1:${port}`, isDev: true });
    await client.send({ name: "fatal/go", data: {} });
    const told = () => lives.flatMap(({ lines }) => lines).filter(({ event }) => event !== "started");
    await expect.poll(() => told().some(({ event }) => event === "failure"), patient).toBe(true);
    expect(told().map(({ event }) => event)).toEqual(["good", "fatal", "fatal", "failure"]);
  });
});
