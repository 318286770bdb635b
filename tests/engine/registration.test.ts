import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FunctionConfig } from "#inngest/local/function-config.ts";
import { checkFunction } from "#inngest/local/function-config.ts";
import type { Lab } from "./lab.ts";
import { startLab } from "./lab.ts";

const good: FunctionConfig = {
  id: "lab-f",
  name: "f",
  triggers: [{ event: "a/b" }],
  steps: { step: { runtime: { type: "http", url: "http://127.0.0.1:1/api/inngest?fnId=lab-f&stepId=step" } } },
};
const step = (change: object) => ({ steps: { step: { ...good.steps.step, ...change } } });

const refused: [string, object, RegExp][] = [
  ["no trigger", { triggers: [] }, /triggers/],
  [
    "an unsupported expression",
    { triggers: [{ event: "a", expression: "event.data.list.all(x, x)" }] },
    /triggers.*all/,
  ],
  ["an unparsable expression", { triggers: [{ event: "a", expression: "event.data ==" }] }, /triggers/],
  ["a wildcard inside", { triggers: [{ event: "a/*/b" }] }, /wildcard/],
  ["a cron shorthand", { triggers: [{ cron: "@hourly" }] }, /triggers.*5 fields/],
  ["an unknown time zone", { triggers: [{ cron: "TZ=No/Where * * * * *" }] }, /time zone/],
  ["cron jitter", { triggers: [{ cron: "* * * * *", jitter: "5s" }] }, /jitter/],
  ["a connect runtime", step({ runtime: { type: "ws", url: "ws://connect" } }), /steps.*ws/],
  ["21 retries", step({ retries: { attempts: 21 } }), /retries 21/],
  ["three concurrency limits", { concurrency: [{ limit: 1 }, { limit: 2 }, { limit: 3 }] }, /concurrency: at most 2/],
  ["account scope without key", { concurrency: { limit: 1, scope: "account" } }, /concurrency.*needs a key/],
  ["env scope without key", { concurrency: [{ limit: 1, scope: "env" }] }, /concurrency.*needs a key/],
  ["a scope nobody knows", { concurrency: { limit: 1, scope: "galaxy", key: "1" } }, /concurrency.*galaxy/],
  ["cancelOn timeout", { cancel: [{ event: "a", timeout: "1h" }] }, /cancelOn: timeout/],
  ["six cancelOn", { cancel: Array(6).fill({ event: "a" }) }, /cancelOn: at most 5/],
  ["a debounce below a second", { debounce: { period: "500ms" } }, /debounce.*shorter/],
  ["a debounce over a week", { debounce: { period: "8d" } }, /debounce.*longer/],
  ["a rate limit of 0", { rateLimit: { limit: 0, period: "10s" } }, /rateLimit/],
  ["a rate limit over a day", { rateLimit: { limit: 1, period: "25h" } }, /rateLimit.*longer/],
  ["a throttle below a second", { throttle: { limit: 1, period: "100ms" } }, /throttle.*shorter/],
  [
    "a batch with debounce",
    { batchEvents: { maxSize: 2, timeout: "1s" }, debounce: { period: "1s" } },
    /batchEvents.*debounce/,
  ],
  [
    "a batch with cancelOn",
    { batchEvents: { maxSize: 2, timeout: "1s" }, cancel: [{ event: "a" }] },
    /batchEvents.*cancelOn/,
  ],
  [
    "a batch with a singleton",
    { batchEvents: { maxSize: 2, timeout: "1s" }, singleton: { mode: "skip" } },
    /batchEvents.*singleton/,
  ],
  [
    "a batch with priority",
    { batchEvents: { maxSize: 2, timeout: "1s" }, priority: { run: "1" } },
    /batchEvents.*priority/,
  ],
  ["a timeout that is no duration", { timeouts: { finish: "soon" } }, /timeouts.*not a duration/],
  ["a debounce timeout that is none", { debounce: { period: "1s", timeout: "soon" } }, /debounce.*not a duration/],
  ["options that are no object", { throttle: "1 per second" }, /throttle: must be an object/],
  ["a limit that is no object", { concurrency: [null] }, /concurrency: must be an object/],
  ["no steps", { steps: {} }, /steps: exactly one/],
  ["an address that is none", step({ runtime: { type: "http", url: "here" } }), /steps: Invalid URL/],
  ["an address of another kind", step({ runtime: { type: "http", url: "ftp://x/y" } }), /steps.*not an http URL/],
  ["a batch of 11 minutes", { batchEvents: { maxSize: 2, timeout: "11m" } }, /batchEvents.*longer/],
  ["a bad key", { idempotency: "event.data." }, /idempotency/],
  ["an unknown option", { cleverness: 1 }, /unknown option cleverness/],
  [
    "an unknown option of an option",
    { throttle: { limit: 1, period: "1s", smooth: true } },
    /throttle: unknown option smooth/,
  ],
];

test.each(refused)("%s is refused, naming the function and the option", (_what, change, message) => {
  const check = () => checkFunction({ ...good, ...change });
  expect(check).toThrow(message);
  expect(check).toThrow(/^lab-f: /);
});

test("every option that is supported is accepted together with its kin", () => {
  checkFunction({
    ...good,
    triggers: [{ event: "a/*", expression: "event.data.x > 1" }, { cron: "TZ=Europe/Paris 0 9 * * 1-5" }],
    concurrency: [{ limit: 5 }, { limit: 1, key: "event.data.k", scope: "account" }],
    throttle: { limit: 1, period: "1s", burst: 2, key: "event.data.k" },
    rateLimit: { limit: 10, period: "1m" },
    debounce: { period: "1s", timeout: "1m" },
    timeouts: { start: "10s", finish: "1h" },
    priority: { run: "event.data.vip ? 100 : 0" },
    singleton: { mode: "skip" },
    cancel: [{ event: "a/stop", if: "event.data.id == async.data.id" }],
  });
});

