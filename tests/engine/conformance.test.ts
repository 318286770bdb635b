import type { InngestFunction } from "inngest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Check, Lab, LabOptions } from "./lab.ts";
import { startLab } from "./lab.ts";
import "./scenarios/flow-control.ts";
import "./scenarios/refusals.ts";
import "./scenarios/runs.ts";
import "./scenarios/steps.ts";
import "./scenarios/waits.ts";
import { scenarios } from "./scenarios/scenario.ts";

const variants: [string, LabOptions][] = process.env.INNGEST_TEST_URL
  ? [
      ["a server of INNGEST_TEST_URL", {}],
      ["a server of INNGEST_TEST_URL, without checkpoints by the SDK", { sdkCheckpoint: false }],
    ]
  : [
      ["a server in dev mode", {}],
      ["a server with signed calls and keys", { signed: true }],
      ["a server that declines checkpoints", { checkpoint: false }],
      ["an SDK that makes no checkpoints", { sdkCheckpoint: false }],
      ["two servers on one database", { servers: 2 }],
    ];

describe.each(variants)("%s", (name, options) => {
  const mine = scenarios.filter(({ once }) => !once || name === variants[0]?.[0]);
  let lab: Lab;
  let outcomes: Promise<unknown>[] = [];

  beforeAll(async () => {
    const checks: Check[] = [];
    lab = await startLab((client, notebook) => {
      const functions: InngestFunction.Any[] = [];
      for (const { define } of mine) checks.push(define({ client, notebook, add: (fn) => functions.push(fn) }));
      return functions;
    }, options);
    // All at once: most of a scenario is waiting.
    outcomes = checks.map((check) =>
      check(lab).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
  }, 30_000);

  afterAll(async () => {
    await lab?.stop();
  }, 30_000);

  test.each(mine.map(({ promise }, index) => [promise, index] as const))(
    "%s",
    async (_promise, index) => {
      const failure = await outcomes[index];
      if (failure) throw failure;
    },
    90_000,
  );

  test.skipIf(process.env.INNGEST_TEST_URL)("no run was ever left without a way to go on", async () => {
    const stuck = `select r.id from inngest_local.run r where r.status = 'Running'
      and not exists (select 1 from inngest_local.queue q where q.run_id = r.id and q.kind <> 'timeout')`;
    expect(await lab.database?.query(stuck)).toEqual([]);
    expect(lab.logs.lines.filter(({ event }) => /stuck|set_aside|_failed$/.test(event))).toEqual([]);
  });
});
