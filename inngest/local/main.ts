import { logToStdout, messageOf } from "./log.ts";
import { startInngestServer } from "./server.ts";

/**
 * The local Inngest server as a process. Environment: DATABASE_URL, PORT (8288), INNGEST_SIGNING_KEY and
 * INNGEST_EVENT_KEY or INNGEST_DEV=1, INNGEST_APPS (URLs, comma separated), INNGEST_RETRY_MS, INNGEST_CHECKPOINT=0,
 * INNGEST_RETENTION_DAYS. Logs one JSON line per event; ends within 5 s of SIGTERM.
 */
async function main(): Promise<void> {
  const { env } = process;
  if (!env.DATABASE_URL) throw new Error("DATABASE_URL is needed");
  const server = await startInngestServer({
    databaseUrl: env.DATABASE_URL,
    port: Number(env.PORT ?? 8288),
    apps: list(env.INNGEST_APPS),
    signingKey: env.INNGEST_SIGNING_KEY || undefined,
    eventKeys: list(env.INNGEST_EVENT_KEY),
    dev: /^(1|true|https?:.*)$/.test(env.INNGEST_DEV ?? ""),
    retryMs: env.INNGEST_RETRY_MS ? Number(env.INNGEST_RETRY_MS) : undefined,
    checkpoint: env.INNGEST_CHECKPOINT !== "0",
    retentionDays: env.INNGEST_RETENTION_DAYS ? Number(env.INNGEST_RETENTION_DAYS) : undefined,
  });
  const stop = () => {
    setTimeout(() => process.exit(1), 4_800).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logToStdout("stop_failed", { error: messageOf(error) });
        process.exit(1);
      },
    );
  };
  // Nobody reads the log any more: whoever started this process is gone.
  process.stdout.once("error", stop).on("error", () => {});
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function list(text = ""): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}

main().catch((error: unknown) => {
  logToStdout("start_failed", { error: messageOf(error) });
  process.exit(1);
});
