// npm run build: the client of the database and the production build, each only when its sources changed.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateClient } from "./db.ts";
import { Fault, runMain } from "./fault.mjs";
import { projectNode, root, stateDir } from "./install.mjs";
import { withLock } from "./lock.mjs";

export interface BuildOptions {
  /** Takes one line of progress. */
  log: (line: string) => void;
  /** Is given the compiler while it runs, so that a stopping start can end it. */
  onChild?: (child: ChildProcess) => void;
}

/** Generates prisma/generated when prisma/schema or Prisma itself changed. One process of a checkout at a time. */
export async function generateWhenStale({ log }: BuildOptions): Promise<void> {
  const stamp = join(root, "prisma", "generated", ".stamp");
  const version = readFileSync(join(root, "node_modules", "prisma", "package.json"), "utf8");
  const isFresh = () => isStamped(stamp, hashOf(["prisma/schema"], version));
  if (isFresh()) return;
  await withLock(join(stateDir, "build.lock"), waiting(log), async () => {
    if (isFresh()) return;
    log("Generating the database client");
    rmSync(stamp, { force: true });
    generateClient();
    writeFileSync(stamp, hashOf(["prisma/schema"], version));
  });
}

/**
 * Makes the production build in .next when a source changed since the last.
 *
 * @throws Fault with the compiler's last lines
 */
export async function buildWhenStale({ log, onChild }: BuildOptions): Promise<void> {
  const stamp = join(root, ".next", "pushpilot-build");
  const isFresh = () => isStamped(stamp, sourcesHash()) && existsSync(join(root, ".next", "BUILD_ID"));
  if (isFresh()) return;
  await withLock(join(stateDir, "build.lock"), waiting(log), async () => {
    if (isFresh()) return;
    log("Building: about a minute, only when the sources changed");
    rmSync(stamp, { force: true });
    const hash = sourcesHash();
    await nextBuild(onChild);
    writeFileSync(stamp, hash);
  });
}

/** Named one by one: other tools leave folders of their own in the root while a product runs. */
const sourceFolders = ["app", "components", "inngest", "lib"];

/** All that a build is made from. What is served or read as it lies (public, migrations) needs no new build. */
function sourcesHash(): string {
  const rootFiles = readdirSync(root).filter(
    (name) => /\.(ts|mjs|json)$/.test(name) && !/^(vitest|playwright|prisma)\.config|^next-env|^biome/.test(name),
  );
  const publicVariables = Object.entries(process.env).filter(([name]) => name.startsWith("NEXT_PUBLIC_"));
  return hashOf([...rootFiles, ...sourceFolders, "prisma/schema"], JSON.stringify(publicVariables.sort()));
}

function hashOf(paths: string[], extra: string): string {
  const hash = createHash("sha256").update(`${process.version}\n${extra}\n`);
  for (const path of paths.flatMap((one) => filesUnder(one)).sort()) {
    hash.update(`\n${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

function filesUnder(path: string): string[] {
  const whole = join(root, path);
  try {
    return readdirSync(whole, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  } catch {
    return [path];
  }
}

function isStamped(stamp: string, hash: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
}

function nextBuild(onChild: BuildOptions["onChild"]): Promise<void> {
  mkdirSync(stateDir, { recursive: true });
  const logFile = join(stateDir, "build.log");
  const output = openSync(logFile, "w");
  const child = spawn(projectNode, [join(root, "node_modules", "next", "dist", "bin", "next"), "build"], {
    cwd: root,
    detached: true,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  onChild?.(child);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => {
      if (code === 0) done();
      else
        fail(
          new Fault(
            `The build failed. All of it is in ${logFile}\n${readFileSync(logFile, "utf8").trim().slice(-3000)}`,
          ),
        );
    });
  });
}

function waiting(log: (line: string) => void): () => void {
  return () => log("Waiting: another process is building this checkout");
}

if (import.meta.main) {
  await runMain(async () => {
    const log = (line: string) => console.log(line);
    await generateWhenStale({ log });
    await buildWhenStale({ log });
    console.log("The build is current.");
  });
}
