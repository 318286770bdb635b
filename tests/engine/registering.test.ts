import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startInngestServer } from "#inngest/local/server.ts";
import type { App, DefineFunctions, TestDatabase } from "./lab.ts";
import { createTestDatabase, eventKey, LogBook, Notebook, signingKey, startApp } from "./lab.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });
const patient = { timeout: 20_000, interval: 30 };

/** How apps of the real SDK and the server come to know each other, and what happens when an app changes. */
let database: TestDatabase;
let logs: LogBook;
let notebook: Notebook;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  [logs, notebook] = [new LogBook(), new Notebook()];
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  await database.drop();
});

const keyOf = (event: { data?: unknown }) => (event.data as { key: string }).key;
const functions = async () =>
  (await database.query("select id from inngest_local.fn where active order by id")).map(({ id }) => id);

async function newServer(apps: string[], signed = false) {
  const keys = signed ? { signingKey, eventKeys: [eventKey] } : { dev: true };
  const server = await startInngestServer({
    databaseUrl: database.url,
    port: 0,
    apps,
    retryMs: 200,
    log: logs.log,
    ...keys,
  });
  stops.push(server.stop);
  return server;
}

async function newApp(options: Parameters<typeof startApp>[0] = {}, port = 0): Promise<App> {
  const app = await startApp(options, port);
  stops.push(app.stop);
  return app;
}

const noting =
  (id: string, event: string): DefineFunctions =>
  (client) => [
    client.createFunction({ id, triggers: [{ event }] }, async ({ event: { data } }) =>
      notebook.note((data as { key: string }).key, id),
    ),
  ];

describe.each([
  ["in dev mode", false],
  ["with keys", true],
])("an app that registers itself, %s", (_how, signed) => {
  test("is called from then on: anybody's PUT to it is enough", async () => {
    const server = await newServer([], signed);
    const app = await newApp({ ...(signed ? { signingKey, eventKey } : {}), unauthedSync: true });
    const client = app.serve(server.url, noting("self", "self/go"));
    const answer = await fetch(app.url, { method: "PUT" });
    expect([answer.status, await answer.json()]).toMatchObject([200, { modified: true }]);
    expect(await functions()).toEqual(["lab-self"]);
    const key = randomUUID();
    await client.send({ name: "self/go", data: { key } });
    expect(await notebook.until(key, 1)).toEqual(["self"]);
  });
});

test("an app with another key is refused by the server, and told so", async () => {
  const server = await newServer([], true);
  const app = await newApp({ signingKey: `signkey-test-${"ab".repeat(32)}`, eventKey, unauthedSync: true });
  app.serve(server.url, noting("self", "self/go"));
  expect((await fetch(app.url, { method: "PUT" })).ok).toBe(false);
  expect(await functions()).toEqual([]);
});

test("an app that asks for what is not there is told which function and option, over the SDK", async () => {
  const server = await newServer([]);
  const app = await newApp();
  app.serve(server.url, (client) => [
    client.createFunction({ id: "odd", triggers: [{ cron: "@hourly" }] }, async () => {}),
  ]);
  const answer = await fetch(app.url, { method: "PUT" });
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining("lab-odd: triggers") });
  expect(answer.ok).toBe(false);
});

test("an app that changes while its runs sleep is asked again: they go on with the new code, and what is gone starts no more", async () => {
  const first = await newApp();
  const server = await newServer([first.url]);
  const client = first.serve(server.url, (inngest) => [
    inngest.createFunction({ id: "stays", triggers: [{ event: "stays/go" }] }, async ({ event, step }) => {
      await step.run("begin", () => notebook.note(keyOf(event), "old"));
      await step.sleep("a while", "2s");
      notebook.note(keyOf(event), "old end");
    }),
    ...noting("goes", "goes/go")(inngest),
  ]);
  await expect.poll(functions, patient).toEqual(["lab-goes", "lab-stays"]);
  const key = randomUUID();
  await client.send({ name: "stays/go", data: { key } });
  await notebook.until(key, 1);
  await first.stop();
  const second = await newApp({}, Number(new URL(first.url).port));
  second.serve(server.url, (inngest) => [
    inngest.createFunction({ id: "stays", triggers: [{ event: "stays/go" }] }, async ({ event, step }) => {
      await step.run("begin", () => notebook.note(keyOf(event), "again"));
      await step.sleep("a while", "2s");
      notebook.note(keyOf(event), "new end");
    }),
    ...noting("comes", "comes/go")(inngest),
  ]);
  await expect.poll(functions, patient).toEqual(["lab-comes", "lab-stays"]);
  const [gone, come] = [randomUUID(), randomUUID()];
  await client.send({ name: "goes/go", data: { key: gone } });
  await client.send({ name: "comes/go", data: { key: come } });
  expect(await notebook.until(come, 1)).toEqual(["comes"]);
  expect(await notebook.until(key, 2)).toEqual(["old", "new end"]);
  expect(notebook.of(gone)).toEqual([]);
});

test("an address that answers with a page is told of once, and asked again until an app is there", async () => {
  const page = createServer((_request, response) => response.writeHead(200).end("<html>Welcome</html>"));
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  const { port } = page.address() as AddressInfo;
  const server = await newServer([`http://127.0.0.1:${port}/api/inngest`]);
  await expect.poll(() => logs.count("registration_failed"), patient).toBe(1);
  await delay(2_500);
  expect(logs.count("registration_failed")).toBe(1);
  page.close();
  page.closeAllConnections();
  const app = await newApp({}, port);
  app.serve(server.url, noting("late", "late/go"));
  await expect.poll(functions, patient).toEqual(["lab-late"]);
});

test("the server listens on the loopback address alone", async () => {
  const server = await newServer([]);
  const status = (host: string) =>
    fetch(`http://${host}:${server.port}/health`).then(
      (answer) => answer.status,
      () => "nobody there",
    );
  expect(await status("127.0.0.1")).toBe(200);
  // All of 127.0.0.0/8 is this machine: a server that listened everywhere would answer here.
  expect([await status("127.0.0.2"), await status("[::1]")]).toEqual(["nobody there", "nobody there"]);
});
