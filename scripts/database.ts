import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "./fault.mjs";
import { checkRoom } from "./install.mjs";
import { migrate, pendingMigrations } from "./migrations.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";

const keptBackups = 2;

export interface DatabaseOptions {
  dataDir: string;
  port: number;
  /** Takes one line of progress. */
  log: (line: string) => void;
  /** Told each time the server (re)starts or ends. */
  onChange: () => void;
  /** Told when it ended and cannot be had back. */
  onLost: (reason: unknown) => void;
}

export interface Database {
  url: string;
  pid: number | undefined;
  stop(mode?: "fast" | "immediate"): Promise<void>;
}

/**
 * Runs the embedded PostgreSQL with the schema of this version, and starts it again should it die.
 *
 * Before the first migration of a database that holds data, its files are copied to DATA_DIR/backups.
 */
export async function startDatabase({ dataDir, port, log, onChange, onLost }: DatabaseOptions): Promise<Database> {
  let server: RunningPostgres = await startPostgres({ dataDir, port, log });
  let stopping = false;
  let isRunning = true;

  try {
    const { pending, isNew } = await pendingMigrations(server.url);
    if (pending.length > 0 && !isNew) {
      await server.stop();
      backUp(dataDir, pending[0] ?? "", log);
      server = await startPostgres({ dataDir, port: server.port, log });
    }
    await migrate(server.url, { log });
  } catch (error) {
    await server.stop();
    throw error;
  }

  let restart = Promise.resolve();
  const watch = (current: RunningPostgres) => {
    current.exited.then(() => {
      isRunning = false;
      onChange();
      if (!stopping) restart = startAgain(current.port).catch(onLost);
    });
  };
  const startAgain = async (before: number) => {
    log("PostgreSQL ended, starting it again");
    server = await startPostgres({ dataDir, port: before, log });
    if (server.port !== before) {
      await server.stop();
      throw new Fault(`Another program took PostgreSQL's port ${before}.`);
    }
    isRunning = true;
    onChange();
    watch(server);
  };
  watch(server);
  onChange();

  return {
    url: server.url,
    get pid() {
      return isRunning ? server.pid : undefined;
    },
    async stop(mode) {
      stopping = true;
      await restart;
      await server.stop(mode);
    },
  };
}

/** Copies the files of the stopped server. Keeps the last two copies. */
function backUp(dataDir: string, migration: string, log: (line: string) => void): void {
  const cluster = join(dataDir, "postgres");
  const backups = join(dataDir, "backups");
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const usage = spawnSync("du", ["-sm", cluster], { encoding: "utf8" }).stdout ?? "";
  checkRoom(dataDir, (Number.parseInt(usage, 10) || 0) + 200);

  const stamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const copy = join(backups, `${stamp}-before-${migration}`);
  log(`Copying the database to ${copy} before it is migrated`);
  // cp keeps owner and modes, and shares blocks where the file system can.
  const { status, stderr } = spawnSync("cp", ["-a", cluster, `${copy}.new`], { encoding: "utf8" });
  if (status !== 0) throw new Fault(`The database could not be copied before its migration: ${stderr.trim()}`);
  spawnSync("mv", [`${copy}.new`, copy]);

  const older = readdirSync(backups).filter((name) => name.includes("-before-"));
  for (const name of older.sort().slice(0, -keptBackups)) {
    if (existsSync(join(backups, name))) rmSync(join(backups, name), { recursive: true, force: true });
  }
}
