// How long files take: a CSV of 200,000 people with tags, attributes and phone numbers into an empty workspace (received,
// sealed in pieces, taken in by the worker's own function), the same file again, the same people with another plan, and an
// export of 1,000,000 people. PostgreSQL runs beside it with the settings of the product, fsync and all.
//
//   npm run bench:import
//
// The last line is JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "#scripts/migrations.ts";
import { startPostgres } from "#scripts/postgres.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "200000" },
    exported: { type: "string", default: "1000000" },
    inner: { type: "boolean" },
  },
});
const rows = Number(values.rows);
const exported = Number(values.exported);

if (values.inner) await measure();
else await setUp();

async function setUp(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await migrate(postgres.url);
    const inner = [import.meta.filename, "--inner", "--rows", String(rows), "--exported", String(exported)];
    const child = spawn(process.execPath, ["--conditions=react-server", "--expose-gc", ...inner], {
      stdio: "inherit",
      env: {
        ...process.env,
        NODE_ENV: "production",
        DATABASE_URL: postgres.url,
        DATA_DIR: dataDir,
        ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
        AUTH_SECRET: "a-secret-for-benchmarks-of-at-least-32-characters",
        LOG_LEVEL: "silent",
      },
    });
    process.exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  } finally {
    await postgres.stop("immediate");
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The file, a piece at a time: it is never whole in memory, like one that comes over the wire. */
async function* file(plan: string): AsyncGenerator<Uint8Array> {
  const lines = ["Customer id,Full name,Mobile phone,Language,Time zone,Tags,Plan,City,Consent"];
  for (let index = 0; index < rows; index += 1) {
    const phone = `+49 151 ${String(20_000_000 + index).replace(/(....)(....)/, "$1 $2")}`;
    lines.push(`c-${index},Person ${index},${phone},de,Europe/Berlin,"vip, batch-${index % 50}",${plan},Berlin,yes`);
    if (lines.length < 500) continue;
    yield Buffer.from(`${lines.splice(0).join("\n")}\n`);
  }
  yield Buffer.from(`${lines.join("\n")}\n`);
}

async function measure(): Promise<void> {
  const { registerAccount } = await import("#lib/auth/accounts.ts");
  const { closeDatabase, query } = await import("#lib/db.ts");
  const { getImport, importFile, startImport } = await import("#lib/imports/imports.ts");
  const { workOnImport } = await import("#lib/imports/work.ts");
  const { streamSubscribers } = await import("#lib/subscribers/export.ts");
  const account = await registerAccount({
    email: "bench@example.com",
    password: "correct horse battery",
    name: "Bench",
  });
  const ctx = {
    workspaceId: account.workspace.id,
    actor: { type: "user" as const, userId: account.user.id },
    role: "owner" as const,
    requestId: "bench",
  };
  const memory = watchMemory();

  async function importOnce(
    customerPlan: string,
  ): Promise<{ receiveSeconds: number; importSeconds: number; peakMb: number }> {
    memory.reset();
    const begun = performance.now();
    const { id, mapping } = await importFile(ctx, file(customerPlan), { start: false });
    const received = performance.now();
    const columns = { ...mapping.columns, "Customer id": "externalId" };
    await startImport(ctx, id, { mapping: { ...mapping, columns } });
    while ((await workOnImport(ctx.workspaceId, id, 5_000)) !== "done");
    const done = await getImport(ctx, id);
    if (done.status !== "completed" || done.created + done.updated !== rows)
      throw new Error(`The import ended as ${JSON.stringify(done)}`);
    const importSeconds = (performance.now() - received) / 1000;
    return { receiveSeconds: (received - begun) / 1000, importSeconds, peakMb: memory.peakMb() };
  }

  const first = await importOnce("gold");
  print(`${rows} new people`, first);
  const again = await importOnce("gold");
  print(`${rows} known people`, again);
  const changed = await importOnce("silver");
  print(`${rows} known people with another plan`, changed);

  await query(
    `INSERT INTO subscriber (id, workspace_id, external_id, name, locale, tags, attributes, updated_at)
     SELECT uuidv7(), $1, 'x-' || n, 'Person ' || n, 'de', ARRAY['vip'], '{"plan": "gold", "city": "Berlin"}', now()
       FROM generate_series(1, $2::int) AS n`,
    [ctx.workspaceId, Math.max(0, exported - rows)],
  );
  memory.reset();
  const begun = performance.now();
  let bytes = 0;
  for await (const piece of await streamSubscribers(ctx)) bytes += piece.length;
  const out = { seconds: (performance.now() - begun) / 1000, megabytes: bytes / 1_000_000, peakMb: memory.peakMb() };
  console.log(
    `export of ${Math.max(rows, exported)} people: ${out.seconds.toFixed(1)} s, ${out.megabytes.toFixed(0)} MB, memory up to ${out.peakMb} MB`,
  );
  memory.stop();
  await closeDatabase();
  console.log(JSON.stringify({ bench: "import", rows, exported, first, again, changed, export: out }));
}

function print(
  what: string,
  { receiveSeconds, importSeconds, peakMb }: { receiveSeconds: number; importSeconds: number; peakMb: number },
): void {
  console.log(
    `${what}: received in ${receiveSeconds.toFixed(1)} s, taken in ${importSeconds.toFixed(1)} s, memory up to ${peakMb} MB`,
  );
}

/** Resident memory of this process, looked at four times a second. */
function watchMemory() {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 250);
  return {
    reset() {
      globalThis.gc?.();
      peak = process.memoryUsage.rss();
    },
    peakMb: () => Math.round(peak / 1_048_576),
    stop: () => clearInterval(timer),
  };
}
