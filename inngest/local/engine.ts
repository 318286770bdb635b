import type { Database } from "./database.ts";
import type { Log } from "./log.ts";
import type { Registry } from "./registry.ts";

/** What every module of one running server shares. */
export type Engine = {
  readonly db: Database;
  readonly registry: Registry;
  readonly log: Log;
  /** Names this process on the rows it claims; alive while it holds the advisory lock of that number. */
  readonly workerId: number;
  readonly settings: Settings;
};

export type Settings = {
  /** Absent in dev mode: then calls are not signed and callers are not checked. */
  readonly signingKey?: string;
  readonly eventKeys: readonly string[];
  readonly dev: boolean;
  /** Delay of every retry that names none; the usual backoff when absent. */
  readonly retryMs?: number;
  /** Lets the SDK run following steps in one call and report each as it finishes. */
  readonly checkpoint: boolean;
};

/** An event as functions see it. */
export type EventBody = {
  id: string;
  name: string;
  data: Record<string, unknown>;
  ts: number;
  user?: unknown;
  v?: string;
};
