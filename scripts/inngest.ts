// npm run inngest:local: the local Inngest server alone, for any app. Without DATABASE_URL it brings the embedded
// PostgreSQL and keys of its own, both kept in DATA_DIR.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { logToStdout } from "#inngest/local/log.ts";
import { type Environment, isDevMode, optionsOf, runServer, SettingError } from "#inngest/local/process.ts";
import { Fault } from "./fault.mjs";
import { releaseLock, takeLock } from "./lock.mjs";
import { endLeftoverPostgres, startPostgres } from "./postgres.ts";
import { onNpmEnd } from "./processes.mjs";
import { keptPorts, keptSecrets } from "./settings.ts";

async function main(env: Environment): Promise<void> {
  if (env.DATABASE_URL) {
    if (!isDevMode(env) && !(env.INNGEST_SIGNING_KEY && env.INNGEST_EVENT_KEY)) {
      throw new Fault("with DATABASE_URL set INNGEST_SIGNING_KEY and INNGEST_EVENT_KEY too, or INNGEST_DEV=1");
    }
    onNpmEnd(await runServer(env));
    return;
  }
  // Before anything is started for it.
  optionsOf({ ...env, DATABASE_URL: "postgresql://embedded" });
  const dataDir = resolve(env.DATA_DIR || ".data");
  mkdirSync(join(dataDir, "logs"), { recursive: true, mode: 0o700 });
  const lockFile = join(dataDir, "lock");
  const holder = takeLock(lockFile);
  if (holder) {
    throw new Fault(
      `${dataDir} is in use by process ${holder.pid}; PushPilot brings this server itself. Set DATA_DIR for another.`,
    );
  }
  const log = (line: string) => logToStdout("database", { message: line });
  await endLeftoverPostgres(dataDir, log);
  // Before the database is made: it is refused without the keys that were made with it.
  const keys = keptSecrets(dataDir, process.env);
  if (!isDevMode(env)) {
    logToStdout("keys", { message: `The app's INNGEST_SIGNING_KEY and INNGEST_EVENT_KEY: ${dataDir}/secrets.json` });
  }
  const ports = await keptPorts(dataDir, ["postgres"]);
  const postgres = await startPostgres({ dataDir, port: ports.postgres, log });
  const end = async () => {
    await postgres.stop();
    releaseLock(lockFile);
  };
  try {
    const stop = await runServer({ ...env, ...keys, DATABASE_URL: postgres.url }, end);
    onNpmEnd(stop);
    // Whoever runs this starts it again; what was in flight goes on then.
    postgres.exited.then(stop);
  } catch (error) {
    await end();
    throw error;
  }
}

main(process.env).catch((error: unknown) => {
  const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (isTaken) console.error(`inngest: the port ${process.env.PORT || 8288} is taken. Set PORT for another.`);
  else console.error(error instanceof Fault || error instanceof SettingError ? `inngest: ${error.message}` : error);
  process.exit(1);
});
