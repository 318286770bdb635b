import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { complete, id, ops, planned, RawLab, type Reply, ran, sdk } from "./raw-app.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

/** Replies that come twice, late, empty or from something else. */
let lab: RawLab;
beforeEach(async () => {
  lab = await RawLab.start();
});
afterEach(() => lab.stop());

test("an empty reply is tried again, and fails the run after the last attempt", async () => {
  lab.answer = () => ops();
  await lab.send("go");
  await lab.ended("Failed");
  expect(lab.calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 1, 2]);
});

test("a request to be asked again is followed", async () => {
  lab.answer = () => (lab.calls.length === 1 ? ops({ id: id("d"), op: "DiscoveryRequest" }) : ops(complete()));
  await lab.send("go");
  await lab.ended("Completed");
  expect(lab.targets()).toEqual(["?", "?"]);
});

test("several finished steps in one reply are all kept, in order", async () => {
  lab.answer = ({ steps }) => (Object.keys(steps).length === 0 ? ops(ran("a"), ran("b")) : ops(complete(steps)));
  await lab.send("go");
  await lab.ended("Completed");
  expect(lab.calls.at(-1)?.steps).toEqual({ [id("a")]: { data: "a" }, [id("b")]: { data: "b" } });
});

test("parallel steps run apart, and the function is asked again once, after the last", async () => {
  lab.answer = ({ target, steps }) => {
    if (target !== "step") return ops({ id: target, op: "StepRun", data: 1 });
    return Object.keys(steps).length === 3 ? ops(complete()) : ops(planned("a"), planned("b"), planned("c"));
  };
  await lab.send("go");
  await lab.ended("Completed");
  expect(lab.targets().toSorted()).toEqual(["?", "?", id("a"), id("b"), id("c")].toSorted());
});

test("a step that is planned again after it ended, or while it runs, does not run again", async () => {
  const race = { parallelMode: "race" };
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  lab.answer = async ({ target, steps }) => {
    if (target === id("slow")) await held;
    if (target !== "step") return ops({ id: target, op: "StepRun", data: 1, opts: race } as object);
    if (id("after") in steps) {
      release();
      return id("slow") in steps ? ops(complete()) : ops(planned("fast", race), planned("slow", race));
    }
    return ops(planned("fast", race), planned("slow", race), ...(id("fast") in steps ? [planned("after", race)] : []));
  };
  await lab.send("go");
  await lab.ended("Completed");
  const steps = lab.targets().filter((target) => target !== "?");
  expect(steps.toSorted()).toEqual([id("fast"), id("slow"), id("after")].toSorted());
  expect(lab.calls.find(({ target, steps: known }) => target === "step" && id("fast") in known)?.ctx).toMatchObject({
    disable_immediate_execution: true,
  });
});

test("what ends while the function is being asked is not forgotten: it is asked again", async () => {
  const sleep = { id: id("nap"), op: "Sleep", name: "1s" };
  lab.answer = async ({ target, steps }) => {
    if (target !== "step") return ops({ id: target, op: "StepRun", data: 1 });
    if (id("nap") in steps) return ops(complete());
    if (!(id("quick") in steps)) return ops(sleep, planned("quick"));
    // Asked after the quick step, it knows nothing of the nap that ends before it answers.
    await expect
      .poll(() => lab.database.query("select 1 from inngest_local.step"), { timeout: 20_000 })
      .toHaveLength(2);
    return ops(sleep);
  };
  await lab.send("go");
  await lab.ended("Completed");
  expect(lab.targets()).toEqual(["?", id("quick"), "?", "?"]);
  expect(lab.calls.at(-1)?.ctx.attempt).toBe(0);
});

test("a checkpoint is stored once, counts attempts anew, and is refused from a call that was taken over", async () => {
  lab.answer = async ({ ctx, steps }) => {
    if (lab.calls.length === 1) return { status: 500, body: { message: "first" } };
    if (lab.calls.length > 2) return ops(complete(steps));
    const step = { qi_id: ctx.qi_id, generation_id: ctx.generation_id, steps: [ran("a")] };
    const path = `/v1/checkpoint/${ctx.run_id}/async`;
    const statuses = [
      (await lab.post(path, step)).status,
      (await lab.post(path, step)).status,
      (await lab.post(path, { ...step, generation_id: ctx.generation_id - 1, steps: [ran("late")] })).status,
      (await lab.post(path, { ...step, qi_id: "1000000", steps: [ran("late")] })).status,
      (await lab.post(path, { ...step, qi_id: "x" })).status,
    ];
    return { body: [{ id: id("b"), op: "StepError", error: { message: JSON.stringify(statuses) } }] };
  };
  await lab.send("go");
  await lab.ended("Completed");
  expect(lab.calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 1, 1]);
  expect(lab.calls.at(-1)?.steps).toEqual({ [id("a")]: { data: "a" } });
  const [row] = await lab.database.query("select count(*)::int as n from inngest_local.step");
  expect(row).toEqual({ n: 1 });
});

test("the reply to a call that another server took over changes nothing", async () => {
  lab.answer = async () => {
    if (lab.calls.length > 1) return ops(complete("second"));
    await lab.database.query("update inngest_local.queue set worker = null, run_at = now() + interval '300 ms'");
    return ops(complete("first"));
  };
  await lab.send("go");
  await lab.ended("Completed");
  expect(await lab.runs()).toEqual([{ status: "Completed", output: '"second"' }]);
});

