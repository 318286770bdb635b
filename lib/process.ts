import "server-only";
import { startSweep } from "./delivery/sweep.ts";
import { stopWorker, workerId } from "./delivery/worker.ts";
import { env } from "./env.ts";
import { log } from "./log.ts";

/** What a server process does besides answering requests: a worker shows that it is alive, sweeps, and drains when told to stop. */
export async function startProcess(): Promise<void> {
  if (env().ROLE === "web") return;
  process.on("SIGTERM", stopWorker);
  process.on("SIGINT", stopWorker);
  startSweep();
  await workerId().catch((error: unknown) =>
    log.warn({ err: error }, "no database yet; the worker joins when there is one"),
  );
}
