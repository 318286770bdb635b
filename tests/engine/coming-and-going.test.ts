import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startInngestServer } from "#inngest/local/server.ts";
import type { App, TestDatabase } from "./lab.ts";
import { createTestDatabase, LogBook, Notebook, startApp } from "./lab.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

/** Apps, servers and connections that come and go while runs are under way. */

/** For what is sure to come, however busy the machine. */
const patient = { timeout: 20_000, interval: 20 };

const keyOf = (event: { data?: unknown }) => (event.data as { key: string }).key;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const serverOptions = () => ({ databaseUrl: database.url, port: 0, dev: true, retryMs: 200, log: new LogBook().log });

function serveSteps(app: App, serverUrl: string, notebook: Notebook) {
  return app.serve(serverUrl, (client) => [
    client.createFunction(
      { id: "steps", retries: 3, triggers: [{ event: "steps/go" }] },
      async ({ event, step, attempt }) => {
        for (let index = 0; index < 6; index++) {
          await step.run(`step ${index}`, async () => {
            notebook.note(keyOf(event), index);
            await delay(60);
          });
        }
        notebook.note(`${keyOf(event)} end`, attempt);
      },
    ),
  ]);
}

test("calls of an app that is down wait for it without using up an attempt", async () => {
  const notebook = new Notebook();
  const first = await startApp();
  const server = await startInngestServer({ ...serverOptions(), apps: [first.url] });
  const client = serveSteps(first, server.url, notebook);
  await expect.poll(() => database.query("select 1 from inngest_local.fn"), patient).toHaveLength(1);
  await first.stop();
  await client.send({ name: "steps/go", data: { key: "down" } });
  await delay(1_500);
  const second = await startApp({}, Number(new URL(first.url).port));
  serveSteps(second, server.url, notebook);
  expect(await notebook.until("down end", 1)).toEqual([0]);
  expect(notebook.of("down")).toEqual([0, 1, 2, 3, 4, 5]);
  await server.stop();
  await second.stop();
});

test("an app that streams its replies is understood", async () => {
  const notebook = new Notebook();
  const app = await startApp({ streaming: true });
  const server = await startInngestServer({ ...serverOptions(), apps: [app.url] });
  const client = serveSteps(app, server.url, notebook);
  await expect
    .poll(() => database.query("select 1 from inngest_local.app where url = $1", [app.url]), patient)
    .toHaveLength(1);
  await client.send({ name: "steps/go", data: { key: "streamed" } });
  expect(await notebook.until("streamed end", 1)).toEqual([0]);
  expect(notebook.of("streamed")).toEqual([0, 1, 2, 3, 4, 5]);
  await server.stop();
  await app.stop();
});

test("two servers on one database share runs, and each step runs once", async () => {
  const notebook = new Notebook();
  const app = await startApp();
  const servers = [
    await startInngestServer({ ...serverOptions(), apps: [app.url] }),
    await startInngestServer({ ...serverOptions(), apps: [app.url] }),
  ];
  const client = serveSteps(app, servers[0]?.url ?? "", notebook);
  await expect
    .poll(() => database.query("select 1 from inngest_local.app where url = $1", [app.url]), patient)
    .toHaveLength(1);
  const keys = Array.from({ length: 20 }, () => randomUUID());
  await client.send(keys.map((key) => ({ name: "steps/go", data: { key } })));
  await Promise.all(keys.map((key) => notebook.until(`${key} end`, 1)));
  for (const key of keys) expect(notebook.of(key)).toEqual([0, 1, 2, 3, 4, 5]);
  for (const server of servers) await server.stop();
  await app.stop();
});

test("runs go on when every connection to the database is cut, three times", async () => {
  const notebook = new Notebook();
  const app = await startApp();
  const server = await startInngestServer({ ...serverOptions(), apps: [app.url] });
  const client = serveSteps(app, server.url, notebook);
  await expect
    .poll(() => database.query("select 1 from inngest_local.app where url = $1", [app.url]), patient)
    .toHaveLength(1);
  const keys = Array.from({ length: 15 }, () => randomUUID());
  await client.send(keys.map((key) => ({ name: "steps/go", data: { key } })));
  for (let cut = 0; cut < 3; cut++) {
    await delay(120);
    await database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
  }
  await Promise.all(keys.map((key) => notebook.until(`${key} end`, 1)));
  for (const key of keys) {
    expect(new Set(notebook.of(key))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(notebook.of(key).length).toBeLessThanOrEqual(7);
  }
  await server.stop();
  await app.stop();
});
