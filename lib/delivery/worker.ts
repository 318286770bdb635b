import "server-only";
import { randomInt } from "node:crypto";
import { Client } from "pg";
import { env } from "#lib/env.ts";
import { log } from "#lib/log.ts";

/**
 * This worker process among others: a random number whose session advisory lock it holds while it lives. A claim names
 * its worker; when the lock is gone the worker is dead, and its claims are free at once, without waiting for a lease.
 */

/** First key of the two-key advisory locks of workers; `pg_locks.classid`. */
export const workerLockClass = 7_021;

interface WorkerState {
  client: Client | undefined;
  id: number;
  isStopping: boolean;
}

// Bundlers may load this module more than once in a process; there is one worker all the same.
const holder = globalThis as typeof globalThis & { pushpilotWorker?: WorkerState };

function state(): WorkerState {
  holder.pushpilotWorker ??= { client: undefined, id: randomInt(1, 2 ** 31 - 1), isStopping: false };
  return holder.pushpilotWorker;
}

/**
 * The worker's number, with its lock held; connects again when PostgreSQL was away.
 *
 * @throws whatever the connection throws while PostgreSQL cannot be reached
 */
export async function workerId(): Promise<number> {
  const worker = state();
  if (worker.client) return worker.id;
  const client = new Client({
    connectionString: env().DATABASE_URL,
    keepAlive: true,
    application_name: "pushpilot-worker-lock",
  });
  client.on("error", (error) => {
    log.warn({ err: error }, "the worker's lock connection broke");
    if (worker.client === client) worker.client = undefined;
  });
  await client.connect();
  const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS locked", [
    workerLockClass,
    worker.id,
  ]);
  // The old session may linger on the server: be somebody else until it is gone. Its claims are freed like a dead one's.
  if (!rows[0]?.locked) {
    await client.end();
    worker.id = randomInt(1, 2 ** 31 - 1);
    return workerId();
  }
  worker.client = client;
  return worker.id;
}

/** From now on nothing new is claimed; `deliver` returns when what it has in hand is recorded. */
export function stopWorker(): void {
  state().isStopping = true;
}

export function isStopping(): boolean {
  return state().isStopping;
}

/** Gives the lock back; for tests and scripts. */
export async function leaveWorker(): Promise<void> {
  const { client } = state();
  delete holder.pushpilotWorker;
  await client?.end();
}
