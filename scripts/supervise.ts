// Runs the product on this machine: database, local Inngest server, worker and web, and stops them in the right order.
// npm start comes here by way of start.mjs. The folder of the instance is DATA_DIR; settings.ts reads the rest.
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWhenStale, generateWhenStale } from "./build.ts";
import { type Database, startDatabase } from "./database.ts";
import { Fault } from "./fault.mjs";
import { inngestFlags, inngestVariables, prepareInngest } from "./inngest-process.ts";
import { checkRoom, projectNode, root } from "./install.mjs";
import { releaseLock, takeLock } from "./lock.mjs";
import { migrate } from "./migrations.ts";
import { isFreePort } from "./ports.ts";
import { endLeftoverPostgres } from "./postgres.ts";
import { onNpmEnd, signalGroup } from "./processes.mjs";
import { endLeftovers, markOf, removeRunFile, writeRunFile } from "./run-file.ts";
import { type Service, startService } from "./service.ts";
import { keptPorts, keptSecrets, readSettings, type Secrets, type Settings } from "./settings.ts";
import { workerFlags } from "./worker-flags.ts";

const startedAt = Date.now();
const abort = new AbortController();
const services = new Map<string, Service>();
let database: Database | undefined;
let compiler: ChildProcess | undefined;
let isReady = false;
let failure: unknown;

const log = (line: string) => console.log(line);
listenForSignals();
const settings = await settle(() => readSettings(process.env, process.argv.includes("--dev")));
const lockFile = settings && join(settings.dataDir, "lock");
if (settings) {
  await settle(() => run(settings));
  await stopAll(settings);
}
// Timers and sockets of ours that linger must not keep a stopped instance's process.
process.exit(failure === undefined ? 0 : 1);

/** Starts everything and stays until it is to stop. */
async function run(settings: Settings): Promise<void> {
  const { dataDir } = settings;
  makeDataDir(dataDir);
  checkRoom(dataDir);
  const holder = takeLock(join(dataDir, "lock"));
  if (holder) {
    throw new Fault(
      `PushPilot already runs on ${dataDir} (process ${holder.pid}). Stop it first, or set DATA_DIR and PORT for a second instance.`,
    );
  }
  await endLeftovers(dataDir, log);
  await endLeftoverPostgres(dataDir, log);
  if (!(await isFreePort(settings.port, null))) {
    throw new Fault(`Port ${settings.port} is taken by another program. Free it, or start with PORT=<another>.`);
  }
  await generateWhenStale({ log });
  if (!settings.isDevelopment) {
    await buildWhenStale({ log, onChild: (child) => (compiler = child) });
  }
  abort.signal.throwIfAborted();

  const ports = await keptPorts(dataDir, ["postgres", "inngest", "worker"]);
  const secrets = keptSecrets(dataDir, process.env);
  const workerPort = settings.isDevelopment ? settings.port : ports.worker;
  const workerUrl = `http://127.0.0.1:${workerPort}`;
  const onChange = () => record(settings, workerUrl);
  const databaseUrl = settings.databaseUrl ?? (await startEmbedded(settings, ports.postgres, onChange));
  if (settings.databaseUrl) await migrate(databaseUrl, { log });
  abort.signal.throwIfAborted();

  const inngestUrl = `http://127.0.0.1:${ports.inngest}`;
  const environment = childEnvironment(settings, secrets, { databaseUrl, workerUrl, inngestUrl });
  const start = (
    name: string,
    words: string[],
    own: Record<string, string>,
    drainMs: number,
    more: { hasLog?: boolean; niceness?: number } = {},
  ) => {
    log(`Starting ${name}`);
    const service = startService({
      name,
      command: [projectNode, ...words],
      cwd: root,
      env: { ...environment, ...own, ...markOf(dataDir, name) },
      logFile: more.hasLog !== false ? join(dataDir, "logs", `${name}.log`) : undefined,
      drainMs,
      ...(more.niceness !== undefined && { niceness: more.niceness }),
      onChange,
      log,
    });
    services.set(name, service);
  };
  const next = join("node_modules", "next", "dist", "bin", "next");

  if (settings.isDevelopment) {
    start("web", [next, "dev", "-p", String(settings.port)], { PORT: String(settings.port), ROLE: "all" }, 10_000, {
      hasLog: false,
    });
  } else if (settings.role === "all") {
    const at = { PORT: String(workerPort), ROLE: "worker" };
    start("worker", [...workerFlags, next, "start", "-p", String(workerPort), "-H", "127.0.0.1"], at, 25_000, {
      // Sending takes whatever is left of the machine; people and browsers come first.
      niceness: 10,
    });
    start("web", [next, "start", "-p", String(settings.port)], { PORT: String(settings.port), ROLE: "web" }, 10_000);
  } else {
    const { role, port } = settings;
    start(role, [next, "start", "-p", String(port)], { PORT: String(port), ROLE: role }, 25_000, { hasLog: false });
  }
  if (settings.hasLocalInngest) {
    // It asks the worker for its functions once at its start, and then only every few seconds.
    await Promise.all([untilAnswers(`${workerUrl}/api/inngest`), prepareInngest()]);
    const apps = { PORT: String(ports.inngest), INNGEST_APPS: `${workerUrl}/api/inngest` };
    start("inngest", [...inngestFlags, join("inngest", "local", "main.ts")], { ...inngestVariables, ...apps }, 10_000);
  }
  await untilReady(settings);
  abort.signal.throwIfAborted();
  isReady = true;
  onChange();
  report(settings, workerUrl, ports);
  await new Promise((_, stop) => abort.signal.addEventListener("abort", stop, { once: true }));
}

