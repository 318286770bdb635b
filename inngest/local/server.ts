import { randomInt } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Database, migrate } from "./database.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { Engine } from "./engine.ts";
import { fanOut } from "./fanout.ts";
import { createHttpServer } from "./http.ts";
import { Intake } from "./intake.ts";
import type { Log } from "./log.ts";
import { logToStdout } from "./log.ts";
import { Loop } from "./loop.ts";
import { Presence } from "./presence.ts";
import { Puller } from "./pull.ts";
import { Registry } from "./registry.ts";
import { routesOf } from "./routes.ts";
import { Settler } from "./settler.ts";
import { dropOld, repairStuckRuns, takeOver } from "./sweep.ts";
import { fireTimers, nextDue } from "./timers.ts";

export type InngestServerOptions = {
  /** PostgreSQL; the server keeps its tables in its own schema, `inngest_local`. */
  databaseUrl: string;
  /** 0: any free port. */
  port: number;
  /** URLs of apps to ask for their functions, every 5 s. Others may register themselves. */
  apps: readonly string[];
  /** "signkey-…-<hex>": calls are signed and callers checked. Needed unless `dev`. */
  signingKey?: string;
  eventKeys?: readonly string[];
  /** No signatures and no keys: for development and tests. */
  dev?: boolean;
  /** Delay before a retry that names none, instead of the usual backoff from 15 s. */
  retryMs?: number;
  /** False: the SDK reports after every step instead of running on. */
  checkpoint?: boolean;
  /** How long ended runs and events are kept; 7 days. */
  retentionDays?: number;
  log?: Log;
};

export type InngestServer = { url: string; port: number; stop: () => Promise<void> };

const safetyMs = 1_000;
const stopGraceMs = 3_500;

/**
 * Starts a local Inngest server on 127.0.0.1. Several may share a database.
 *
 * @throws when the database cannot be reached or the port is taken
 */
export async function startInngestServer(options: InngestServerOptions): Promise<InngestServer> {
  const { databaseUrl, dev = false, signingKey, log = logToStdout } = options;
  if (!dev && !signingKey) throw new Error("a signing key is needed unless dev is set");
  await migrate(databaseUrl);
  const engine: Engine = {
    db: new Database(databaseUrl, log),
    registry: new Registry(),
    log,
    workerId: randomInt(1, 2 ** 31 - 1),
    settings: {
      // In dev mode the SDK checks no signatures.
      signingKey: dev ? undefined : signingKey,
      eventKeys: options.eventKeys ?? [],
      dev,
      retryMs: options.retryMs,
      checkpoint: options.checkpoint ?? true,
    },
  };
  const loadRegistry = () => engine.registry.load(engine.db);
  const stopping = new AbortController();
  const settler = new Settler(engine);
  const dispatcher = new Dispatcher(engine, settler);
  const puller = new Puller(engine, options.apps, (appId) => dispatcher.appIsUp(appId));

  const events = new Loop("fan_out", log, async () => ((await fanOut(engine)) > 0 ? 0 : safetyMs));
  const timers = new Loop("timers", log, async () => {
    if ((await fireTimers(engine, settler)) > 0) return 0;
    const due = await nextDue(engine);
    dispatcher.nudge();
    return due ? Math.min(Math.max(due.getTime() - Date.now(), 1), safetyMs) : safetyMs;
  });
  const takeovers = new Loop("take_over", log, async () => {
    if ((await takeOver(engine)) > 0) dispatcher.nudge();
    await dispatcher.releaseLost();
    return 2_000;
  });
  const pulls = new Loop("pull", log, async () => {
    await puller.pullAll(stopping.signal);
    return engine.registry.all().length > 0 ? 5_000 : 1_000;
  });
  const repairs = new Loop("repair", log, async () => {
    if ((await repairStuckRuns(engine)) > 0) dispatcher.nudge();
    return 30_000;
  });
  let keysEndedAt: Date | undefined;
  const retention = new Loop("retention", log, async () => {
    keysEndedAt = await dropOld(engine, options.retentionDays ?? 7, keysEndedAt);
    return 600_000;
  });
  const registryLoads = new Loop("registry", log, async () => {
    await loadRegistry();
    return 60_000;
  });
  const loops = [events, timers, takeovers, pulls, repairs, retention, registryLoads];

  engine.db.onWake = (wake) => {
    if (wake.has("events")) events.nudge();
    if (wake.has("timers")) timers.nudge();
    if (wake.has("calls")) dispatcher.nudge();
  };

  const presence = new Presence(databaseUrl, engine.workerId, log, () => registryLoads.nudge());
  const server = createHttpServer(engine, routesOf(engine, new Intake(engine), settler));
  try {
    await presence.start();
    await loadRegistry();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, "127.0.0.1", resolve);
    });
  } catch (error) {
    await Promise.allSettled([presence.stop(), engine.db.end()]);
    throw error;
  }
  for (const loop of loops) loop.start();
  const { port } = server.address() as AddressInfo;
  log("started", { port, dev, worker: engine.workerId });

  const stop = async () => {
    stopping.abort();
    // Still listening: calls under way checkpoint here.
    await Promise.all([...loops.map((loop) => loop.stop()), dispatcher.stop(stopGraceMs)]);
    server.close();
    server.closeAllConnections();
    await presence.stop();
    await engine.db.end();
    log("stopped");
  };
  let stopped: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
