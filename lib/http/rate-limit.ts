import "server-only";
import type { Pool } from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import type { Principal } from "#lib/auth/bearer.ts";
import { sign } from "#lib/crypto.ts";
import { pool, query } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { Together } from "#lib/together.ts";
import { WorkspaceSettings } from "#lib/workspaces/schema.ts";

/** How often something may be done: so many times per window, which begins with the first of them. */
export interface Limit {
  count: number;
  windowSeconds: number;
}

const minute = 60;
const day = 86_400;

/** Calls of one signed-in person's dashboard, which reads what changes while one looks. */
const sessionLimit: Limit = { count: 600, windowSeconds: minute };
/** Calls that need no sign-in, by address; guessing has its own, far lower limits. */
export const publicLimit: Limit = { count: 300, windowSeconds: minute };
/** The browser SDK's calls from one address: an office or a mobile network shares one. */
export const sdkAddressLimit: Limit = { count: 600, windowSeconds: minute };
/** The browser SDK's calls for one site, all visitors together. */
export const sdkSiteLimit: Limit = { count: 60_000, windowSeconds: minute };

/** What is left after a call was counted. */
export interface Allowance {
  limit: number;
  remaining: number;
  resetAt: Date;
}

interface Counted {
  key: string;
  windowSeconds: number;
}

// Calls of one caller that come at the same moment are counted by one write; each learns its own place.
const counting = new Together<Counted, { used: number; resetAt: Date }>(async (calls) => {
  const groups = [...Map.groupBy(calls, ({ key, windowSeconds }) => `${windowSeconds} ${key}`)];
  const ends = await Promise.all(
    groups.map(async ([name, [first, ...others]]) => {
      if (!first) throw new TypeError("a group has a first call");
      const { consumedPoints, msBeforeNext } = await limiter(first.windowSeconds).penalty(first.key, 1 + others.length);
      const place = { next: consumedPoints - others.length, resetAt: new Date(Date.now() + msBeforeNext) };
      return [name, place] as [string, typeof place];
    }),
  );
  const places = new Map(ends);
  return calls.map(({ key, windowSeconds }) => {
    const place = places.get(`${windowSeconds} ${key}`);
    if (!place) throw new TypeError("a call was not counted");
    return { used: place.next++, resetAt: place.resetAt };
  });
});

/** Counts one call, exactly and across all processes. Does not refuse: see `enforce`. */
function count(key: string, windowSeconds: number): Promise<{ used: number; resetAt: Date }> {
  return counting.do({ key, windowSeconds });
}

function scaled(limit: number): number {
  return Math.max(1, Math.round(limit * env().RATE_LIMIT_SCALE));
}

function allowance(limit: number, used: number, resetAt: Date): Allowance {
  return { limit, remaining: Math.max(0, limit - used), resetAt };
}

/** The headers that tell a caller where it stands; Reset is in seconds since 1970. */
export function rateLimitHeaders({ limit, remaining, resetAt }: Allowance): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(resetAt.getTime() / 1000)),
  };
}

