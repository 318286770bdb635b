import { expect } from "vitest";
import { scenario } from "./scenario.ts";

/** What is not accepted. */

scenario("events that are not well formed are refused", () => async (lab) => {
  const refused = [
    {},
    { name: "" },
    { name: "a", data: [] },
    { name: "a", data: "x" },
    { name: "InNgest/x" },
    { name: "a", ts: 5 },
  ];
  for (const event of refused) {
    const answer = await lab.api("/e/test-event-key", { method: "POST", body: JSON.stringify(event) });
    expect([answer.status, await answer.json()]).toEqual([400, { ids: [""], status: 400, error: expect.any(String) }]);
  }
});

scenario("registrations that ask for what no server does are refused", () => async (lab) => {
  const url = "http://127.0.0.1:1/api/inngest?fnId=refused-f&stepId=step";
  const good = {
    id: "refused-f",
    name: "f",
    triggers: [{ event: "refused/go" }],
    steps: { step: { id: "step", name: "step", runtime: { type: "http", url }, retries: { attempts: 1 } } },
  };
  const batchEvents = { maxSize: 2, timeout: "5s" };
  const refused = [
    { triggers: [] },
    { triggers: [{ event: "a", expression: "event.data ==" }] },
    { triggers: [{ cron: "@hourly" }] },
    { triggers: [{ cron: "* * * * 7" }] },
    { triggers: [{ cron: "TZ=No/Where * * * * *" }] },
    { concurrency: [{ limit: 1 }, { limit: 2 }, { limit: 3 }] },
    { concurrency: [{ limit: 1, scope: "account" }] },
    { cancel: Array(6).fill({ event: "a" }) },
    { debounce: { period: "500ms" } },
    { debounce: { period: "8d" } },
    { rateLimit: { limit: 1, period: "25h" } },
    { batchEvents, debounce: { period: "5s" } },
    { batchEvents, cancel: [{ event: "a" }] },
  ];
  for (const change of refused) {
    const registration = {
      url: "http://127.0.0.1:1/api/inngest",
      deployType: "ping",
      framework: "nodejs",
      appName: "refused",
      sdk: "js:v4.24.0",
      v: "0.1",
      functions: [{ ...good, ...change }],
    };
    const answer = await lab.api("/fn/register", { method: "POST", body: JSON.stringify(registration) });
    expect([change, answer.status]).toEqual([change, 400]);
  }
});
