import { createHash, randomUUID } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { InngestServer } from "#inngest/local/server.ts";
import { startInngestServer } from "#inngest/local/server.ts";
import type { TestDatabase } from "./lab.ts";
import { createTestDatabase, LogBook } from "./lab.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

/**
 * The server against an app that answers by hand, for what the SDK does rarely or never: replies that come twice, late,
 * empty or from something else.
 */
type Call = {
  target: string;
  ctx: { run_id: string; attempt: number; qi_id: string; generation_id: number; disable_immediate_execution: boolean };
  steps: Record<string, unknown>;
};
type Reply = { status?: number; body: unknown; headers?: Record<string, string> };
type Handler = (call: Call) => Reply | "cut" | Promise<Reply | "cut">;

const id = (name: string) => createHash("sha1").update(name).digest("hex");
const ran = (name: string, data: unknown = name) => ({ id: id(name), op: "StepRun", data });
const planned = (name: string, opts = {}) => ({ id: id(name), op: "StepPlanned", name, opts });
const complete = (data: unknown = "done") => ({ id: id("complete"), op: "RunComplete", data });
const ops = (...body: object[]): Reply => ({ body });
const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0", "x-inngest-req-version": "2" };

let database: TestDatabase;
let server: InngestServer;
let app: http.Server;
let appUrl: string;
let calls: Call[];
let answer: Handler;

beforeEach(async () => {
  database = await createTestDatabase();
  calls = [];
  app = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { ctx, steps } = JSON.parse(text) as Call;
    const target = new URL(request.url ?? "", "http://app").searchParams.get("stepId") ?? "";
    const call = { target, ctx, steps };
    calls.push(call);
    const reply = await answer(call);
    if (reply === "cut") return void request.socket.destroy();
    const { status = 206, body, headers = sdk } = reply;
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const { port } = app.address() as AddressInfo;
  const options = { databaseUrl: database.url, port: 0, apps: [], dev: true, retryMs: 50 };
  server = await startInngestServer({ ...options, log: new LogBook().log });
  appUrl = `http://127.0.0.1:${port}/api/inngest`;
  await register("raw-f");
});

async function register(id: string, attempts = 2): Promise<void> {
  const runtime = { type: "http", url: `${appUrl}?fnId=${id}&stepId=step` };
  const fn = { id, triggers: [{ event: "go" }], steps: { step: { runtime, retries: { attempts } } } };
  const answered = await post("/fn/register", {
    url: appUrl,
    appName: "raw",
    sdk: "js",
    framework: "none",
    functions: [fn],
  });
  expect(answered.status).toBe(200);
}

afterEach(async () => {
  await server.stop();
  app.close();
  app.closeAllConnections();
  await database.drop();
});

const post = (path: string, body: unknown) =>
  fetch(new URL(path, server.url), { method: "POST", body: JSON.stringify(body) });
const send = (name: string, data: object = {}) => post("/e/any", { name, data });
const runs = () => database.query("select status, output from inngest_local.run order by id");
const ended = (status: string) =>
  expect.poll(runs, { timeout: 20_000 }).toEqual([{ status, output: expect.any(String) }]);
const targets = () => calls.map(({ target }) => (target === "step" ? "?" : target));

test("an empty reply is tried again, and fails the run after the last attempt", async () => {
  answer = () => ops();
  await send("go");
  await ended("Failed");
  expect(calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 1, 2]);
});

test("a request to be asked again is followed", async () => {
  answer = () => (calls.length === 1 ? ops({ id: id("d"), op: "DiscoveryRequest" }) : ops(complete()));
  await send("go");
  await ended("Completed");
  expect(targets()).toEqual(["?", "?"]);
});

test("several finished steps in one reply are all kept, in order", async () => {
  answer = ({ steps }) => (Object.keys(steps).length === 0 ? ops(ran("a"), ran("b")) : ops(complete(steps)));
  await send("go");
  await ended("Completed");
  expect(calls.at(-1)?.steps).toEqual({ [id("a")]: { data: "a" }, [id("b")]: { data: "b" } });
});

test("parallel steps run apart, and the function is asked again once, after the last", async () => {
  answer = ({ target, steps }) => {
    if (target !== "step") return ops({ id: target, op: "StepRun", data: 1 });
    return Object.keys(steps).length === 3 ? ops(complete()) : ops(planned("a"), planned("b"), planned("c"));
  };
  await send("go");
  await ended("Completed");
  expect(targets().toSorted()).toEqual(["?", "?", id("a"), id("b"), id("c")].toSorted());
});

