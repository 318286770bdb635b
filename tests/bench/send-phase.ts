// One measurement of `bench:send`, in a process of its own: `seed`, `peer`, `limit` or `campaign`. Prints one line of JSON.
import { readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import webpush from "web-push";
import { webPush } from "#lib/channels/web-push/web-push.ts";
import { runCampaign } from "./run-campaign.ts";
import { keysOf, type SeededAudience, seedAudience, sentOf } from "./seed.ts";

const [phase = "", count = "0"] = process.argv.slice(2);
const messages = Number(count);
const origin = process.env.PUSH_ORIGIN ?? "";
const file = process.env.AUDIENCE_FILE ?? "";
const endpoint = (index: number) => `${origin}/push/${index}`;

if (phase === "seed")
  await timed(async () => {
    writeFileSync(file, JSON.stringify(await seedAudience({ recipients: messages, endpoint })));
  });
const audience: SeededAudience = JSON.parse(readFileSync(file, "utf8"));
if (phase === "peer") await timed(() => sendByWebPush());
if (phase === "limit") await timed(() => sendByChannel());
if (phase === "campaign") {
  await timed(() => runCampaign(audience));
  const sent = await sentOf(audience);
  if (sent !== messages) throw new Error(`Only ${sent} of ${messages} messages are sent in the ledger.`);
}
process.exit(0);

/** Runs `work` and prints its rate, the CPU of this process per message, and the most memory it has had. */
async function timed(work: () => Promise<void>): Promise<void> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({
      perSecond: Math.round(messages / seconds),
      cpuUsPerMessage: Math.round((user + system) / messages),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      seconds: Number(seconds.toFixed(1)),
    }),
  );
}

async function sendByWebPush(): Promise<void> {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 100 });
  const { subject, publicKey, privateKey } = audience.vapid;
  await inFlight(100, (index) =>
    webpush.sendNotification({ endpoint: endpoint(index), keys: keysOf(audience, index) }, audience.payload, {
      agent,
      TTL: 86_400,
      vapidDetails: { subject, publicKey, privateKey },
    }),
  );
}

async function sendByChannel(): Promise<void> {
  const payload = Buffer.from(audience.payload);
  await inFlight(webPush.maxInFlight, async (index) => {
    const outcome = await webPush.send({
      id: String(index),
      endpoint: endpoint(index),
      ...keysOf(audience, index),
      payload,
      ttlSeconds: 86_400,
      urgency: "normal",
      topic: "x".repeat(32),
      attempts: 0,
      expiresAt: new Date(Date.now() + 3_600_000),
      vapid: audience.vapid,
    });
    if (outcome.kind !== "sent") throw new Error(`not sent: ${JSON.stringify(outcome)}`);
  });
}

/** Keeps `limit` of the messages going until all are done. */
async function inFlight(limit: number, send: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < messages) await send(next++);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
