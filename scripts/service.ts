import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { setPriority } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, signalGroup } from "./processes.mjs";

export interface ServiceOptions {
  name: string;
  /** Program and arguments. */
  command: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Where its output goes; undefined: to ours. */
  logFile: string | undefined;
  /** Above 0: it leaves the processor to the others while they want it (Unix nice value). */
  niceness?: number;
  /** How long it may take to end when asked, before it is killed. */
  drainMs: number;
  /** Told each time it (re)starts or ends. */
  onChange: () => void;
  log: (line: string) => void;
}

export interface Service {
  name: string;
  pid: number | undefined;
  /** Ends it and does not start it again. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

const shortestPauseMs = 500;
const longestPauseMs = 30_000;
const maxLogBytes = 50 * 1024 * 1024;

/**
 * Its threads are still to come, and take it over. A process group is a session, which Linux may schedule as a whole: then
 * only the session's own value counts (sched(7), "The autogroup feature").
 */
function giveWay(pid: number, niceness: number, log: (line: string) => void): void {
  const session = `/proc/${pid}/autogroup`;
  try {
    setPriority(pid, niceness);
    if (existsSync(session)) writeFileSync(session, String(niceness));
  } catch (error) {
    log(`process ${pid} keeps its priority: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Runs a program for as long as we run: starts it again when it ends, after a pause that doubles (0.5 s to 30 s) while it
 * lives less than a minute each time.
 *
 * It leads a process group of its own: a Ctrl-C in the terminal reaches only us, and we stop all in their order.
 */
export function startService(options: ServiceOptions): Service {
  const { name, command, log } = options;
  let child: ChildProcess | undefined;
  let exited: Promise<void> = Promise.resolve();
  let stopping = false;
  let pauseMs = shortestPauseMs;
  const wake = new AbortController();
  const trim = setInterval(() => trimLog(options.logFile), 60_000).unref();

  const launch = () => {
    const [program = "", ...words] = command;
    const output = options.logFile ? openLog(options.logFile) : undefined;
    const out = output ?? "inherit";
    const started = Date.now();
    child = spawn(program, words, { cwd: options.cwd, env: options.env, detached: true, stdio: ["ignore", out, out] });
    if (output !== undefined) closeSync(output);
    if (child.pid !== undefined && options.niceness !== undefined) giveWay(child.pid, options.niceness, log);
    exited = new Promise((done) => {
      child?.once("error", (error) => {
        log(`${name} could not be started: ${error.message}`);
        done();
      });
      child?.once("exit", () => done());
    });
    const current = child;
    exited.then(async () => {
      child = undefined;
      options.onChange();
      if (stopping) return;
      if (Date.now() - started > 60_000) pauseMs = shortestPauseMs;
      const reason = current.signalCode ?? `code ${current.exitCode}`;
      const where = options.logFile ? `; its log: ${options.logFile}` : "";
      log(`${name} ended (${reason}), starting it again in ${pauseMs / 1000} s${where}`);
      await sleep(pauseMs, undefined, { signal: wake.signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (!stopping) launch();
    });
    options.onChange();
  };
  launch();

  return {
    name,
    get pid() {
      return child?.pid;
    },
    kill() {
      stopping = true;
      wake.abort();
      if (child?.pid) signalGroup(child.pid, "SIGKILL");
    },
    async stop() {
      stopping = true;
      wake.abort();
      clearInterval(trim);
      const pid = child?.pid;
      if (!pid || !isAlive(pid)) return;
      child?.kill("SIGTERM");
      const timer = setTimeout(() => {
        log(`${name} did not end within ${options.drainMs / 1000} s and is killed`);
        signalGroup(pid, "SIGKILL");
      }, options.drainMs);
      await exited;
      clearTimeout(timer);
      // What it may have started itself.
      signalGroup(pid, "SIGKILL");
    },
  };
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes / 5) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}

/** Keeps the log of a service that runs for months in bounds; what is cut off is in <file>.1 until the next time. */
function trimLog(file: string | undefined): void {
  if (!file || (statSync(file, { throwIfNoEntry: false })?.size ?? 0) < maxLogBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}