/** The refusal, saying when it ends. */
export function rateLimited({ limit, resetAt }: Pick<Allowance, "limit" | "resetAt">): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil((resetAt.getTime() - Date.now()) / 1000));
  return new AppError("rate_limited", `The limit of ${limit} calls is used up. Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}

/**
 * Counts a call of a known caller: API keys by their own limit a minute, the dashboard's cookie by 600 a minute, access
 * tokens by the workspace's limit a day, over all tokens of the user.
 *
 * @param workspaceId the workspace whose setting holds; without one the most generous of the user's workspaces
 * @returns where the caller stands, and whether this call is already one too many
 */
export async function countCall(
  principal: Principal,
  workspaceId: string | undefined,
): Promise<Allowance & { exceeded: boolean }> {
  const { key, limit } = await callerLimit(principal, workspaceId);
  const most = scaled(limit.count);
  const { used, resetAt } = await count(key, limit.windowSeconds);
  return { ...allowance(most, used, resetAt), exceeded: used > most };
}

async function callerLimit(
  principal: Principal,
  workspaceId: string | undefined,
): Promise<{ key: string; limit: Limit }> {
  if (principal.kind === "api_key")
    return { key: `key:${principal.apiKeyId}`, limit: { count: principal.ratePerMinute, windowSeconds: minute } };
  if (principal.via === "session") return { key: `session:${principal.userId}`, limit: sessionLimit };
  const perDay = await callsPerDay(principal.userId, workspaceId);
  return { key: `day:${principal.userId}`, limit: { count: perDay, windowSeconds: day } };
}

async function callsPerDay(userId: string, workspaceId: string | undefined): Promise<number> {
  const rows = await query<{ settings: unknown }>(
    `SELECT w.settings FROM workspace w JOIN member m ON m.workspace_id = w.id
      WHERE m.user_id = $1 AND m.status = 'active' AND ($2::uuid IS NULL OR w.id = $2)`,
    [userId, workspaceId ?? null],
  );
  const limits = rows.map(({ settings }) => WorkspaceSettings.parse(settings).apiCallsPerDay);
  return limits.length > 0 ? Math.max(...limits) : WorkspaceSettings.parse({}).apiCallsPerDay;
}

interface Lease {
  left: number;
  endsAt: number;
}

const leases = new Map<string, Lease>();
const refills = new Map<string, Promise<void>>();
const maxLeases = 50_000;

/**
 * Takes one call from a bucket that processes lease in blocks of a twentieth: cheap, exact to about a tenth. For
 * callers whom nobody knows, whose calls must not cost a write each.
 *
 * @param subject the address or site; only a keyed hash of it is stored
 * @throws rate_limited the bucket is empty
 */
export async function takeLeased(bucket: string, subject: string, limit: Limit): Promise<void> {
  const key = `${bucket}:${sign("limit", subject)}`;
  const most = scaled(limit.count);
  for (;;) {
    const lease = leases.get(key);
    if (lease && lease.endsAt > Date.now()) {
      if (lease.left <= 0) throw rateLimited({ limit: most, resetAt: new Date(lease.endsAt) });
      lease.left--;
      if (lease.left > 0) return;
      // The last of a block: the next caller fetches another.
      leases.delete(key);
      return;
    }
    await refill(key, most, limit.windowSeconds);
  }
}

/** Fetches one block, once for all who wait for it. */
async function refill(key: string, most: number, windowSeconds: number): Promise<void> {
  const pending = refills.get(key);
  if (pending) return await pending;
  const refilling = leaseBlock(key, most, windowSeconds)
    .then((lease) => {
      if (leases.size >= maxLeases) dropEnded();
      leases.set(key, lease);
    })
    .finally(() => refills.delete(key));
  refills.set(key, refilling);
  await refilling;
}

async function leaseBlock(key: string, most: number, windowSeconds: number): Promise<Lease> {
  const block = Math.max(1, Math.floor(most / 20));
  const { consumedPoints, msBeforeNext } = await limiter(windowSeconds).penalty(key, block);
  const before = consumedPoints - block;
  return { left: Math.min(block, most - before), endsAt: Date.now() + Math.max(1, msBeforeNext) };
}

/** Makes room; when every lease still runs, the oldest go, whose subjects then lease anew. */
function dropEnded(): void {
  const now = Date.now();
  for (const [key, lease] of leases) if (lease.endsAt <= now) leases.delete(key);
  for (const key of leases.keys()) {
    if (leases.size < maxLeases * 0.9) return;
    leases.delete(key);
  }
}

const limiters = new WeakMap<Pool, Map<number, RateLimiterPostgres>>();

/** One store a window length. It only counts; how many are allowed is decided here. */
function limiter(windowSeconds: number): RateLimiterPostgres {
  const storeClient = pool();
  const byWindow = limiters.get(storeClient) ?? new Map<number, RateLimiterPostgres>();
  limiters.set(storeClient, byWindow);
  const made =
    byWindow.get(windowSeconds) ??
    new RateLimiterPostgres({
      storeClient,
      storeType: "pool",
      tableName: "rate_limit",
      tableCreated: true,
      keyPrefix: `calls${windowSeconds}`,
      points: 1_000_000_000,
      duration: windowSeconds,
    });
  byWindow.set(windowSeconds, made);
  return made;
}