/** What every process of ours is given. Provider variables, proxies and certificates pass through as they are. */
function childEnvironment(
  settings: Settings,
  secrets: Secrets,
  urls: { databaseUrl: string; workerUrl: string; inngestUrl: string },
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...secrets,
    NODE_ENV: settings.isDevelopment ? "development" : "production",
    DATA_DIR: settings.dataDir,
    DATABASE_URL: urls.databaseUrl,
    APP_URL: settings.appUrl,
    NEXTAUTH_URL: settings.appUrl,
    NEXTAUTH_SECRET: secrets.AUTH_SECRET,
    NEXT_TELEMETRY_DISABLED: "1",
    INNGEST_ENABLE_UNAUTHED_SYNC: "false",
    ...(settings.hasLocalInngest && {
      INNGEST_LOCAL: "1",
      INNGEST_DEV: "0",
      INNGEST_BASE_URL: urls.inngestUrl,
      INNGEST_SERVE_ORIGIN: urls.workerUrl,
    }),
  };
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, "logs"), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Fault(`DATA_DIR ${dataDir} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}

async function startEmbedded({ dataDir }: Settings, port: number, onChange: () => void): Promise<string> {
  log("Starting PostgreSQL");
  const onLost = (reason: unknown) => {
    failure ??= reason;
    abort.abort();
  };
  database = await startDatabase({ dataDir, port, log, onLost, onChange });
  return database.url;
}

function record(settings: Settings, workerUrl: string): void {
  const pids = Object.fromEntries([...services].map(([name, { pid }]) => [name, pid]));
  const state = { url: settings.appUrl, workerUrl, isReady };
  writeRunFile(settings.dataDir, state, { ...pids, postgres: database?.pid });
}

/** Waits until something answers there, whatever it says (in development it is compiled first); a minute at most. */
async function untilAnswers(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    abort.signal.throwIfAborted();
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer) return;
    await sleep(100, undefined, { signal: abort.signal });
  }
}

/** Waits for GET /api/ready, telling what is still missing. Does not give up: a cause may pass, and the logs tell it. */
async function untilReady({ port, dataDir, isDevelopment }: Settings): Promise<void> {
  let toldAt = Date.now();
  for (;;) {
    abort.signal.throwIfAborted();
    const answer = await fetch(`http://127.0.0.1:${port}/api/ready`, { signal: AbortSignal.timeout(10_000) }).then(
      async (response) => ({ isReady: response.ok, text: `${response.status} ${await response.text()}` }),
      () => ({ isReady: false, text: "no answer yet" }),
    );
    if (answer.isReady) return;
    if (Date.now() - toldAt > 10_000) {
      toldAt = Date.now();
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      log(`Waiting until it is ready (${seconds} s): ${answer.text.slice(0, 300)}. Logs: ${join(dataDir, "logs")}`);
    }
    // In development each question is a line on the terminal.
    await sleep(isDevelopment ? 1_000 : 150, undefined, { signal: abort.signal });
  }
}

function report(settings: Settings, workerUrl: string, ports: { inngest: number }): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const places: Record<string, string> = {
    web: `port ${settings.port}`,
    worker: workerUrl.replace("http://", ""),
    inngest: `127.0.0.1:${ports.inngest} (local Inngest server)`,
  };
  log(`\nPushPilot is ready (${seconds} s): ${settings.appUrl}\n`);
  for (const [name, { pid }] of services) log(`  ${name.padEnd(10)} ${places[name]}, process ${pid}`);
  if (database) log(`  postgres   ${new URL(database.url).host}, process ${database.pid}`);
  else log(`  postgres   ${new URL(settings.databaseUrl ?? "postgresql://unknown").host} (DATABASE_URL)`);
  if (!settings.hasLocalInngest) log(`  inngest    ${process.env.INNGEST_BASE_URL ?? "Inngest Cloud"}`);
  log(`  data, logs ${settings.dataDir}\n\nCtrl-C stops it.`);
}

/** Web first, so that nobody is let in; the worker drains while queue and database still answer. */
async function stopAll(settings: Settings): Promise<void> {
  if (lockFile && services.size + Number(Boolean(database)) > 0) log("Stopping");
  for (const name of ["web", "worker", "inngest"]) await services.get(name)?.stop();
  await database?.stop();
  if (lockFile && existsSync(settings.dataDir)) {
    if (services.size > 0 || database) removeRunFile(settings.dataDir);
    releaseLock(lockFile);
  }
  if (services.size > 0) log("Stopped.");
}

/** Runs it and keeps its failure, told in one line when it is a Fault. Being asked to stop is none. */
async function settle<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!abort.signal.aborted) failure ??= error;
    if (failure !== undefined) console.error(failure instanceof Fault ? `pushpilot: ${failure.message}` : failure);
    return undefined;
  }
}

function listenForSignals(): void {
  let firstAt = 0;
  const onSignal = () => {
    if (firstAt === 0) {
      firstAt = Date.now();
      abort.abort();
      if (compiler?.pid) signalGroup(compiler.pid, "SIGKILL");
      return;
    }
    // One Ctrl-C may arrive twice: from the terminal, and handed on by npm or start.mjs.
    if (Date.now() - firstAt < 1_000) return;
    log("Killing what still runs");
    for (const service of services.values()) service.kill();
    if (database?.pid) process.kill(database.pid, "SIGQUIT");
    if (lockFile) releaseLock(lockFile);
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  // A fault of ours or a closed terminal must not leave the others running without us.
  process.on("uncaughtException", (error) => {
    failure ??= error;
    console.error(error);
    abort.abort();
  });
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  // start.mjs was killed: nobody could stop us any more.
  if (process.connected) {
    process.on("disconnect", onSignal);
    process.channel?.unref();
  }
  onNpmEnd(onSignal);
}
