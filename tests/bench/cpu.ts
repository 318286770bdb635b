import { readdirSync, readFileSync } from "node:fs";

/** Processes by name; each stands for itself and all its children (PostgreSQL works in those). */
export type Processes = Readonly<Record<string, number | undefined>>;

const ticksPerSecond = 100;

/**
 * CPU seconds that each has used so far, by Linux' accounts; what a child used that has ended is in its parent's.
 *
 * @returns nothing on a system without /proc
 */
export function cpuSeconds(processes: Processes): Record<string, number> {
  const used: Record<string, number> = {};
  const stats = allStats();
  for (const [name, pid] of Object.entries(processes)) {
    const own = stats.filter((stat) => stat.pid === pid || stat.parent === pid);
    const ended = own.find((stat) => stat.pid === pid)?.endedTicks ?? 0;
    used[name] = own.reduce((sum, { ticks }) => sum + ticks, ended) / ticksPerSecond;
  }
  return used;
}

/** CPU between two readings, in µs per unit of work. */
export function cpuPerUnit(
  before: Record<string, number>,
  after: Record<string, number>,
  units: number,
): Record<string, number> {
  const names = Object.keys(after);
  return Object.fromEntries(
    names.map((name) => [name, Math.round((((after[name] ?? 0) - (before[name] ?? 0)) * 1e6) / units)]),
  );
}

function allStats(): { pid: number; parent: number; ticks: number; endedTicks: number }[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return entries.flatMap((name) => {
    try {
      // After the command's name, which may hold spaces and brackets: state, parent, …, user and system ticks, then those of ended children.
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      const ticks = (index: number) => Number(fields[index]) + Number(fields[index + 1]);
      return [{ pid: Number(name), parent: Number(fields[1]), ticks: ticks(11), endedTicks: ticks(13) }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
