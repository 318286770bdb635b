import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { Together } from "#lib/together.ts";

test("what is asked for during a round shares the next, and each caller gets its own answer", async () => {
  const rounds: number[][] = [];
  const together = new Together<number, number>(async (inputs) => {
    rounds.push(inputs);
    await delay(5);
    return inputs.map((n) => n * 2);
  });
  const answers = await Promise.all([1, 2, 3, 4].map((n) => together.do(n)));
  expect(answers).toEqual([2, 4, 6, 8]);
  expect(rounds).toEqual([[1], [2, 3, 4]]);
  expect(await together.do(5)).toBe(10);
});

test("a call that cannot be done fails alone, and those beside it are done", async () => {
  const together = new Together<number, number>(async (inputs) => {
    await delay(1);
    if (inputs.includes(13)) throw new RangeError("13");
    return inputs;
  });
  const answers = await Promise.allSettled([1, 2, 13, 4].map((n) => together.do(n)));
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
});

test("when the database is away nobody waits for it a second time", async () => {
  let rounds = 0;
  const together = new Together<number, number>(async () => {
    rounds++;
    await delay(1);
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  });
  const answers = await Promise.allSettled([1, 2, 3, 4].map((n) => together.do(n)));
  expect(answers.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  expect(rounds).toBe(2);
});
