/**
 * How fast one process encrypts and posts web push messages, beside a loop over `web-push`. No database.
 *
 *   node --conditions=react-server tests/bench/web-push.ts [--messages 20000] [--in-flight 100] [--rounds 3] [--threads 1]
 *
 * The push service is a process of its own on this machine. CPU is this process's, all threads; the best of the rounds
 * counts for each side, because other work on the machine only ever slows a round down.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import webPushPackage from "web-push";
import { buildPayload, topicOf } from "#lib/channels/web-push/payload.ts";
import { generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import { WebPush } from "#lib/channels/web-push/web-push.ts";
import type { WebPushMessage } from "#lib/channels/web-push/web-push-message.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "20000" },
    "in-flight": { type: "string", default: "100" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string" },
  },
});
const count = Number(values.messages);
const inFlight = Number(values["in-flight"]);
const rounds = Number(values.rounds);

interface Figures {
  perSecond: number;
  cpuUsPerMessage: number;
}

const service = await startService();
const messages = makeMessages(service.origin, 5_000);
try {
  const webPush = new WebPush({
    settings: { extraPushHosts: [service.host], allow: [] },
    ...(values.threads !== undefined && { encryptionThreads: Number(values.threads) }),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const ours: Figures[] = [];
  const theirs: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure((message) => sendOurs(webPush, message), count));
    theirs.push(await measure((message) => sendTheirs(agent, message), Math.ceil(count / 4)));
    console.log(`round ${round + 1}: ours ${text(ours.at(-1))}, web-push ${text(theirs.at(-1))}`);
  }
  webPush.close();
  agent.destroy();
  const [our, their] = [best(ours), best(theirs)];
  console.log(
    JSON.stringify({
      bench: "web-push",
      messages: count,
      inFlight,
      perSecond: our.perSecond,
      cpuUsPerMessage: our.cpuUsPerMessage,
      webPushPerSecond: their.perSecond,
      webPushCpuUsPerMessage: their.cpuUsPerMessage,
      ratioWebPush: round2(our.perSecond / their.perSecond),
      cpuRatioWebPush: round2(our.cpuUsPerMessage / their.cpuUsPerMessage),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
} finally {
  service.process.kill();
}

async function sendOurs(webPush: WebPush, message: WebPushMessage): Promise<void> {
  const outcome = await webPush.send(message);
  if (outcome.kind !== "sent") throw new Error(`not sent: ${JSON.stringify(outcome)}`);
}

async function sendTheirs(
  agent: Agent,
  { endpoint, p256dh, auth, payload, vapid, topic }: WebPushMessage,
): Promise<void> {
  await webPushPackage.sendNotification({ endpoint, keys: { p256dh, auth } }, payload, {
    agent,
    TTL: 86_400,
    urgency: "normal",
    ...(topic && { topic }),
    vapidDetails: vapid,
  });
}

/** Sends so many messages, always `inFlight` at once, after a tenth as many to warm up. */
async function measure(send: (message: WebPushMessage) => Promise<void>, total: number): Promise<Figures> {
  await sendAll(send, total / 10);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await sendAll(send, total);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: Math.round(total / seconds), cpuUsPerMessage: Math.round((user + system) / total) };
}

async function sendAll(send: (message: WebPushMessage) => Promise<void>, total: number): Promise<void> {
  let next = 0;
  const sendSome = async () => {
    while (next < total) {
      const message = messages[next % messages.length];
      next += 1;
      if (message) await send(message);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sendSome));
}

function makeMessages(origin: string, subscribers: number): WebPushMessage[] {
  const vapid = { id: "bench", subject: "mailto:ops@shop.example", ...generateVapidKeys() };
  const topic = topicOf("run", 0);
  return Array.from({ length: subscribers }, (_, index) => {
    const endpoint = `${origin}/push/subscriber-${index}`;
    const id = crypto.randomUUID();
    const content = { id, t: "t".repeat(64), title: "Half price until Friday", body: "b".repeat(120), tag: topic };
    return {
      id,
      endpoint,
      ...newBrowserSubscription(endpoint).subscription.keys,
      payload: buildPayload({ ...content, url: "https://shop.example/sale?utm_source=push" }),
      ttlSeconds: 86_400,
      urgency: "normal",
      topic,
      attempts: 0,
      expiresAt: new Date(Date.now() + 86_400_000),
      vapid,
    };
  });
}

async function startService(): Promise<{ process: ChildProcess; origin: string; host: string }> {
  const script = new URL("../support/push-service.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, "--record", "numbers"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const { origin, host, caPath } = JSON.parse(String(line));
  setDefaultCACertificates([...getCACertificates(), await readFile(caPath, "utf8")]);
  return { process: child, origin, host };
}

function best(figures: Figures[]): Figures {
  return {
    perSecond: Math.max(...figures.map((figure) => figure.perSecond)),
    cpuUsPerMessage: Math.min(...figures.map((figure) => figure.cpuUsPerMessage)),
  };
}

function text(figures: Figures | undefined): string {
  return `${figures?.perSecond}/s at ${figures?.cpuUsPerMessage} µs`;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
