import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "#scripts/ports.ts";
import { isAlive } from "#scripts/processes.mjs";
import { readRunFile } from "#scripts/run-file.ts";

const root = resolve(import.meta.dirname, "..", "..");

export type Part = "web" | "worker" | "inngest" | "postgres";

export interface ProductOptions {
  /** Added to the environment, for instance EXTRA_PUSH_HOSTS. */
  env?: Record<string, string>;
  /** Default: a new one below the system's temporary folder, removed at stop(). */
  dataDir?: string;
  /** Default: a free one. */
  port?: number;
  /** As `npm run dev` runs it: one process with hot reload in place of web and worker. */
  isDevelopment?: boolean;
}

export interface Product {
  /** Where people and the API's callers arrive: http://localhost:<port>. */
  url: string;
  /** Where the worker serves /api/inngest. */
  workerUrl: string;
  port: number;
  dataDir: string;
  /** The embedded database, with its password. */
  databaseUrl: string;
  /** The process ids as they are now: a part that died is started again under another. */
  readonly pids: Partial<Record<Part, number>>;
  /** All that the supervisor has printed. */
  readonly output: string;
  /** Ends a part, or the supervisor that would start it again, without a warning (SIGKILL). */
  kill(which: Part | "supervisor"): Promise<void>;
  /** Waits until /api/ready answers 200, for instance after a kill. */
  untilReady(timeoutMs?: number): Promise<void>;
  /** Stops it as an operator would, and removes a temporary data directory. @returns the exit code */
  stop(): Promise<number | null>;
}

/**
 * Runs the whole product, built from these sources, as `npm start` does: web, worker, local Inngest server and
 * PostgreSQL, on free ports. It ends with this process, however this one ends.
 *
 * @throws Error with all that it printed, when it is not ready within three minutes
 */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const port = options.port ?? (await findFreePort());
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "pushpilot-product-"));
  let output = "";
  const words = options.isDevelopment ? ["--dev"] : [];
  const child = spawn(process.execPath, [join(root, "scripts", "supervise.ts"), ...words], {
    cwd: root,
    env: { ...cleanEnvironment(), PORT: String(port), DATA_DIR: dataDir, ...options.env },
    // The channel's end tells the supervisor that we are gone.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | null>((done) => {
    child.once("exit", (code) => done(code));
  });
  const removeData = () => {
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
  };

  try {
    await untilStarted(child, dataDir, () => output);
  } catch (error) {
    child.kill("SIGTERM");
    await exited;
    removeData();
    throw error;
  }
  const run = readRunFile(dataDir);
  const untilReady = async (timeoutMs = 60_000) => {
    const deadline = Date.now() + timeoutMs;
    while (!(await fetch(`http://127.0.0.1:${port}/api/ready`).catch(() => undefined))?.ok) {
      if (Date.now() > deadline) throw new Error(`Not ready after ${timeoutMs} ms:\n${output}`);
      await sleep(100);
    }
  };
  return {
    url: run?.url ?? "",
    workerUrl: run?.workerUrl ?? "",
    port,
    dataDir,
    databaseUrl: options.env?.DATABASE_URL ?? databaseUrlOf(dataDir),
    get pids() {
      const processes = readRunFile(dataDir)?.processes ?? {};
      return Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid]));
    },
    get output() {
      return output;
    },
    async kill(which) {
      const pid = which === "supervisor" ? child.pid : readRunFile(dataDir)?.processes[which]?.pid;
      if (!pid) throw new Error(`${which} does not run`);
      process.kill(pid, "SIGKILL");
      while (isAlive(pid)) await sleep(10);
    },
    untilReady,
    async stop() {
      child.kill("SIGTERM");
      const code = await exited;
      removeData();
      return code;
    },
  };
}

async function untilStarted(child: ChildProcess, dataDir: string, output: () => string): Promise<void> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode) throw new Error(`The product ended at its start:\n${output()}`);
    const run = readRunFile(dataDir);
    if (run?.isReady && run.supervisor.pid === child.pid) return;
    if (Date.now() > deadline) throw new Error(`The product is not ready after three minutes:\n${output()}`);
    await sleep(50);
  }
}

/** Ours without what a test runner, npm or another instance put there. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_|VITEST|TEST_|INNGEST_|NEXTAUTH_|PLAYWRIGHT)|^(DATABASE_URL|APP_URL|ROLE|ENCRYPTION_KEY|AUTH_SECRET|NODE_OPTIONS|NODE_ENV|LOG_LEVEL|MODE|DEV|PROD|SSR|BASE_URL)$/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: "production" };
}

function databaseUrlOf(dataDir: string): string {
  const password = readFileSync(join(dataDir, "postgres-password"), "utf8").trim();
  const { postgres } = JSON.parse(readFileSync(join(dataDir, "ports.json"), "utf8")) as { postgres: number };
  return `postgresql://pushpilot:${password}@127.0.0.1:${postgres}/pushpilot`;
}
