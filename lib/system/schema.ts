import { z } from "zod";
import { Instant, pageOf } from "#lib/schema.ts";

/** A ULID, as the Inngest server names its runs and events. */
export const Ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, "Must be a ULID.");

export const workStates = ["running", "completed", "failed", "cancelled"] as const;
export type WorkState = (typeof workStates)[number];

/** Which Inngest server does the durable work. Only of the local one is more known here. */
export const InngestServer = z.object({
  kind: z.enum(["local", "self_hosted", "cloud"]),
  /** Where its own pages are; null for the local one, whose page is this. */
  url: z.string().nullable(),
});

export const QueueFigures = z.object({
  /** Processes that are alive. */
  servers: z.number().int(),
  /** Calls that are due and wait for their turn. */
  depth: z.number().int(),
  /** How long the longest of them waits, or the oldest event that is not handed on yet. */
  lagSeconds: z.number(),
  /** Calls under way. */
  inFlight: z.number().int(),
  /** Timers: sleeps, waits, retries, cron firings to come. */
  later: z.number().int(),
  eventsWaiting: z.number().int(),
  eventsSetAside: z.number().int(),
  registrationsRefused: z.number().int(),
  runs: z.object({
    running: z.number().int(),
    completed: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
  }),
});
export type QueueFigures = z.output<typeof QueueFigures>;

export const WorkFunction = z.object({
  id: z.string(),
  name: z.string(),
  appId: z.string(),
  /** Event names and cron lines. */
  triggers: z.array(z.string()),
  /** False when its app serves it no more; its runs fail at their next call. */
  isActive: z.boolean(),
  running: z.number().int(),
  failed: z.number().int(),
  lastRunAt: Instant.nullable(),
});
export type WorkFunction = z.output<typeof WorkFunction>;

export const SystemOverview = z.object({
  server: InngestServer,
  /** Null when the work is done by another server. */
  queue: QueueFigures.nullable(),
  functions: z.array(WorkFunction),
});
export type SystemOverview = z.output<typeof SystemOverview>;

export const WorkRun = z.object({
  id: z.string(),
  functionId: z.string(),
  functionName: z.string(),
  eventName: z.string().nullable(),
  status: z.enum(workStates),
  /** What a running one does at the moment. */
  doing: z.enum(["calling", "queued", "retrying", "sleeping", "waiting"]).nullable(),
  /** When it goes on, at the latest. */
  nextAt: Instant.nullable(),
  /** Failed tries of its call at the moment. */
  attempt: z.number().int(),
  error: z.string().nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
});
export type WorkRun = z.output<typeof WorkRun>;

export const WorkRunPage = pageOf(WorkRun);

export const WorkRunFilter = z.strictObject({
  status: z.enum(workStates).optional(),
  functionId: z.string().max(200).optional(),
  pageSize: z.coerce.number().int().min(1).max(100).default(25),
  cursor: Ulid.optional(),
});
export type WorkRunFilter = z.output<typeof WorkRunFilter>;

/** What went wrong outside runs: the latest first, at most 50 of each. */
export const SystemFaults = z.object({
  /** Events that could not be handed to their functions in five tries. */
  events: z.array(z.object({ id: z.string(), name: z.string(), error: z.string(), at: Instant })),
  registrations: z.array(z.object({ url: z.string(), appId: z.string(), error: z.string(), at: Instant })),
});
export type SystemFaults = z.output<typeof SystemFaults>;

export const RetriedRun = z.object({ runId: z.string() });

export const instanceActions = ["work.retry", "work.cancel", "event.retry"] as const;
export type InstanceAction = (typeof instanceActions)[number];

/** What an administrator did to the durable work. */
export const InstanceAuditEntry = z.object({
  id: z.string(),
  actorId: z.string(),
  /** Null when the person is gone. */
  actorName: z.string().nullable(),
  action: z.enum(instanceActions),
  /** The run or the event. */
  entityId: z.string(),
  /** `runId`: the run that began anew. */
  details: z.record(z.string(), z.string()),
  createdAt: Instant,
});
export type InstanceAuditEntry = z.output<typeof InstanceAuditEntry>;

export const InstanceAuditPage = pageOf(InstanceAuditEntry);
