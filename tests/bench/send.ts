// How fast a campaign goes out, with the whole ledger kept: subscriptions in PostgreSQL → ledger → encrypt → POST over
// TLS → outcome stored → counters. In the same run, against the same push service: a plain loop over `web-push` with a
// keep-alive agent and 100 in flight and no database (the peer), and our own encryption and POST with no database (the
// limit). PostgreSQL and the push service run beside it in processes of their own.
//
//   npm run bench:send -- --recipients 100000
//
// The last line is JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import webpush from "web-push";
import { migrate } from "#scripts/migrations.ts";
import { startPostgres } from "#scripts/postgres.ts";

const { values } = parseArgs({
  options: {
    recipients: { type: "string", default: "100000" },
    peer: { type: "string", default: "10000" },
    inner: { type: "boolean" },
  },
});
const recipients = Number(values.recipients);
const peerMessages = Math.min(recipients, Number(values.peer));

if (values.inner) await measure();
else await setUp();

/** Starts PostgreSQL and the push service, then measures in a process that trusts the service's authority. */
async function setUp(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "pushpilot-bench-"));
  const postgres = await startPostgres({ dataDir, volatile: true });
  const service = spawn(process.execPath, ["tests/support/push-service.ts", "--record", "numbers"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await migrate(postgres.url);
    const info: { host: string; caPath: string; origin: string } = JSON.parse(await firstLine(service.stdout));
    const child = spawn(
      process.execPath,
      [
        "--conditions=react-server",
        "--expose-gc",
        import.meta.filename,
        "--inner",
        "--recipients",
        String(recipients),
        "--peer",
        String(peerMessages),
      ],
      {
        stdio: "inherit",
        env: {
          ...process.env,
          NODE_ENV: "production",
          DATABASE_URL: postgres.url,
          NODE_EXTRA_CA_CERTS: info.caPath,
          EXTRA_PUSH_HOSTS: info.host,
          PUSH_ORIGIN: info.origin,
          ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
          AUTH_SECRET: "only for this bench, never for people",
          INNGEST_DEV: "http://127.0.0.1:1",
          LOG_LEVEL: "error",
        },
      },
    );
    process.exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  } finally {
    service.kill();
    await postgres.stop("immediate");
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => createInterface({ input: stream }).once("line", resolve));
}

interface Figures {
  perSecond: number;
  cpuUsPerMessage: number;
}

/** Runs `work` and tells its rate, the CPU of this process per message, and the highest resident memory. */
async function timed(messages: number, work: () => Promise<void>): Promise<Figures & { peakRssMb: number }> {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  return {
    perSecond: Math.round(messages / seconds),
    cpuUsPerMessage: Math.round((user + system) / messages),
    peakRssMb: Math.round(peak / 1_048_576),
  };
}

/** Keeps `limit` of the jobs going until all are done. */
async function inFlight(count: number, limit: number, job: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}

async function measure(): Promise<void> {
  const { seedAudience } = await import("#tests/bench/seed.ts");
  const { runCampaign } = await import("#tests/bench/run-campaign.ts");
  const { webPush } = await import("#lib/channels/web-push/web-push.ts");
  const origin = process.env.PUSH_ORIGIN ?? "";

  const audience = await seedAudience({ recipients, endpoint: (index) => `${origin}/push/${index}` });
  console.log(`${recipients} subscriptions in PostgreSQL`);

  const agent = new https.Agent({ keepAlive: true, maxSockets: 100 });
  const { vapid } = audience;
  const peer = await timed(peerMessages, () =>
    inFlight(peerMessages, 100, (index) =>
      webpush.sendNotification({ endpoint: `${origin}/push/${index}`, keys: audience.keys(index) }, audience.payload, {
        agent,
        TTL: 86_400,
        vapidDetails: { subject: vapid.subject, publicKey: vapid.publicKey, privateKey: vapid.privateKey },
      }),
    ),
  );
  console.log(`web-push, 100 in flight, no database: ${peer.perSecond}/s, ${peer.cpuUsPerMessage} µs CPU a message`);

  const limitMessages = Math.min(recipients, 20_000);
  const limit = await timed(limitMessages, () =>
    inFlight(limitMessages, webPush.maxInFlight, (index) =>
      webPush.send({
        id: String(index),
        endpoint: `${origin}/push/${index}`,
        ...audience.keys(index),
        payload: audience.payload,
        ttlSeconds: 86_400,
        urgency: "normal",
        topic: undefined,
        attempts: 0,
        expiresAt: new Date(Date.now() + 3_600_000),
        vapid,
      }),
    ),
  );
  console.log(`our encryption and POST, no database: ${limit.perSecond}/s, ${limit.cpuUsPerMessage} µs CPU a message`);

  const ours = await timed(recipients, () => runCampaign(audience));
  console.log(
    `a campaign, whole ledger kept: ${ours.perSecond}/s, ${ours.cpuUsPerMessage} µs CPU a message, ${ours.peakRssMb} MB at most`,
  );
  const sent = await audience.sent();
  if (sent !== recipients) throw new Error(`Only ${sent} of ${recipients} messages are sent in the ledger.`);
  console.log(
    JSON.stringify({
      bench: "send",
      recipients,
      ...ours,
      ratioWebPush: Number((ours.perSecond / peer.perSecond).toFixed(2)),
      ratioLimit: Number((ours.perSecond / limit.perSecond).toFixed(2)),
      ratioCpuWebPush: Number((ours.cpuUsPerMessage / peer.cpuUsPerMessage).toFixed(2)),
      webPush: peer.perSecond,
      limit: limit.perSecond,
    }),
  );
  process.exit(0);
}
