import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether a process of that id lives. A zombie counts as ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  try {
    return statusFields(pid)[0] !== "Z";
  } catch {
    return true;
  }
}

/**
 * When that process began, as a text that no later process of the same id shares. Empty when it does not live.
 * Process ids are used again, so one is only ours when this matches too.
 */
export function startOf(pid: number): string {
  if (!isAlive(pid)) return "";
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${statusFields(pid)[19]}`;
  } catch {
    return run("ps", ["-o", "lstart=", "-p", String(pid)]);
  }
}

/** Its command line, words parted by blanks. Empty when it does not live or may not be seen. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return process.platform === "linux" ? "" : run("ps", ["-o", "command=", "-p", String(pid)]);
  }
}

/** Waits until none of them lives. @returns whether that came in time */
export async function waitForEnd(pids: number[], timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

/** The fields of /proc/<pid>/stat after the command's name (which may hold blanks and brackets): state first. */
function statusFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function run(command: string, words: string[]): string {
  return spawnSync(command, words, { encoding: "utf8" }).stdout?.trim() ?? "";
}
