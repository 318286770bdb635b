// How fast a campaign goes out, with the whole ledger kept: subscriptions in PostgreSQL → ledger → encrypt → POST over
// TLS → outcome stored → counters. In the same run, against the same push service: a plain loop over `web-push` with a
// keep-alive agent and 100 in flight and no database (the peer), and our own encryption and POST with no database (the
// limit). PostgreSQL, the push service and each of the measurements are processes of their own on this machine.
//
//   npm run bench:send -- --recipients 100000 [--delay 50] [--volatile]
//
// `--delay`: milliseconds that the push service takes to answer. `--volatile`: PostgreSQL without fsync, as for tests.
// The last line is JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { migrate } from "#scripts/migrations.ts";
import { startPostgres } from "#scripts/postgres.ts";
import { workerFlags } from "#scripts/worker-flags.ts";
import { cpuPerUnit, cpuSeconds } from "./cpu.ts";

const { values } = parseArgs({
  options: {
    recipients: { type: "string", default: "100000" },
    peer: { type: "string", default: "10000" },
    limit: { type: "string", default: "30000" },
    delay: { type: "string", default: "0" },
    volatile: { type: "boolean", default: false },
  },
});
const recipients = Number(values.recipients);
const delayMs = Number(values.delay);

/** What a measurement prints. CPU: of its own process, all threads. */
interface Figures {
  perSecond: number;
  cpuUsPerMessage: number;
  peakRssMb: number;
  seconds: number;
}

interface Measured extends Figures {
  postgresUsPerMessage: number;
  serviceUsPerMessage: number;
}

const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
const postgres = await startPostgres({ dataDir, volatile: values.volatile });
const service = spawn(process.execPath, ["tests/support/push-service.ts", "--record", "numbers"], {
  stdio: ["pipe", "pipe", "ignore"],
});
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    service.kill();
    void postgres.stop("immediate").finally(() => process.exit(1));
  });
try {
  await migrate(postgres.url);
  const info: { host: string; caPath: string; origin: string; controlUrl: string; pid: number } = JSON.parse(
    await firstLine(service.stdout),
  );
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    DATABASE_URL: postgres.url,
    NODE_EXTRA_CA_CERTS: info.caPath,
    EXTRA_PUSH_HOSTS: info.host,
    PUSH_ORIGIN: info.origin,
    AUDIENCE_FILE: join(dataDir, "audience.json"),
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
    AUTH_SECRET: "only for this bench, never for people",
    INNGEST_DEV: "http://127.0.0.1:1",
    LOG_LEVEL: "error",
  };
  const cpu = () => cpuSeconds({ postgres: postgres.pid, service: info.pid });
  /** Runs one measurement in a process of its own, and counts what PostgreSQL and the push service spend meanwhile. */
  const measure = async (phase: string, messages: number): Promise<Measured> => {
    const before = cpu();
    const figures = await runPhase(phase, messages, environment);
    const after = cpu();
    const { postgres: postgresUsPerMessage = 0, service: serviceUsPerMessage = 0 } = cpuPerUnit(
      before,
      after,
      messages,
    );
    return { ...figures, postgresUsPerMessage, serviceUsPerMessage };
  };

  const seeded = await measure("seed", recipients);
  console.log(`${recipients} subscriptions in PostgreSQL after ${seeded.seconds} s`);
  if (delayMs > 0)
    await fetch(`${info.controlUrl}/scripts`, { method: "POST", body: JSON.stringify({ answer: { delayMs } }) });
  const peer = await measure("peer", Number(values.peer));
  tell("web-push, 100 in flight, no database", peer);
  const limit = await measure("limit", Number(values.limit));
  tell("our encryption and POST, no database", limit);
  const ours = await measure("campaign", recipients);
  tell("a campaign, whole ledger kept", ours);
  const ratio = (a: number, b: number) => Number((a / b).toFixed(2));
  console.log(
    JSON.stringify({
      bench: "send",
      recipients,
      delayMs,
      ...ours,
      ratioWebPush: ratio(ours.perSecond, peer.perSecond),
      ratioLimit: ratio(ours.perSecond, limit.perSecond),
      ratioCpuWebPush: ratio(ours.cpuUsPerMessage, peer.cpuUsPerMessage),
      webPushPerSecond: peer.perSecond,
      webPushCpuUsPerMessage: peer.cpuUsPerMessage,
      limitPerSecond: limit.perSecond,
      limitCpuUsPerMessage: limit.cpuUsPerMessage,
    }),
  );
} finally {
  service.kill();
  await postgres.stop("immediate");
  rmSync(dataDir, { recursive: true, force: true });
}

function tell(what: string, figures: Measured): void {
  const { perSecond, cpuUsPerMessage, postgresUsPerMessage, serviceUsPerMessage, peakRssMb } = figures;
  console.log(
    `${what}: ${perSecond}/s; CPU a message: ${cpuUsPerMessage} µs, PostgreSQL ${postgresUsPerMessage} µs, push service ${serviceUsPerMessage} µs; ${peakRssMb} MB at most`,
  );
}

async function runPhase(phase: string, messages: number, env: NodeJS.ProcessEnv): Promise<Figures> {
  const flags = [
    ...(phase === "peer" ? [] : workerFlags),
    ...(process.env.BENCH_NODE_FLAGS ?? "").split(" ").filter(Boolean),
  ];
  const script = join(import.meta.dirname, "send-phase.ts");
  const child = spawn(process.execPath, ["--conditions=react-server", ...flags, script, phase, String(messages)], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  const [line, code] = await Promise.all([
    firstLine(child.stdout),
    new Promise<number | null>((resolve) => child.once("exit", resolve)),
  ]);
  if (code !== 0) throw new Error(`${phase} ended with ${code}`);
  return JSON.parse(line);
}

/** Empty when the stream ends without one. */
function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stream });
  return new Promise((resolve) => lines.once("line", resolve).once("close", () => resolve("")));
}
