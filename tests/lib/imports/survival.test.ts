import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { query } from "#lib/db.ts";
import { getImport, startImport } from "#lib/imports/imports.ts";
import { nudgeForgottenImports } from "#lib/imports/nudge.ts";
import { workOnImport } from "#lib/imports/work.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { upload } from "#tests/support/imports.ts";

const worker = join(import.meta.dirname, "../../support/import-worker.ts");

/** Starts a worker process and kills it without warning once it has taken in some chunks more. */
async function workAndKill(workspaceId: string, importId: string): Promise<void> {
  const before = await chunksDone(importId);
  const child = spawn(process.execPath, ["--conditions=react-server", worker, workspaceId, importId], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  while ((await chunksDone(importId)) < before + 2 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGKILL");
  await ended;
}

async function chunksDone(importId: string): Promise<number> {
  const [row] = await query<{ next_chunk: number }>("SELECT next_chunk FROM import WHERE id = $1", [importId]);
  return row?.next_chunk ?? 0;
}

test("an import survives workers that are killed: everybody once, every row counted once", async () => {
  const { ctx } = await newAccount();
  const rows = Array.from(
    { length: 15_000 },
    (_, index) => `c-${index},Person ${index}${index % 5_000 === 0 ? ",extra" : ""}`,
  );
  const { id } = await upload(ctx, `external id,name\n${rows.join("\n")}\n`);
  await startImport(ctx, id, {});
  for (let kill = 0; kill < 3; kill++) await workAndKill(ctx.workspaceId, id);
  expect((await getImport(ctx, id)).status).toBe("running");
  const states = await Promise.all([1, 2].map(() => workOnImport(ctx.workspaceId, id, 60_000)));
  expect(states).toContain("done");
  expect(await getImport(ctx, id)).toMatchObject({
    status: "completed",
    rowsDone: 15_000,
    created: 14_997,
    failed: 3,
    updated: 0,
    duplicates: 0,
  });
  const [count] = await query<{ count: number }>(
    "SELECT count(*)::int AS count FROM subscriber WHERE workspace_id = $1",
    [ctx.workspaceId],
  );
  expect(count?.count).toBe(14_997);
}, 60_000);

test("the sweep tells the queue again of an import that nobody works on", async () => {
  const { ctx } = await newAccount();
  const { id } = await upload(ctx, "external id\nc-1\n");
  await startImport(ctx, id, {});
  // Starting one does not wait for its own nudge, which may come after this says that the last was long ago.
  await vi.waitFor(async () => {
    await query(
      "UPDATE import SET nudged_at = now() - interval '1 minute', updated_at = now() - interval '1 minute' WHERE id = $1",
      [id],
    );
    expect(await nudgeForgottenImports()).toBe(1);
  }, 20_000);
}, 30_000);
