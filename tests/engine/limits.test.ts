import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { complete, id, ops, planned, RawLab, ran } from "./raw-app.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

/** How much a run may hold and report, and that what is beyond it, or cannot be stored, harms that run alone. */
let lab: RawLab;
beforeEach(async () => {
  lab = await RawLab.start();
});
afterEach(() => lab.stop());

const patient = { timeout: 20_000 };
const outputs = async () => (await lab.runs()).map(({ output }) => output);
const get = async (path: string) => (await fetch(new URL(path, lab.server.url))).json();

test("state over 4 MB is left out of the call, and is there to be fetched", async () => {
  const part = "é".repeat(750_000);
  lab.answer = ({ steps, ctx }) => {
    if (ctx.use_api) return ops(complete("enough"));
    const count = Object.keys(steps).length;
    return ops(ran(`part ${count}`, part));
  };
  await lab.send("go", { n: 1 });
  await lab.ended("Completed");
  // Three parts of 1.5 MB each: in bytes, for in letters it would be less.
  expect(lab.calls.map(({ ctx, steps }) => [ctx.use_api, Object.keys(steps).length])).toEqual([
    [false, 0],
    [false, 1],
    [false, 2],
    [true, 0],
  ]);
  expect(lab.calls.at(-1)?.events).toEqual([]);
  const runId = lab.calls[0]?.ctx.run_id;
  expect(await get(`/v0/runs/${runId}/batch`)).toMatchObject([{ name: "go", data: { n: 1 } }]);
  const steps = (await get(`/v0/runs/${runId}/actions`)) as Record<string, { data: string }>;
  expect(Object.keys(steps)).toEqual([0, 1, 2].map((n) => id(`part ${n}`)));
  expect(steps[id("part 2")]?.data).toBe(part);
});

test.each([
  ["a step", () => ops({ ...ran("big", "x".repeat(4 * 1024 * 1024)), name: "big" }), "step big"],
  ["a step, in bytes of several each", () => ops({ ...ran("big", "é".repeat(2_200_000)), name: "big" }), "step big"],
  ["an error", () => ops({ id: id("bad"), name: "bad", op: "StepFailed", error: { message: "x".repeat(5e6) } }), "bad"],
  ["a function", () => ops(complete("x".repeat(4 * 1024 * 1024))), "the function"],
])("%s that reports more than 4 MB fails its run, which says so", async (_what, reply, named) => {
  lab.answer = reply;
  await lab.send("go");
  await lab.ended("Failed");
  expect(lab.calls).toHaveLength(1);
  expect((await outputs())[0]).toMatch(new RegExp(`the output of .*${named} is larger than 4194304 bytes`));
});

test("a checkpoint with a step over 4 MB is refused, so that the call reports it and fails", async () => {
  const step = ran("big", "x".repeat(4 * 1024 * 1024));
  let status = 0;
  lab.answer = async ({ ctx }) => {
    const checkpoint = { qi_id: ctx.qi_id, generation_id: ctx.generation_id, steps: [step] };
    ({ status } = await lab.post(`/v1/checkpoint/${ctx.run_id}/async`, checkpoint));
    return ops(step);
  };
  await lab.send("go");
  await lab.ended("Failed");
  expect(status).toBe(413);
});

test("a run with more than 32 MB of state fails and says so", async () => {
  const part = "x".repeat(4_000_000);
  lab.answer = () => ops(...Array.from({ length: 9 }, (_, index) => ran(`part ${index}`, part)));
  await lab.send("go");
  await lab.ended("Failed");
  expect((await outputs())[0]).toContain("more than 33554432 bytes of state");
});

test("a run whose end cannot be told ends nevertheless, and gives its place back", async () => {
  await lab.register({ "raw-f": { retries: 0 }, "raw-heard": { triggers: [{ event: "inngest/function.failed" }] } });
  await lab.database.query(`
    create function deaf() returns trigger language plpgsql as $$ begin raise exception 'deaf'; end $$`);
  await lab.database.query(`
    create trigger deaf before insert on inngest_local.event
      for each row when (new.name = 'inngest/function.failed') execute function deaf()`);
  lab.answer = () => ({ status: 500, body: { message: "broken" } });
  await lab.send("go");
  await lab.ended("Failed");
  expect((await outputs())[0]).toContain("could be stored");
  expect(await lab.database.query("select 1 from inngest_local.queue")).toEqual([]);
  lab.answer = () => ops(complete());
  await lab.send("go");
  await expect
    .poll(async () => (await lab.runs()).map(({ status }) => status), patient)
    .toEqual(["Failed", "Completed"]);
});

test("a result nested deeper than can be written fails its run", async () => {
  const depth = 6_000;
  const data = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  lab.answer = () => ({ text: `[{"id":"${id("deep")}","op":"RunComplete","data":${data}}]` });
  await lab.send("go");
  await lab.ended("Failed");
  expect((await outputs())[0]).toContain("could not be stored");
});

test("one event ends the waits, and another the runs, of more than are looked at together", async () => {
  const count = 1_100;
  await lab.register({ "raw-f": { cancel: [{ event: "stop", if: "event.data.k == async.data.k" }] } });
  await lab.database.query(
    `insert into inngest_local.run (id, fn_id, event_id, events, ord)
     select 'r' || n, 'raw-f', 'e', array[json_build_object('name', 'go', 'data', json_build_object('k', n % 2))::text], n
       from generate_series(1, $1::int) n`,
    [count],
  );
  await lab.database.query(`
    insert into inngest_local.queue (key, kind, run_id, fn_id, step, run_at)
    select id || ':t:s', 'waitto', id, fn_id, 's', now() + interval '1 hour' from inngest_local.run`);
  await lab.database.query(`
    insert into inngest_local.wait (run_id, step, kind, name, expr)
    select id, 's', 'event', 'go on', 'event.data.k == async.data.k' from inngest_local.run`);
  lab.answer = ({ steps }) => ("s" in steps ? ops(complete()) : ops(planned("a")));
  const statuses = () =>
    lab.database.query("select status, count(*)::int as n from inngest_local.run group by 1 order by 1");
  await lab.send("stop", { k: 1 });
  await expect.poll(statuses, patient).toEqual([
    { status: "Cancelled", n: count / 2 },
    { status: "Running", n: count / 2 },
  ]);
  await lab.send("go on", { k: 0 });
  await expect.poll(statuses, patient).toEqual([
    { status: "Cancelled", n: count / 2 },
    { status: "Completed", n: count / 2 },
  ]);
});

test("many large events at once each start their run", async () => {
  const text = "x".repeat(2_500_000);
  lab.answer = ({ events }) => ops(complete((events[0] as { data: { n: number } }).data.n));
  await Promise.all(Array.from({ length: 12 }, (_, n) => lab.send("go", { n, text })));
  await expect
    .poll(async () => (await outputs()).toSorted(), patient)
    .toEqual(Array.from({ length: 12 }, (_, n) => String(n)).toSorted());
});
