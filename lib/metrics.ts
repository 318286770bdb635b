import "server-only";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { query } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { log } from "#lib/log.ts";
import { queueFigures } from "#lib/system/queue-figures.ts";

interface Metrics {
  registry: Registry;
  requests: Counter<"method" | "route" | "status">;
  seconds: Histogram<"method" | "route">;
  readLedger: () => Promise<void>;
  readQueue: () => Promise<void>;
}

// One registry a process: bundlers may load this module more than once.
const holder = globalThis as typeof globalThis & { pushpilotMetrics?: Metrics };

function metrics(): Metrics {
  holder.pushpilotMetrics ??= build();
  return holder.pushpilotMetrics;
}

function build(): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role: env().ROLE });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests answered by this process; rate and errors by status.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "http_request_duration_seconds",
    help: "How long they took.",
    labelNames: ["method", "route"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return { registry, requests, seconds, readLedger: ledgerFigures(registers), readQueue: workFigures(registers) };
}

/** Notes one answered request. `route` is the path's pattern, so that ids make no new series. */
export function countRequest(method: string, route: string, status: number, seconds: number): void {
  metrics().requests.inc({ method, route, status });
  metrics().seconds.observe({ method, route }, seconds);
}

/** All figures in Prometheus' text format (version 0.0.4). */
export async function metricsText(): Promise<{ text: string; contentType: string }> {
  const { registry, readLedger, readQueue } = metrics();
  await Promise.all([readLedger(), readQueue()]);
  return { text: await registry.metrics(), contentType: registry.contentType };
}

interface LedgerFigures {
  sent: string;
  failed: string;
  campaigns: string;
  queued: string;
  lag_seconds: string;
}

/** What PostgreSQL knows is the same whichever process is asked: sums of counters, never a scan of the ledger. */
function ledgerFigures(registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const sent = counter("notifications_sent_total", "Messages that a push service or provider accepted.");
  const failed = counter("notifications_failed_total", "Messages that failed for good.");
  const campaigns = counter("campaign_created_total", "Campaigns ever created.");
  const depth = gauge("queue_depth", "Messages that wait to be sent.");
  const lag = gauge("queue_lag_seconds", "How long the oldest run that is due waits for its start.");
  const up = gauge("database_up", "1 when the figures of the ledger could be read.");
  const setTo = (figure: Counter, value: string) => {
    figure.reset();
    figure.inc(Number(value));
  };
  return async () => {
    try {
      const [row] = await query<LedgerFigures>(ledgerSums);
      if (!row) return;
      setTo(sent, row.sent);
      setTo(failed, row.failed);
      setTo(campaigns, row.campaigns);
      depth.set(Number(row.queued));
      lag.set(Number(row.lag_seconds));
      up.set(1);
    } catch (error) {
      log.warn({ err: error }, "metrics: the database cannot be read");
      up.set(0);
    }
  };
}

const ledgerSums = `
  SELECT coalesce(sum(sent), 0) AS sent,
         coalesce(sum(failed), 0) AS failed,
         greatest(coalesce(sum(queued + sending), 0), 0) AS queued,
         (SELECT count(*) FROM campaign) AS campaigns,
         (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM run
           WHERE status = 'due' AND due_at < now()) AS lag_seconds
    FROM counter`;

/** The local Inngest server's work; without series when another server does it. */
function workFigures(registers: Registry[]): () => Promise<void> {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const depth = gauge("inngest_queue_depth", "Calls of functions that are due and wait for their turn.");
  const lag = gauge("inngest_queue_lag_seconds", "How long the longest of them waits.");
  const inFlight = gauge("inngest_calls_in_flight", "Calls of functions under way.");
  const runs = gauge("inngest_runs", "Runs of functions within the retention, by state.", ["state"]);
  const setAside = gauge("inngest_events_set_aside", "Events that could not be handed to their functions.");
  const servers = gauge("inngest_servers", "Local Inngest servers that are alive.");
  const plain = [depth, lag, inFlight, setAside, servers];
  return async () => {
    const figures = await queueFigures().catch((error: unknown) => {
      log.warn({ err: error }, "metrics: the queue cannot be read");
    });
    if (!figures) {
      for (const figure of plain) figure.remove();
      runs.reset();
      return;
    }
    depth.set(figures.depth);
    lag.set(figures.lagSeconds);
    inFlight.set(figures.inFlight);
    setAside.set(figures.eventsSetAside);
    servers.set(figures.servers);
    for (const [state, count] of Object.entries(figures.runs)) runs.set({ state }, count);
  };
}
