import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { InngestServer } from "#inngest/local/server.ts";
import { startInngestServer } from "#inngest/local/server.ts";
import { query } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { metricsText } from "#lib/metrics.ts";
import { PageQuery } from "#lib/schema.ts";
import { listInstanceAudit } from "#lib/system/instance-audit.ts";
import { type WorkRun, WorkRunFilter } from "#lib/system/schema.ts";
import { cancelWork, getSystem, listFaults, listWork, retryEvent, retryWork } from "#lib/system/system.ts";
import { type App, Notebook, startApp } from "#tests/engine/lab.ts";
import { newAccount, newAdministrator } from "#tests/support/accounts.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
const patient = { timeout: 20_000, interval: 30 };
const eventKey = "an-event-key-for-tests";

let server: InngestServer;
let app: App;
let admin: string;
let owner: string;
const notebook = new Notebook();

beforeAll(async () => {
  admin = (await newAdministrator()).user.id;
  owner = (await newAccount()).user.id;
  const signingKey = process.env.INNGEST_SIGNING_KEY ?? "";
  app = await startApp({ signingKey, eventKey });
  server = await startInngestServer({
    databaseUrl: env().DATABASE_URL,
    port: 0,
    apps: [app.url],
    signingKey,
    eventKeys: [eventKey],
    retryMs: 50,
    log: () => {},
  });
  Object.assign(process.env, { INNGEST_LOCAL: "1", INNGEST_BASE_URL: server.url });
  app.serve(server.url, (client) => [
    client.createFunction({ id: "good", triggers: [{ event: "good/go" }] }, async () => notebook.note("good", 1)),
    client.createFunction({ id: "bad", name: "Bad luck", retries: 0, triggers: [{ event: "bad/go" }] }, async () => {
      notebook.note("bad", 1);
      throw new RangeError("out of \0 range");
    }),
    client.createFunction({ id: "long", triggers: [{ event: "long/go" }, { cron: "0 0 1 1 *" }] }, async ({ step }) => {
      await step.sleep("an hour", "1h");
    }),
  ]);
  await vi.waitUntil(async () => (await query("SELECT 1 FROM inngest_local.fn")).length === 3, patient);
});

afterAll(async () => {
  process.env.INNGEST_LOCAL = "";
  await server.stop();
  await app.stop();
});

const asAdmin = () => ({ userId: admin, requestId: "a-request" });
const audited = () => listInstanceAudit(admin, PageQuery.parse({})).then(({ data }) => data);
const send = async (name: string) => (await app.client).send({ name, data: {} });
const runs = (filter: object = {}) => listWork(admin, WorkRunFilter.parse(filter)).then(({ data }) => data);
const untilOne = async (filter: object, check: (run: WorkRun) => boolean = () => true): Promise<WorkRun> => {
  await expect.poll(async () => (await runs(filter)).filter(check).length, patient).toBeGreaterThan(0);
  const [run] = (await runs(filter)).filter(check);
  if (!run) throw new Error("it was there a moment ago");
  return run;
};

test("functions are shown with what starts them, and figures of the queue", async () => {
  await send("good/go");
  await untilOne({ status: "completed", functionId: "lab-good" });
  const { server: which, queue, functions } = await getSystem(admin);
  expect(which).toEqual({ kind: "local", url: null });
  expect(queue).toMatchObject({ servers: 1, depth: 0, inFlight: 0, eventsSetAside: 0, registrationsRefused: 0 });
  expect(functions.map(({ id, triggers, isActive }) => [id, triggers, isActive])).toEqual([
    ["lab-bad", ["bad/go"], true],
    ["lab-good", ["good/go"], true],
    ["lab-long", ["long/go", "0 0 1 1 *"], true],
  ]);
});

test("a failed run tells its error, and starts again with its event", async () => {
  await send("bad/go");
  const failed = await untilOne({ status: "failed" });
  expect(failed).toMatchObject({ functionName: "Bad luck", eventName: "bad/go", error: "RangeError: out of \0 range" });
  const { runId } = await retryWork(asAdmin(), failed.id);
  await untilOne({ status: "failed" }, ({ id }) => id === runId);
  const [entry] = await audited();
  expect(entry).toMatchObject({ action: "work.retry", actorId: admin, entityId: failed.id, details: { runId } });
  expect(entry?.actorName).toBeTruthy();
  expect(await notebook.until("bad", 2)).toHaveLength(2);
});

