import { flushCompileCache } from "node:module";
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
 * @throws SettingError · what `startInngestServer` throws
 */
export async function runServer(env: Environment, afterwards = async () => {}): Promise<() => void> {
  const server = await startInngestServer(optionsOf(env));
  // Otherwise written at the end, which a kill spares: see scripts/inngest-process.ts.
  flushCompileCache();
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

/** An environment variable that is missing or not what it must be. */
export class SettingError extends Error {}

/** @throws SettingError */
export function optionsOf(env: Environment): InngestServerOptions {
  if (!env.DATABASE_URL) throw new SettingError("DATABASE_URL is needed");
  return {
    databaseUrl: env.DATABASE_URL,
    port: wholeNumber(env, "PORT", 0, 65_535) ?? 8288,
    apps: list(env.INNGEST_APPS),
    signingKey: env.INNGEST_SIGNING_KEY || undefined,
    eventKeys: list(env.INNGEST_EVENT_KEY),
    dev: isDevMode(env),
    retryMs: wholeNumber(env, "INNGEST_RETRY_MS", 0, 86_400_000),
    checkpoint: env.INNGEST_CHECKPOINT !== "0",
    retentionDays: wholeNumber(env, "INNGEST_RETENTION_DAYS", 1, 3_650),
  };
}

function wholeNumber(env: Environment, name: string, least: number, most: number): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SettingError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

/** Whether the server is to work without keys and signatures, as the SDK reads the same variable. */
export function isDevMode(env: Environment): boolean {
  return /^\s*(1|true|https?:.*)\s*$/i.test(env.INNGEST_DEV ?? "");
}

function list(text = ""): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}
