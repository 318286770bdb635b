import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive, signalGroup, startOf, waitForEnd } from "./processes.mjs";
import { writeJson } from "./settings.ts";

/** One process of ours, told from later ones of the same id by when it began. */
interface KnownProcess {
  pid: number;
  start: string;
}

/** DATA_DIR/run.json: what runs now, for the next start after a kill, and for whoever wants to look. */
export interface RunFile {
  supervisor: KnownProcess;
  url: string;
  /** Where the worker serves /api/inngest. */
  workerUrl: string;
  isReady: boolean;
  processes: Record<string, KnownProcess>;
}

/** Writes down what runs. Processes that have ended are left out. */
export function writeRunFile(
  dataDir: string,
  state: Pick<RunFile, "url" | "workerUrl" | "isReady">,
  pids: Record<string, number | undefined>,
): void {
  const processes: Record<string, KnownProcess> = {};
  for (const [name, pid] of Object.entries(pids)) if (pid) processes[name] = { pid, start: startOf(pid) };
  const supervisor = { pid: process.pid, start: startOf(process.pid) };
  writeJson(join(dataDir, "run.json"), { supervisor, ...state, processes } satisfies RunFile);
}

/** What runs on that data directory, if anything does. */
export function readRunFile(dataDir: string): RunFile | undefined {
  const file = join(dataDir, "run.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunFile;
  } catch {
    return undefined;
  }
}

export function removeRunFile(dataDir: string): void {
  rmSync(join(dataDir, "run.json"), { force: true });
}

/** Ends what a killed start left running, in its order. PostgreSQL is told apart by its own files, when it starts. */
export async function endLeftovers(dataDir: string, log: (line: string) => void): Promise<void> {
  const processes = readRunFile(dataDir)?.processes ?? {};
  for (const name of ["web", "worker", "inngest"]) {
    const known = processes[name];
    if (!known?.start || startOf(known.pid) !== known.start) continue;
    log(`Ending the ${name} that an earlier start left behind`);
    signalGroup(known.pid, "SIGTERM");
    if (!(await waitForEnd([known.pid], 5_000)) && isAlive(known.pid)) signalGroup(known.pid, "SIGKILL");
    await waitForEnd([known.pid], 5_000);
  }
}