test("the reply to a call of a run that was cancelled meanwhile changes nothing", async () => {
  lab.answer = async ({ ctx }) => {
    await fetch(new URL(`/v1/runs/${ctx.run_id}`, lab.server.url), { method: "DELETE" });
    return ops(planned("a"), planned("b"));
  };
  await lab.send("go");
  await lab.ended("Cancelled");
  expect(await lab.database.query("select 1 from inngest_local.queue")).toEqual([]);
  expect(lab.calls).toHaveLength(1);
});

test("an answer that does not come from the SDK is never a result, and uses up no attempt", async () => {
  const strange: Reply[] = [
    { status: 200, body: "welcome", headers: { "content-type": "text/html" } },
    { status: 404, body: "not found", headers: {} },
    { status: 502, body: "bad gateway", headers: {} },
  ];
  lab.answer = () => strange.shift() ?? ops(complete());
  await lab.send("go");
  await lab.ended("Completed");
  expect(lab.calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 0, 0, 0]);
});

test("a retry comes when the app asks for it: seconds, at least one", async () => {
  const asked = ["1.5", "0", new Date(Date.now() - 60_000).toISOString()];
  const at: number[] = [];
  lab.answer = () => {
    at.push(Date.now());
    const retryAfter = asked.shift();
    const headers = { ...sdk, "x-inngest-no-retry": "false", "retry-after": retryAfter ?? "" };
    return retryAfter ? { status: 500, body: { message: "later" }, headers } : ops(complete());
  };
  await lab.send("go");
  await lab.ended("Failed");
  const [first = 0, second = 0, third = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(1_490);
  expect(third - second).toBeGreaterThanOrEqual(990);
});

test("a request that is sent again with the same seed stores its events once", async () => {
  lab.answer = () => ops(complete());
  const headers = { "x-inngest-event-id-seed": `${Date.now()},${Buffer.from(randomUUID()).toString("base64")}` };
  const body = JSON.stringify([{ name: "go" }, { name: "other" }]);
  const answers = [];
  for (let tries = 0; tries < 3; tries++) {
    answers.push(await (await fetch(new URL("/e/any", lab.server.url), { method: "POST", body, headers })).json());
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  await lab.ended("Completed");
  expect(await lab.database.query("select name from inngest_local.event where name !~ 'inngest' order by id")).toEqual([
    { name: "go" },
    { name: "other" },
  ]);
});

test("a run with more than 1,000 steps fails and says so", async () => {
  lab.answer = () => ops(...Array.from({ length: 1_001 }, (_, index) => ran(`step ${index}`)));
  await lab.send("go");
  await lab.ended("Failed");
  expect((await lab.runs())[0]?.output).toContain("1000 steps");
});

test("a call that is cut, or that a proxy gives up on after a while, uses up an attempt", async () => {
  lab.answer = async () => {
    if (lab.calls.length === 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return "cut";
    }
    await new Promise((resolve) => setTimeout(resolve, 5_200));
    return { status: 504, body: "<html>gateway timeout</html>", headers: { "content-type": "text/html" } };
  };
  await lab.send("go");
  await lab.ended("Failed");
  expect(lab.calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 1, 2]);
  expect((await lab.runs())[0]?.output).toContain("504");
});

test("a run goes on with the function as it is registered now, and fails when it is registered no more", async () => {
  const nap = { id: id("nap"), op: "Sleep", name: "1s" };
  lab.answer = ({ steps, ctx }) =>
    id("nap") in steps ? { status: 500, body: { message: `${ctx.attempt}` } } : ops(nap);
  await lab.send("go");
  await expect.poll(() => lab.database.query("select 1 from inngest_local.queue where kind = 'sleep'")).toHaveLength(1);
  await lab.register({ "raw-f": { retries: 0 } });
  await lab.ended("Failed");
  expect(lab.calls.map(({ ctx }) => ctx.attempt)).toEqual([0, 0]);

  lab.calls.length = 0;
  await lab.send("go");
  await expect.poll(() => lab.database.query("select 1 from inngest_local.queue where kind = 'sleep'")).toHaveLength(1);
  await lab.register({ "raw-other": {} });
  await expect
    .poll(async () => (await lab.runs())[1], { timeout: 20_000 })
    .toMatchObject({
      status: "Failed",
      output: expect.stringContaining("raw-f is no longer registered"),
    });
  expect(lab.calls).toHaveLength(1);
});

test("an app that comes back after an hour finds its runs waiting; after a day they have failed", async () => {
  lab.answer = () => ({ status: 502, body: "<html>bad gateway</html>", headers: { "content-type": "text/html" } });
  await lab.send("go");
  const since = (ago: string) =>
    lab.database.query(
      `update inngest_local.queue set t0 = now() - interval '${ago}' where t0 is not null returning 1`,
    );
  await expect.poll(() => since("1 hour"), { timeout: 10_000 }).toHaveLength(1);
  lab.answer = () => ops(complete());
  await lab.ended("Completed");
  expect(new Set(lab.calls.map(({ ctx }) => ctx.attempt))).toEqual(new Set([0]));

  lab.answer = () => ({ status: 502, body: "<html>bad gateway</html>", headers: { "content-type": "text/html" } });
  await lab.send("go");
  await expect.poll(() => since("25 hours"), { timeout: 10_000 }).toHaveLength(1);
  await expect.poll(async () => (await lab.runs())[1]?.status, { timeout: 20_000 }).toBe("Failed");
});
