import { describe, expect, test } from "vitest";
import { functions } from "#inngest/functions.ts";

/**
 * Inngest ends a run at its thousandth step. Whatever the audience or the age of a campaign, ours stay far below: who needs
 * more tells itself again. Here each function gets the answers of work that never ends.
 */
const endless: Record<string, (step: string) => unknown> = {
  "send-run": (step) =>
    step === "look" ? new Date(0).toISOString() : step.startsWith("ledger-") ? "away" : /* begin */ "more",
  deliver: () => ({ next: "at", at: new Date(0).toISOString() }),
  "import-subscribers": () => "away",
  "poll-feed": () => "fetched",
  sweep: () => 1_000,
};

type Handler = (context: object) => unknown;

/** What a function did, step by step, when its steps answer as `answer` says. */
async function stepsOf(handler: Handler, answer: (step: string) => unknown): Promise<string[]> {
  const steps: string[] = [];
  const note = async (id: string) => void steps.push(id);
  const step = {
    run: async (id: string) => {
      steps.push(id);
      return answer(id);
    },
    sleep: note,
    sleepUntil: note,
    sendEvent: (id: string) => note(`send ${id}`),
  };
  await handler({ event: { id: "event", data: { workspaceId: "w", runId: "r", importId: "i", feedId: "f" } }, step });
  return steps;
}

describe("a run of a durable function ends before its thousandth step", () => {
  test.each(functions.map((each) => [each.id(), each] as const))("%s", async (name, each) => {
    const answer = endless[name];
    if (!answer) throw new Error(`${name}: say here what its steps answer when its work never ends`);
    const steps = await stepsOf(Reflect.get(each, "fn"), answer);
    expect(steps.length).toBeLessThan(1_000);
    expect(new Set(steps).size).toBe(steps.length);
    // What was cut off is told again.
    if (steps.length > 10) expect(steps.at(-1)).toBe("send go-on");
  });
});
