// Plain JavaScript without dependencies: this installs them.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault } from "./fault.mjs";
import { withLock } from "./lock.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** What we keep about this checkout: locks and stamps. npm leaves folders alone whose name begins with a dot. */
export const stateDir = join(root, "node_modules", ".pushpilot");

const stamp = join(stateDir, "installed");
const oldestNode = 20;
const installMB = 2500;
const runMB = 300;

/** The Node that runs all but the first script: it comes with the other packages. */
export const projectNode = join(root, "node_modules", ".bin", "node");

/** Whether this very Node runs TypeScript and all our packages: 24 and above do. */
export function isProjectNode() {
  return Number(process.versions.node.split(".")[0]) >= 24;
}

/**
 * Installs the packages of the committed lockfile, unless that was done.
 *
 * @param {(line: string) => void} log
 * @throws Fault Node too old, no room, or npm's own last words
 */
export async function install(log) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) {
    throw new Fault(`Node ${process.versions.node} is too old: install Node ${oldestNode} or newer and start again.`);
  }
  if (isInstalled()) return;
  checkRoom(root, installMB);
  mkdirSync(stateDir, { recursive: true });
  await withLock(
    join(stateDir, "install.lock"),
    () => log("Waiting: another process is installing the packages"),
    async () => {
      if (isInstalled()) return;
      log("Installing packages (npm install): some minutes the first time");
      await npmInstall(log);
      writeFileSync(stamp, fingerprint());
    },
  );
}

/**
 * @param {string} directory a folder that exists
 * @param {number} neededMB
 * @throws Fault the disk is full
 */
export function checkRoom(directory, neededMB = runMB) {
  const { bavail, bsize } = statfsSync(directory);
  const freeMB = Math.floor((bavail * bsize) / 1024 / 1024);
  if (freeMB < neededMB) {
    throw new Fault(`The disk is full: ${directory} has ${freeMB} MB left and ${neededMB} MB are needed.`);
  }
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint() && existsSync(projectNode);
}

function fingerprint() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  return hash.update(readFileSync(join(root, "package-lock.json"))).digest("hex");
}

/** @param {(line: string) => void} log */
function npmInstall(log) {
  const logFile = join(stateDir, "install.log");
  const output = createWriteStream(logFile);
  let last = "";
  // Not `npm ci`: a lockfile made on a closed network lacks other platforms' optional packages, and `ci` refuses that.
  const child = spawn(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--include=dev", "--include=optional"],
    {
      cwd: root,
      // Prisma's install script downloads an engine that we do not use, unless a file is named.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, NODE_ENV: "development" },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    },
  );
  const began = Date.now();
  const ticker = setInterval(() => log(`Installing packages: ${Math.round((Date.now() - began) / 1000)} s`), 15_000);
  let stopped = false;
  const stopOnSignal = () => {
    stopped = true;
    child.kill("SIGTERM");
  };
  process.once("SIGTERM", stopOnSignal).once("SIGINT", stopOnSignal);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      last = (last + chunk).slice(-2000);
      output.write(chunk);
    });
  }
  return new Promise((done, fail) => {
    child.once("error", () => fail(new Fault("npm was not found: install Node with npm and start again.")));
    child.once("close", (code) => {
      output.end();
      if (stopped) process.exit(130);
      if (code === 0) done(undefined);
      else fail(new Fault(`npm install failed. More in ${logFile}\n${last.trim()}`));
    });
  }).finally(() => {
    clearInterval(ticker);
    process.off("SIGTERM", stopOnSignal).off("SIGINT", stopOnSignal);
  });
}