test("a step that is planned again after it ended, or while it runs, does not run again", async () => {
  const race = { parallelMode: "race" };
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  answer = async ({ target, steps }) => {
    if (target === id("slow")) await held;
    if (target !== "step") return ops({ id: target, op: "StepRun", data: 1, opts: race } as object);
    if (id("after") in steps) {
      release();
      return id("slow") in steps ? ops(complete()) : ops(planned("fast", race), planned("slow", race));
    }
    return ops(planned("fast", race), planned("slow", race), ...(id("fast") in steps ? [planned("after", race)] : []));
  };
  await send("go");
  await ended("Completed");
  const steps = targets().filter((target) => target !== "?");
  expect(steps.toSorted()).toEqual([id("fast"), id("slow"), id("after")].toSorted());
  expect(calls.find(({ target, steps: known }) => target === "step" && id("fast") in known)?.ctx).toMatchObject({
    disable_immediate_execution: true,
  });
});

test("what ends while the function is being asked is not forgotten: it is asked again", async () => {
  const sleep = { id: id("nap"), op: "Sleep", name: "1s" };
  answer = async ({ target, steps }) => {
    if (target !== "step") return ops({ id: target, op: "StepRun", data: 1 });
    if (id("nap") in steps) return ops(complete());
    if (!(id("quick") in steps)) return ops(sleep, planned("quick"));
    // Asked after the quick step, it knows nothing of the nap that ends before it answers.
    await expect.poll(() => database.query("select 1 from inngest_local.step"), { timeout: 20_000 }).toHaveLength(2);
    return ops(sleep);
  };
  await send("go");
  await ended("Completed");
  expect(targets()).toEqual(["?", id("quick"), "?", "?"]);
  expect(calls.at(-1)?.ctx.attempt).toBe(0);
});

test("a checkpoint is stored once, counts attempts anew, and is refused from a call that was taken over", async () => {
  answer = async ({ ctx, steps }) => {
    if (calls.length === 1) return { status: 500, body: { message: "first" } };
    if (calls.length > 2) return ops(complete(steps));
    const step = { qi_id: ctx.qi_id, generation_id: ctx.generation_id, steps: [ran("a")] };
    const path = `/v1/checkpoint/${ctx.run_id}/async`;
    const statuses = [
      (await post(path, step)).status,
      (await post(path, step)).status,
      (await post(path, { ...step, generation_id: ctx.generation_id - 1, steps: [ran("late")] })).status,
      (await post(path, { ...step, qi_id: "1000000", steps: [ran("late")] })).status,
      (await post(path, { ...step, qi_id: "x" })).status,
    ];
    return { body: [{ id: id("b"), op: "StepError", error: { message: JSON.stringify(statuses) } }] };
  };
  await send("go");
  await ended("Completed");
  expect(calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 1, 1]);
  expect(calls.at(-1)?.steps).toEqual({ [id("a")]: { data: "a" } });
  const [row] = await database.query("select count(*)::int as n from inngest_local.step");
  expect(row).toEqual({ n: 1 });
});

test("the reply to a call that another server took over changes nothing", async () => {
  answer = async () => {
    if (calls.length > 1) return ops(complete("second"));
    await database.query("update inngest_local.queue set worker = null, run_at = now() + interval '300 ms'");
    return ops(complete("first"));
  };
  await send("go");
  await ended("Completed");
  expect(await runs()).toEqual([{ status: "Completed", output: '"second"' }]);
});

test("the reply to a call of a run that was cancelled meanwhile changes nothing", async () => {
  answer = async ({ ctx }) => {
    await fetch(new URL(`/v1/runs/${ctx.run_id}`, server.url), { method: "DELETE" });
    return ops(planned("a"), planned("b"));
  };
  await send("go");
  await ended("Cancelled");
  expect(await database.query("select 1 from inngest_local.queue")).toEqual([]);
  expect(calls).toHaveLength(1);
});

