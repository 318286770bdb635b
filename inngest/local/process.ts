import { logToStdout, messageOf } from "./log.ts";
import type { InngestServerOptions } from "./server.ts";
import { startInngestServer } from "./server.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs a local Inngest server for as long as this process lives; ends it within 5 s of SIGTERM. Logs one JSON line per
 * event on stdout.
 *
 * @param env DATABASE_URL, PORT (8288), INNGEST_SIGNING_KEY and INNGEST_EVENT_KEY or INNGEST_DEV=1, INNGEST_APPS (URLs,
 *   comma separated), INNGEST_RETRY_MS, INNGEST_CHECKPOINT=0, INNGEST_RETENTION_DAYS
 * @param afterwards what else is to be ended, when the server has
 * @returns ends the server and the process
 */
export async function runServer(env: Environment, afterwards = async () => {}): Promise<() => void> {
  const server = await startInngestServer(optionsOf(env));
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    const late = setTimeout(() => end(new Error("the server did not stop in time")), 4_800);
    server.stop().then(
      () => {
        clearTimeout(late);
        end();
      },
      (error: unknown) => end(error),
    );
  };
  const end = (fault?: unknown) => {
    if (fault !== undefined) logToStdout("stop_failed", { error: messageOf(fault) });
    const code = fault === undefined ? 0 : 1;
    afterwards().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  // Nobody reads the log any more: whoever started this process is gone.
  process.stdout.once("error", stop).on("error", () => {});
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  return stop;
}

function optionsOf(env: Environment): InngestServerOptions {
  if (!env.DATABASE_URL) throw new Error("DATABASE_URL is needed");
  return {
    databaseUrl: env.DATABASE_URL,
    port: Number(env.PORT || 8288),
    apps: list(env.INNGEST_APPS),
    signingKey: env.INNGEST_SIGNING_KEY || undefined,
    eventKeys: list(env.INNGEST_EVENT_KEY),
    dev: isDevMode(env),
    retryMs: env.INNGEST_RETRY_MS ? Number(env.INNGEST_RETRY_MS) : undefined,
    checkpoint: env.INNGEST_CHECKPOINT !== "0",
    retentionDays: env.INNGEST_RETENTION_DAYS ? Number(env.INNGEST_RETENTION_DAYS) : undefined,
  };
}

/** Whether the server is to work without keys and signatures, as the SDK reads the same variable. */
export function isDevMode(env: Environment): boolean {
  return /^(1|true|https?:.*)$/.test(env.INNGEST_DEV ?? "");
}

function list(text = ""): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}
