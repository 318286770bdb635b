// Plain JavaScript without dependencies: the first start uses this before anything is installed.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startOf } from "./processes.mjs";

/** @typedef {{pid: number, start: string}} Holder a process, told from later ones of the same id by when it began */

/**
 * Takes a lock file that ends with this process, however it ends: a file of a process that lives no more is nobody's.
 *
 * @param {string} file its folder is made
 * @returns {Holder | undefined} who holds it, when another process does; undefined: it is ours
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A link appears whole and only once, so two processes cannot both succeed.
        linkSync(own, file);
        return undefined;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const holder = readHolder(file);
      if (holder?.pid === process.pid && holder.start === startOf(process.pid)) return undefined;
      if (holder && holder.start === startOf(holder.pid)) return holder;
      removeStale(file, holder);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Gives back a lock that this process holds.
 *
 * @param {string} file
 */
export function releaseLock(file) {
  if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
}

/**
 * Does some work alone among all processes that lock the same file, waiting for its turn.
 *
 * @template T
 * @param {string} file
 * @param {() => void} onWait called once when it has to wait
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, work) {
  for (let waited = false; takeLock(file); waited = true) {
    if (!waited) onWait();
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    releaseLock(file);
  }
}

/**
 * Moves a dead process's file away, unless another process was quicker and the file is already its own.
 *
 * @param {string} file
 * @param {Holder | undefined} stale
 */
function removeStale(file, stale) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved && (moved.pid !== stale?.pid || moved.start !== stale.start)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third has it by now.
    }
  }
  rmSync(aside, { force: true });
}

/**
 * @param {string} file
 * @returns {Holder | undefined}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