test("a sleeping run says until when, cannot be started again, and can be cancelled", async () => {
  await send("long/go");
  const run = await untilOne({ status: "running" }, ({ doing }) => doing === "sleeping");
  expect((run.nextAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
  await expect(retryWork(asAdmin(), run.id)).rejects.toMatchObject({ code: "not_found" });
  await cancelWork(asAdmin(), run.id);
  expect(await untilOne({ status: "cancelled" })).toMatchObject({ id: run.id, doing: null, nextAt: null });
  await expect(cancelWork(asAdmin(), run.id)).rejects.toMatchObject({ code: "not_found" });
  // What failed left no entry.
  const ofRun = (await audited()).filter(({ entityId }) => entityId === run.id);
  expect(ofRun.map(({ action }) => action)).toEqual(["work.cancel"]);
});

test("runs come in pages by key, the latest first, of one function when asked", async () => {
  for (let n = 0; n < 3; n++) await send("good/go");
  await expect.poll(() => runs({ functionId: "lab-good", status: "completed" }), patient).toHaveLength(4);
  const first = await listWork(admin, WorkRunFilter.parse({ functionId: "lab-good", pageSize: 3 }));
  const second = await listWork(
    admin,
    WorkRunFilter.parse({ functionId: "lab-good", pageSize: 3, cursor: first.nextCursor }),
  );
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect([ids.length, second.nextCursor]).toEqual([4, null]);
});

test("an event that was set aside is shown, and reaches its functions when handed on again", async () => {
  const before = notebook.of("good").length;
  const body = JSON.stringify({ id: "aside", name: "good/go", data: {}, ts: Date.now() });
  const id = "01JZZZZZZZZZZZZZZZZZZZZZZ0";
  await query(
    "INSERT INTO inngest_local.event (id, name, body, done, error) VALUES ($1, 'good/go', $2, true, 'poison')",
    [id, body],
  );
  expect((await listFaults(admin)).events).toMatchObject([{ id, name: "good/go", error: "poison" }]);
  await retryEvent(asAdmin(), id);
  expect((await audited())[0]).toMatchObject({ action: "event.retry", entityId: id });
  expect(await notebook.until("good", before + 1)).toHaveLength(before + 1);
  expect((await listFaults(admin)).events).toEqual([]);
});

test("a new app that is refused is shown until it sends a good registration", async () => {
  const hex = (process.env.INNGEST_SIGNING_KEY ?? "").replace(/^signkey-\w+-/, "");
  const bearer = createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
  const register = (functions: object[]) =>
    fetch(new URL("/fn/register", server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      body: JSON.stringify({ url: "http://127.0.0.1:9/x", appName: "new", sdk: "js", framework: "x", functions }),
    });
  const runtime = { type: "http", url: "http://127.0.0.1:9/x?fnId=new-f&stepId=step" };
  const fn = { id: "new-f", name: "f", triggers: [{ event: "new/go" }], steps: { step: { runtime } } };
  expect((await register([{ ...fn, cleverness: 1 }])).status).toBe(400);
  expect((await listFaults(admin)).registrations).toMatchObject([
    { appId: "new", url: "http://127.0.0.1:9/x", error: "new-f: options: unknown option cleverness" },
  ]);
  expect((await register([fn])).status).toBe(200);
  expect((await listFaults(admin)).registrations).toEqual([]);
});

test("the owner of a workspace sees and does nothing here", async () => {
  const id = "01JZZZZZZZZZZZZZZZZZZZZZZZ";
  const refused = { code: "forbidden" };
  const asOwner = { userId: owner, requestId: "r" };
  await expect(listInstanceAudit(owner, PageQuery.parse({}))).rejects.toMatchObject(refused);
  await expect(getSystem(owner)).rejects.toMatchObject(refused);
  await expect(listWork(owner, WorkRunFilter.parse({}))).rejects.toMatchObject(refused);
  await expect(listFaults(owner)).rejects.toMatchObject(refused);
  await expect(retryWork(asOwner, id)).rejects.toMatchObject(refused);
  await expect(cancelWork(asOwner, id)).rejects.toMatchObject(refused);
  await expect(retryEvent(asOwner, id)).rejects.toMatchObject(refused);
});

test("the figures are among the metrics", async () => {
  const { text } = await metricsText();
  expect(text).toMatch(/^inngest_queue_depth\{role="\w+"\} 0$/m);
  expect(text).toMatch(/^inngest_queue_lag_seconds\{role="\w+"\} [\d.]+$/m);
  expect(text).toMatch(/^inngest_runs\{state="failed",role="\w+"\} 2$/m);
  expect(text).toMatch(/^inngest_servers\{role="\w+"\} 1$/m);
});

test("with another Inngest server its address is given, and nothing of ours", async () => {
  Object.assign(process.env, { INNGEST_LOCAL: "", INNGEST_BASE_URL: "http://inngest.internal:8288" });
  expect(await getSystem(admin)).toEqual({
    server: { kind: "self_hosted", url: "http://inngest.internal:8288" },
    queue: null,
    functions: [],
  });
  await expect(listWork(admin, WorkRunFilter.parse({}))).rejects.toMatchObject({ code: "conflict" });
  expect((await metricsText()).text).not.toMatch(/^inngest_/m);
  delete process.env.INNGEST_BASE_URL;
  expect((await getSystem(admin)).server).toMatchObject({ kind: "cloud" });
});
