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
const workerLockClass = 7_021;

/** The numbers of all workers that live, as a subquery. */
export const livingWorkers = `SELECT objid::bigint::int FROM pg_locks WHERE locktype = 'advisory' AND classid = ${workerLockClass} AND granted`;

interface WorkerState {
  client: Client | undefined;
  id: number;
  joining: Promise<number> | undefined;
  isStopping: boolean;
}

// Bundlers may load this module more than once in a process; there is one worker all the same.
const holder = globalThis as typeof globalThis & { pushpilotWorker?: WorkerState };

function state(): WorkerState {
  holder.pushpilotWorker ??= { client: undefined, id: 0, joining: undefined, isStopping: false };
  return holder.pushpilotWorker;
}

/**
 * The worker's number, with its lock held. When PostgreSQL was away, or the number was given up, it is another one: what
 * was claimed under the former is then free like a dead worker's.
 *
 * @throws whatever the connection throws while PostgreSQL cannot be reached
 */
export async function workerId(): Promise<number> {
  const worker = state();
  if (worker.client) return worker.id;
  worker.joining ??= join(worker).finally(() => {
    worker.joining = undefined;
  });
  return worker.joining;
}

async function join(worker: WorkerState): Promise<number> {
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
  worker.id = randomInt(1, 2 ** 31 - 1);
  await client.query("SELECT pg_advisory_lock($1, $2)", [workerLockClass, worker.id]);
  worker.client = client;
  return worker.id;
}

/** Gives up the number and with it every claim under it, because they could not be settled. */
export async function abandonClaims(): Promise<void> {
  const worker = state();
  const { client } = worker;
  worker.client = undefined;
  await client?.end().catch(() => {});
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