test("an answer that does not come from the SDK is never a result, and uses up no attempt", async () => {
  const strange: Reply[] = [
    { status: 200, body: "welcome", headers: { "content-type": "text/html" } },
    { status: 404, body: "not found", headers: {} },
    { status: 502, body: "bad gateway", headers: {} },
  ];
  answer = () => strange.shift() ?? ops(complete());
  await send("go");
  await ended("Completed");
  expect(calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 0, 0, 0]);
});

test("a retry comes when the app asks for it: seconds, at least one", async () => {
  const asked = ["1.5", "0", new Date(Date.now() - 60_000).toISOString()];
  const at: number[] = [];
  answer = () => {
    at.push(Date.now());
    const retryAfter = asked.shift();
    const headers = { ...sdk, "x-inngest-no-retry": "false", "retry-after": retryAfter ?? "" };
    return retryAfter ? { status: 500, body: { message: "later" }, headers } : ops(complete());
  };
  await send("go");
  await ended("Failed");
  const [first = 0, second = 0, third = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(1_490);
  expect(third - second).toBeGreaterThanOrEqual(990);
});

test("a request that is sent again with the same seed stores its events once", async () => {
  answer = () => ops(complete());
  const headers = { "x-inngest-event-id-seed": `${Date.now()},${Buffer.from(randomUUID()).toString("base64")}` };
  const body = JSON.stringify([{ name: "go" }, { name: "other" }]);
  const answers = [];
  for (let tries = 0; tries < 3; tries++) {
    answers.push(await (await fetch(new URL("/e/any", server.url), { method: "POST", body, headers })).json());
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  await ended("Completed");
  expect(await database.query("select name from inngest_local.event where name !~ 'inngest' order by id")).toEqual([
    { name: "go" },
    { name: "other" },
  ]);
});

test("a run with more than 1,000 steps fails and says so", async () => {
  answer = () => ops(...Array.from({ length: 1_001 }, (_, index) => ran(`step ${index}`)));
  await send("go");
  await ended("Failed");
  expect((await runs())[0]?.output).toContain("1000 steps");
});

test("a call that is cut, or that a proxy gives up on after a while, uses up an attempt", async () => {
  answer = async () => {
    if (calls.length === 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return "cut";
    }
    await new Promise((resolve) => setTimeout(resolve, 5_200));
    return { status: 504, body: "<html>gateway timeout</html>", headers: { "content-type": "text/html" } };
  };
  await send("go");
  await ended("Failed");
  expect(calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 1, 2]);
  expect((await runs())[0]?.output).toContain("504");
});

test("a run goes on with the function as it is registered now, and fails when it is registered no more", async () => {
  const nap = { id: id("nap"), op: "Sleep", name: "1s" };
  answer = ({ steps, ctx }) => (id("nap") in steps ? { status: 500, body: { message: `${ctx.attempt}` } } : ops(nap));
  await send("go");
  await expect.poll(() => database.query("select 1 from inngest_local.queue where kind = 'sleep'")).toHaveLength(1);
  await register("raw-f", 0);
  await ended("Failed");
  expect(calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 0]);

  calls.length = 0;
  await send("go");
  await expect.poll(() => database.query("select 1 from inngest_local.queue where kind = 'sleep'")).toHaveLength(1);
  await register("raw-other");
  await expect
    .poll(async () => (await runs())[1], { timeout: 20_000 })
    .toMatchObject({
      status: "Failed",
      output: expect.stringContaining("raw-f is no longer registered"),
    });
  expect(calls).toHaveLength(1);
});

test("an app that comes back after an hour finds its runs waiting; after a day they have failed", async () => {
  answer = () => ({ status: 502, body: "<html>bad gateway</html>", headers: { "content-type": "text/html" } });
  await send("go");
  const since = (ago: string) =>
    database.query(`update inngest_local.queue set t0 = now() - interval '${ago}' where t0 is not null returning 1`);
  await expect.poll(() => since("1 hour"), { timeout: 10_000 }).toHaveLength(1);
  answer = () => ops(complete());
  await ended("Completed");
  expect(new Set(calls.map(({ ctx }) => ctx.attempt))).toEqual(new Set([0]));

  answer = () => ({ status: 502, body: "<html>bad gateway</html>", headers: { "content-type": "text/html" } });
  await send("go");
  await expect.poll(() => since("25 hours"), { timeout: 10_000 }).toHaveLength(1);
  await expect.poll(async () => (await runs())[1]?.status, { timeout: 20_000 }).toBe("Failed");
});
