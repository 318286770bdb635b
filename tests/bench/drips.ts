// What a step of a drip costs with a million people inside: moving on those who are due – their messages written into the
// ledger, places and counters moved – in SQL pages, and finding out that nobody is. PostgreSQL runs beside it.
//
//   npm run bench:drips -- --enrolled 1000000
//
// Beside it, in the same run and on the same rows: the bare UPDATE of as many enrollments by key, without ledger and
// counters (the limit). The last line is JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "#scripts/migrations.ts";
import { startPostgres } from "#scripts/postgres.ts";

const { values } = parseArgs({
  options: { enrolled: { type: "string", default: "1000000" }, inner: { type: "boolean" } },
});
const enrolled = Number(values.enrolled);
/** Of the million, those whose step is due at one moment. */
const due = Math.min(10_000, enrolled);

if (values.inner) await measure();
else await setUp();

async function setUp(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
  const postgres = await startPostgres({ dataDir, volatile: true });
  try {
    await migrate(postgres.url);
    const child = spawn(
      process.execPath,
      ["--conditions=react-server", import.meta.filename, "--inner", "--enrolled", String(enrolled)],
      {
        stdio: "inherit",
        env: {
          ...process.env,
          NODE_ENV: "production",
          DATABASE_URL: postgres.url,
          ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
          AUTH_SECRET: "only for this bench, never for people",
          INNGEST_DEV: "http://127.0.0.1:1",
          LOG_LEVEL: "silent",
        },
      },
    );
    process.exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  } finally {
    await postgres.stop("immediate");
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(): Promise<void> {
  const { query } = await import("#lib/db.ts");
  const { advanceDrips } = await import("#lib/drips/advance.ts");
  const { seedDrip } = await import("#tests/support/drip-audience.ts");
  const { campaignId } = await seedDrip(enrolled);
  console.log(`${enrolled} people inside a drip of three steps`);

  const idle = await timed(async () => void (await advanceDrips()));
  console.log(`finding out that nobody is due: ${idle.toFixed(1)} ms`);

  const makeDue = (count: number) =>
    query(
      `UPDATE enrollment SET next_at = now() WHERE id IN (SELECT id FROM enrollment WHERE campaign_id = $1 AND status = 'active' AND position = 0 ORDER BY md5(id::text) LIMIT $2)`,
      [campaignId, count],
    );
  await makeDue(due);
  await query("VACUUM ANALYZE enrollment");
  const some = await timed(async () => expectMoved(await advanceDrips(600_000), due));
  console.log(`a step for ${due} of them: ${some.toFixed(0)} ms, ${((some / due) * 1000).toFixed(0)} µs each`);

  const bare = await timed(async () => {
    await query(
      `UPDATE enrollment e SET next_at = next_at + interval '1 second' FROM (SELECT id FROM enrollment WHERE campaign_id = $1 AND position = 0 LIMIT $2) AS few WHERE e.id = few.id`,
      [campaignId, due],
    );
  });
  await query("UPDATE enrollment SET next_at = now() WHERE campaign_id = $1 AND position = 0", [campaignId]);
  await query("VACUUM ANALYZE enrollment");
  const rest = enrolled - due;
  const all = await timed(async () => expectMoved(await advanceDrips(600_000), rest));
  console.log(
    `a step for the other ${rest}: ${(all / 1000).toFixed(1)} s, ${((all / rest) * 1000).toFixed(0)} µs each, ${Math.round(rest / (all / 1000))}/s`,
  );
  const [ledger] = await query<{ count: number }>("SELECT count(*)::int AS count FROM message");
  if (ledger?.count !== enrolled) throw new Error(`${ledger?.count} messages for ${enrolled} people`);
  console.log(
    JSON.stringify({
      bench: "drips",
      enrolled,
      idleMs: round(idle),
      dueOf: due,
      usEachOfFew: Math.round((some / due) * 1000),
      usEachOfAll: Math.round((all / Math.max(1, rest)) * 1000),
      perSecond: Math.round(rest / (all / 1000)),
      bareUpdateUsEach: Math.round((bare / due) * 1000),
    }),
  );
  process.exit(0);
}

function expectMoved(moved: number, expected: number): void {
  if (moved !== expected) throw new Error(`${moved} moved, ${expected} were due`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