describe("over HTTP", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab(
      (client) => [client.createFunction({ id: "f", triggers: [{ event: "f/go" }] }, async () => {})],
      {
        signed: true,
      },
    );
  });
  afterAll(() => lab.stop());

  const body = { url: "http://127.0.0.1:1/api/inngest", appName: "other", sdk: "js:v4", framework: "nodejs" };
  const register = (functions: object[], headers = {}) =>
    lab.api("/fn/register", { method: "POST", body: JSON.stringify({ ...body, functions }), headers });

  test("a refused registration answers 400 with the reason, and changes nothing", async () => {
    const answer = await register([good, { ...good, id: "other-g", cleverness: 1 }]);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: "other-g: options: unknown option cleverness",
      data: null,
      status: 400,
    });
    expect(await lab.database?.query("select 1 from inngest_local.app where id = 'other'")).toEqual([]);
  });

  test.each([
    ["no object", "[7]", /no id/],
    ["nothing", undefined, /no id/],
    ["a function that is none", { functions: [null] }, /a function without id/],
    ["a NUL in a name", { functions: [{ ...good, name: "a\0b" }] }, /NUL/],
    ["a NUL in the app's id", { appName: "o\0ther", functions: [good] }, /NUL/],
    ["the same id twice", { functions: [good, good] }, /same id/],
    ["no functions", { functions: [] }, /no functions/],
    ["no address", { url: "nowhere", functions: [good] }, /no URL/],
  ])("a registration with %s is refused with a sentence", async (_what, change, sentence) => {
    const sent = typeof change === "object" ? JSON.stringify({ ...body, ...change }) : change;
    const answer = await lab.api("/fn/register", { method: "POST", body: sent });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: expect.stringMatching(sentence) }]);
  });

  test("a registration tells whether it changed something", async () => {
    expect(await (await register([{ ...good, id: "other-f" }])).json()).toMatchObject({ ok: true, modified: true });
    expect(await (await register([{ ...good, id: "other-f" }])).json()).toMatchObject({ ok: true, modified: false });
  });

  test("a registration meant for a dev server is refused by a server with keys", async () => {
    const answer = await register([good], { "x-inngest-expected-server-kind": "dev" });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: expect.stringContaining("cloud") }]);
  });

  test("without the right keys nothing is answered but the health check", async () => {
    const bare = (path: string, init?: RequestInit) => fetch(new URL(path, lab.serverUrl), init);
    expect((await bare("/health")).status).toBe(200);
    const event = JSON.stringify({ name: "f/go", data: {} });
    const wrong = { authorization: `Bearer ${"0".repeat(64)}` };
    const refusals = await Promise.all([
      bare("/e/wrong-key", { method: "POST", body: event }),
      bare("/fn/register", { method: "POST", body: JSON.stringify({ ...body, functions: [good] }) }),
      bare("/fn/register", { method: "POST", body: JSON.stringify({ ...body, functions: [good] }), headers: wrong }),
      bare("/v1/runs/x"),
      bare("/v1/runs/x", { method: "DELETE", headers: wrong }),
      bare("/v1/signals", { method: "POST", body: "{}" }),
      bare("/v1/checkpoint/x/async", { method: "POST", body: "{}" }),
      bare("/v0/runs/x/actions"),
      bare("/invoke/lab-f", { method: "POST", body: "{}" }),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 401));
  });

  test("a page in a browser is never served", async () => {
    const answer = await lab.api("/v1/runs/x", { headers: { origin: "http://evil.example" } });
    expect(answer.status).toBe(403);
  });

  test("an app refuses calls that are not signed", async () => {
    const [app] = (await lab.database?.query("select url from inngest_local.app where id = 'lab'")) ?? [];
    const url = String(app?.url);
    const unsigned = await fetch(`${url}?fnId=lab-f&stepId=step`, {
      method: "POST",
      body: JSON.stringify({ event: {} }),
    });
    const sync = await fetch(url, { method: "PUT", body: "{}" });
    expect([unsigned.status, sync.status]).toEqual([401, 401]);
  });

  test.each([
    ["POST", "/v1/realtime/token"],
    ["POST", "/v1/checkpoint"],
    ["POST", "/v1/http/runs"],
    ["POST", "/v0/connect/start"],
    ["POST", "/v0/gql"],
    ["GET", "/v2/runs"],
    ["PATCH", "/api/v2/runs/x"],
  ])("%s %s, which is not part of this server, says so", async (method, path) => {
    const answer = await lab.api(path, { method });
    expect([answer.status, await answer.json()]).toMatchObject([
      501,
      { error: expect.stringContaining("local Inngest") },
    ]);
  });

  test.each(["/v1/runs/%00", "/v1/runs/%E0%A4%A", "/v1/runs/no-such-run", "/v1/nothing", "//", "/"])(
    "%s is not found",
    async (path) => {
      expect((await lab.api(`${lab.serverUrl}${path}`)).status).toBe(404);
    },
  );

  test.each(["{", '{"signal":5}', '{"signal":"a\\u0000b"}', "{}", '{"signal":"nobody waits"}'])(
    "the signal %s ends nothing, and harms nothing",
    async (signal) => {
      expect([400, 404]).toContain((await lab.api("/v1/signals", { method: "POST", body: signal })).status);
    },
  );
});
