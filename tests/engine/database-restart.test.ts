import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { startInngestServer } from "#inngest/local/server.ts";
import { startPostgres } from "#scripts/postgres.ts";
import { LogBook, Notebook, startApp } from "./lab.ts";

vi.setConfig({ testTimeout: 90_000 });

const keyOf = (event: { data?: unknown }) => (event.data as { key: string }).key;

test("runs go on after PostgreSQL was stopped at once and started again: none lost, steps repeat only in flight", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-restart-"));
  const first = await startPostgres({ dataDir });
  const notebook = new Notebook();
  const logs = new LogBook();
  const app = await startApp();
  const server = await startInngestServer({
    databaseUrl: first.url,
    port: 0,
    dev: true,
    retryMs: 200,
    apps: [app.url],
    log: logs.log,
  });
  const client = app.serve(server.url, (inngest) => [
    inngest.createFunction({ id: "ten", retries: 4, triggers: [{ event: "ten/go" }] }, async ({ event, step }) => {
      for (let index = 0; index < 10; index++) {
        await step.run(`step ${index}`, async () => {
          notebook.note(keyOf(event), index);
          await delay(50);
        });
      }
      await step.sleep("a while", "2s");
      notebook.note("ended", keyOf(event));
    }),
  ]);
  await vi.waitUntil(() => logs.count("app_registered") > 0, { timeout: 20_000 });
  const keys = Array.from({ length: 20 }, (_, n) => `run ${n}`);
  await client.send(keys.map((key) => ({ name: "ten/go", data: { key } })));
  await vi.waitUntil(() => keys.flatMap((key) => notebook.of(key)).length > 30, { timeout: 30_000, interval: 5 });

  await first.stop("immediate");
  await delay(1_500);
  const downAt = Date.now();
  const second = await startPostgres({ dataDir, port: first.port });
  expect(second.port).toBe(first.port);
  const backMs = Date.now() - downAt;

  await notebook.until("ended", 20, 60_000);
  expect(new Set(notebook.of("ended"))).toEqual(new Set(keys));
  const ran = keys.map((key) => notebook.of(key));
  for (const steps of ran) expect(new Set(steps).size).toBe(10);
  const again = ran.flat().length - 200;
  // A step whose end could not be stored runs once more, and the SDK tries a failed report by itself.
  expect(again).toBeLessThanOrEqual(40);
  expect(logs.lines.filter(({ event }) => /stuck|set_aside/.test(event))).toEqual([]);
  console.log(JSON.stringify({ database_restart: { runs: 20, steps_again: again, back_ms: backMs } }));
  await server.stop();
  await app.stop();
  await second.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
