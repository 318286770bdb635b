// Plain JavaScript without dependencies: the first start uses this before anything is installed.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Whether a process of that id lives. A zombie counts as ended.
 *
 * @param {number} pid
 * @returns {boolean}
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  try {
    return statusFields(pid)[0] !== "Z";
  } catch {
    return process.platform !== "linux";
  }
}

/**
 * When that process began, as a text that no later process of the same id shares. Empty when it does not live.
 * Process ids are used again, so one is only ours when this matches too.
 *
 * @param {number} pid
 * @returns {string}
 */
export function startOf(pid) {
  if (!isAlive(pid)) return "";
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${statusFields(pid)[19]}`;
  } catch {
    return run("ps", ["-o", "lstart=", "-p", String(pid)]);
  }
}

/**
 * Its command line, words parted by blanks. Empty when it does not live or may not be seen.
 *
 * @param {number} pid
 * @returns {string}
 */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return process.platform === "linux" ? "" : run("ps", ["-o", "command=", "-p", String(pid)]);
  }
}

/**
 * Waits until none of them lives.
 *
 * @param {number[]} pids
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} whether that came in time
 */
export async function waitForEnd(pids, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

/**
 * Sends a signal to all of a process group that we made. Silent when it has ended.
 *
 * @param {number} leader
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch {
    // It has ended.
  }
}

/**
 * Whether that process leads a process group, as all do that we start.
 *
 * @param {number} pid
 * @returns {boolean}
 */
export function isGroupLeader(pid) {
  try {
    return statusFields(pid)[2] === String(pid);
  } catch {
    return false;
  }
}

/**
 * Calls back when the npm that runs us (by way of a shell) was killed: nobody could stop us any more. Linux only.
 *
 * @param {() => void} callback
 */
export function onNpmEnd(callback) {
  if (!process.env.npm_lifecycle_event) return;
  const hasShellBetween = !commandOf(process.ppid).startsWith("npm");
  const ancestors = () => {
    if (!hasShellBetween) return String(process.ppid);
    try {
      return `${process.ppid} ${statusFields(process.ppid)[1]}`;
    } catch {
      return String(process.ppid);
    }
  };
  const before = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(watch);
    callback();
  }, 1_000).unref();
}

/**
 * The fields of /proc/<pid>/stat after the command's name (which may hold blanks and brackets): state first.
 *
 * @param {number} pid
 * @returns {string[]}
 */
function statusFields(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/**
 * @param {string} command
 * @param {string[]} words
 * @returns {string}
 */
function run(command, words) {
  return spawnSync(command, words, { encoding: "utf8" }).stdout?.trim() ?? "";
}
