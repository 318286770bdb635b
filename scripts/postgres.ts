import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { Fault } from "./fault.mjs";
import { findFreePort, isFreePort } from "./ports.ts";
import { canEnter, findPostgres, type PostgresBinaries, postgresUser, type UnixUser } from "./postgres-files.ts";
import { commandOf, isAlive, waitForEnd } from "./processes.mjs";

const majorVersion = 18;
const name = "pushpilot";

export interface PostgresOptions {
  /** The instance's data directory; the cluster is its folder `postgres`, the log `logs/postgres.log`. */
  dataDir: string;
  /** The wish; another is taken when it is not free. */
  port?: number;
  /** Takes one line of progress. */
  log?: (line: string) => void;
  /** Gives up safety at a power cut for speed. For tests: a killed process loses nothing by it. */
  volatile?: boolean;
  maxConnections?: number;
}

export interface RunningPostgres {
  /** postgresql://… of the database `pushpilot`, with the password. */
  url: string;
  port: number;
  pid: number;
  /** Settles with the exit code (null: ended by a signal) when the server ends, for whatever reason. */
  exited: Promise<number | null>;
  /** Ends it: `fast` cuts connections and checkpoints, `immediate` leaves recovery to the next start. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL server of a data directory, making the cluster and the database at first.
 *
 * It runs in a process group of its own, so that a Ctrl-C in the terminal does not take it from under the processes
 * that still drain. A server left over by a killed start is ended first.
 *
 * @throws Fault with one line for the operator: other version, no binaries, could not start
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const log = options.log ?? (() => {});
  const dataDir = resolve(options.dataDir);
  const cluster = join(dataDir, "postgres");
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const user = postgresUser(cluster);
  const binaries = await findPostgres(user);
  checkVersion(cluster);
  const password = keptPassword(dataDir);
  if (!existsSync(cluster)) {
    log("Making the database (first start)");
    await makeCluster({ binaries, user, dataDir, cluster, password });
  }
  await endLeftoverPostgres(dataDir, log);

  const deadline = Date.now() + 60_000;
  for (;;) {
    const port = options.port && (await isFreePort(options.port)) ? options.port : await findFreePort();
    const attempt = await launch({ binaries, user, dataDir, cluster, password, port, options });
    if ("server" in attempt) return attempt.server;
    // Backends of a killed server need a moment to notice; another program may have been quicker on the port.
    const passes = /shared memory block|lock file "postmaster\.pid"|could not bind/.test(attempt.output);
    if (!passes || Date.now() > deadline) {
      const reason = attempt.output.match(/(?:FATAL|PANIC|error): {2}?(.*)/)?.[1] ?? "it ended at once";
      throw new Fault(`PostgreSQL did not start: ${reason}. More in ${join(dataDir, "logs", "postgres.log")}`);
    }
    await endLeftoverPostgres(dataDir, log);
    await sleep(500);
  }
}

/** One clear line instead of PostgreSQL's own, when the data is of another major version. */
function checkVersion(cluster: string): void {
  const file = join(cluster, "PG_VERSION");
  if (!existsSync(file)) return;
  const found = readFileSync(file, "utf8").trim();
  if (found === String(majorVersion)) return;
  throw new Fault(
    `${cluster} was made by PostgreSQL ${found}, and this version of PushPilot brings PostgreSQL ${majorVersion}. Start it with the PushPilot that made it, make a backup there and restore it here.`,
  );
}

function keptPassword(dataDir: string): string {
  const file = join(dataDir, "postgres-password");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  if (existsSync(join(dataDir, "postgres"))) {
    throw new Fault(`${file} is missing: without it the database in ${dataDir} cannot be opened. Put it back.`);
  }
  const password = randomBytes(24).toString("base64url");
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

interface Place {
  binaries: PostgresBinaries;
  user: UnixUser | undefined;
  dataDir: string;
  cluster: string;
  password: string;
}

/**
 * The path by which the server's user reaches `directory`, and what to hand to the child for it.
 *
 * Run as root, the data may lie below directories closed to that user (a clone or DATA_DIR of mode 0700). The kernel
 * lets a process through to a directory that it inherits open, so the server is given that, and nobody's modes change.
 */
function reach(user: UnixUser | undefined, directory: string): { path: string; fds: number[] } {
  if (!user || process.platform !== "linux" || canEnter(user, directory)) return { path: directory, fds: [] };
  return { path: "/proc/self/fd/3", fds: [openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY)] };
}

/** Makes the cluster beside its place and moves it there when it is whole, so that a kill meanwhile leaves no half. */
async function makeCluster({ binaries, user, dataDir, cluster, password }: Place): Promise<void> {
  // Under a name of its own: an initdb of a killed start may still be writing to another.
  for (const entry of readdirSync(dataDir)) {
    if (entry.startsWith("postgres.new"))
      rmSync(join(dataDir, entry), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  const partial = `${cluster}.new-${process.pid}`;
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  const secret = `${partial}.password`;
  writeFileSync(secret, password, { mode: 0o600 });
  if (user) {
    chownSync(partial, user.uid, user.gid);
    chownSync(secret, user.uid, user.gid);
  }
  const { path, fds } = reach(user, partial);
  const secretFd = openSync(secret, "r");
  const logFd = openLog(dataDir, user);
  try {
    const secretPath = fds.length > 0 ? "/proc/self/fd/4" : secret;
    const child = spawn(
      binaries.initdb,
      [
        `--pgdata=${path}`,
        `--username=${name}`,
        `--pwfile=${secretPath}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // The same order and case rules on every machine, whatever its C library.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-instructions",
      ],
      { ...user, cwd: "/", env: serverEnv(), detached: true, stdio: ["ignore", logFd, logFd, ...fds, secretFd] },
    );
    const code = await exitOf(child);
    if (code !== 0)
      throw new Fault(`PostgreSQL could not make ${cluster}. More in ${join(dataDir, "logs", "postgres.log")}`);
  } finally {
    for (const fd of [...fds, secretFd, logFd]) closeSync(fd);
    rmSync(secret, { force: true });
  }
  renameSync(partial, cluster);
}

/** The server's environment: none of ours, so that no secret stands in it and no PG… variable or locale changes it. */
function serverEnv(): NodeJS.ProcessEnv {
  return { NODE_ENV: "production", PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

/** The server's log, opened for it. Begun anew when it has grown over 10 MB. */
function openLog(dataDir: string, user: UnixUser | undefined): number {
  const file = join(dataDir, "logs", "postgres.log");
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size > 10 * 1024 * 1024) renameSync(file, `${file}.1`);
  const fd = openSync(file, "a", 0o600);
  if (user) fchownSync(fd, user.uid, user.gid);
  return fd;
}

type Attempt = { server: RunningPostgres } | { output: string };

async function launch(place: Place & { port: number; options: PostgresOptions }): Promise<Attempt> {
  const { binaries, user, dataDir, cluster, password, port, options } = place;
  const logFile = join(dataDir, "logs", "postgres.log");
  const { path, fds } = reach(user, cluster);
  const logFd = openLog(dataDir, user);
  const logStart = statSync(logFile).size;
  const settings = Object.entries(serverSettings(port, options)).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const child = spawn(binaries.postgres, ["-D", path, ...settings], {
    ...user,
    cwd: "/",
    env: serverEnv(),
    detached: true,
    stdio: ["ignore", logFd, logFd, ...fds],
  });
  child.unref();
  const exited = exitOf(child);
  for (const fd of [...fds, logFd]) closeSync(fd);
  const url = (database: string) => `postgresql://${name}:${password}@127.0.0.1:${port}/${database}`;

  let ended = false;
  exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + 120_000;
  while (!ended && Date.now() < deadline) {
    const ready = await hasDatabase(url("postgres")).catch(async (fault: unknown) => {
      await stopServer(child, exited, "fast");
      throw fault;
    });
    if (ready) {
      const stop = (mode: "fast" | "immediate" = "fast") => stopServer(child, exited, mode);
      return { server: { url: url(name), port, pid: child.pid ?? 0, exited, stop } };
    }
    await sleep(50);
  }
  if (!ended) await stopServer(child, exited, "immediate");
  return { output: readFileSync(logFile).subarray(logStart).toString() };
}

function serverSettings(port: number, { volatile, maxConnections = 100 }: PostgresOptions): Record<string, string> {
  const memoryMB = Math.floor(totalmem() / 1024 / 1024);
  const sharedMB = volatile ? 128 : Math.min(1024, Math.max(128, Math.floor(memoryMB / 8)));
  return {
    listen_addresses: "127.0.0.1",
    port: String(port),
    // Every socket directory could be closed to one of the two users, or its path too long.
    unix_socket_directories: "",
    max_connections: String(maxConnections),
    shared_buffers: `${sharedMB}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memoryMB / 2))}MB`,
    work_mem: "8MB",
    maintenance_work_mem: "128MB",
    max_wal_size: "2GB",
    checkpoint_timeout: "15min",
    // Compressing pages takes more CPU than writing them whole: a twentieth of a send, measured.
    wal_compression: "off",
    random_page_cost: "1.1",
    // Containers often have 64 MB of /dev/shm, too little for parallel queries.
    dynamic_shared_memory_type: "mmap",
    // Finds the connections of killed processes, and so frees their locks.
    tcp_keepalives_idle: "30",
    client_connection_check_interval: "10s",
    timezone: "UTC",
    log_timezone: "UTC",
    log_min_messages: "warning",
    ...(volatile && { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
}

/** Whether the server answers; makes our database at the first time. */
async function hasDatabase(adminUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    // 28P01: it runs, and the password is not its own. Waiting would not help.
    if (error instanceof Error && "code" in error && error.code === "28P01") {
      throw new Fault("The kept postgres-password is not this database's: put back the one that was made with it.");
    }
    return false;
  }
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
    return true;
  } finally {
    await client.end();
  }
}

async function stopServer(child: ChildProcess, exited: Promise<unknown>, mode: "fast" | "immediate"): Promise<void> {
  child.ref();
  child.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
  if (await settlesWithin(exited, 30_000)) return;
  child.kill("SIGQUIT");
  if (await settlesWithin(exited, 10_000)) return;
  child.kill("SIGKILL");
  await exited;
}

/** Ends a server that an earlier, killed start left running on this data directory, and backends that outlive it. */
export async function endLeftoverPostgres(dataDir: string, log: (line: string) => void): Promise<void> {
  const cluster = join(resolve(dataDir), "postgres");
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  const ours = () => (isServerOf(pid, cluster) ? [pid] : backendsOf(cluster));
  if (ours().length === 0) return;
  log("Ending a PostgreSQL that an earlier start left behind");
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    const left = ours();
    for (const one of left) if (isAlive(one)) process.kill(one, signal);
    await waitForEnd(left, 15_000);
  }
}

/** Whether that process is a PostgreSQL server in that directory; a number may have gone to another program since. */
function isServerOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    // No /proc (macOS): go by the command line.
    const command = commandOf(pid);
    return command.includes("postgres") && command.includes(cluster);
  }
}

function backendsOf(cluster: string): number[] {
  if (!existsSync("/proc/self")) return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandOf(pid).startsWith("postgres") && isServerOf(pid, cluster));
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => {
    child.once("error", () => done(127));
    child.once("exit", (code) => done(code));
  });
}

async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const abort = new AbortController();
  try {
    return await Promise.race([
      promise.then(() => true),
      sleep(timeoutMs, false, { signal: abort.signal }).catch(() => false),
    ]);
  } finally {
    abort.abort();
  }
}
