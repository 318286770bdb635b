import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { Server, ServerResponse } from "node:http";
import { startSweep } from "./delivery/sweep.ts";
import { stopWorker, workerId } from "./delivery/worker.ts";
import { env } from "./env.ts";
import { log } from "./log.ts";

/** A process that was told to stop ends within this, whatever it still waits for: claims left behind are freed then. */
const longestStopMs = 22_000;

/** What a server process does besides answering requests: a worker shows that it is alive, sweeps, and drains when told to stop. */
export async function startProcess(): Promise<void> {
  endConnectionsAtStop();
  if (env().ROLE === "web") return;
  // Node asks the system anew for every variable that is read, and Inngest's SDK reads all of them several times in
  // every call. A plain copy costs next to nothing to read.
  process.env = { ...process.env };
  process.on("SIGTERM", stopWorker);
  process.on("SIGINT", stopWorker);
  startSweep();
  await workerId().catch((error: unknown) =>
    log.warn({ err: error }, "no database yet; the worker joins when there is one"),
  );
}

/**
 * Next ends when its last connection has, and takes no new ones then; but a caller that keeps its connection – the queue
 * does – would be served on it for ever. From the signal on, answers are the last ones on their connections.
 */
function endConnectionsAtStop(): void {
  let isStopping = false;
  const servers = new Set<Server>();
  subscribe("http.server.request.start", (event) => {
    const { response, server } = event as { response: ServerResponse; server: Server };
    servers.add(server);
    if (isStopping) response.shouldKeepAlive = false;
  });
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    setInterval(() => {
      for (const server of servers) server.closeIdleConnections();
    }, 100).unref();
    setTimeout(() => process.exit(143), longestStopMs).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
