import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive, isGroupLeader, signalGroup, startOf, waitForEnd } from "./processes.mjs";
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

/** The mark that each process of a data directory carries in its environment. */
export function markOf(dataDir: string, name: string): { PUSHPILOT_SERVICE: string } {
  return { PUSHPILOT_SERVICE: `${name} of ${dataDir}` };
}

/** Ends what a killed start left running, in its order. PostgreSQL is told apart by its own files, when it starts. */
export async function endLeftovers(dataDir: string, log: (line: string) => void): Promise<void> {
  const known = readRunFile(dataDir)?.processes ?? {};
  for (const name of ["web", "worker", "inngest"]) {
    const noted = known[name];
    const pids = new Set(marked(dataDir, name));
    if (noted?.start && startOf(noted.pid) === noted.start) pids.add(noted.pid);
    for (const pid of pids) {
      log(`Ending the ${name} that an earlier start left behind`);
      signalGroup(pid, "SIGTERM");
      if (!(await waitForEnd([pid], 5_000)) && isAlive(pid)) signalGroup(pid, "SIGKILL");
      await waitForEnd([pid], 5_000);
    }
  }
}

/** Leaders with our mark: a start can be killed after it began a process and before it noted it. Linux only. */
function marked(dataDir: string, name: string): number[] {
  if (!existsSync("/proc/self")) return [];
  const mark = `PUSHPILOT_SERVICE=${markOf(dataDir, name).PUSHPILOT_SERVICE}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(mark) && isGroupLeader(pid));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}
