import "server-only";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { sign } from "#lib/crypto.ts";
import { pool } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Limits on guessing, kept in PostgreSQL and so shared by all processes: points per duration. All scale with
 * RATE_LIMIT_SCALE.
 */
const limits = {
  /** One address guessing at one account. */
  signInAccountAndIp: { points: 10, minutes: 15 },
  /** All addresses together at one account; high, because it can also lock the owner out. */
  signInAccount: { points: 100, minutes: 60 },
  /** One address at all accounts: an office shares one. */
  signInIp: { points: 100, minutes: 15 },
  registerIp: { points: 20, minutes: 60 },
  resetAccount: { points: 3, minutes: 60 },
  resetIp: { points: 20, minutes: 60 },
  /** People whom somebody names who may not search them: each name is a guess whether there is such a person. */
  namedPeople: { points: 200, minutes: 60 },
} as const satisfies Record<string, { points: number; minutes: number }>;

export type Limit = keyof typeof limits;

function limiter(limit: Limit): RateLimiterPostgres {
  const { points, minutes } = limits[limit];
  return new RateLimiterPostgres({
    storeClient: pool(),
    storeType: "pool",
    tableName: "rate_limit",
    tableCreated: true,
    keyPrefix: limit,
    points: Math.max(1, Math.round(points * env().RATE_LIMIT_SCALE)),
    duration: minutes * 60,
    clearExpiredByTimeout: false,
  });
}

/** Whom a limit is about. A keyed hash: neither addresses nor e-mails are written down. */
function subjectKey(subject: string): string {
  return sign("limit", subject);
}

/**
 * Takes a point before the work it pays for, so that a thousand guesses at once count as a thousand.
 *
 * @param subject e-mail or IP address; undefined (address unknown) takes nothing
 * @param points how many, for work that is so many guesses
 * @throws rate_limited no point is left; says when there will be
 */
export async function takePoint(limit: Limit, subject: string | undefined, points = 1): Promise<void> {
  if (subject === undefined) return;
  try {
    await limiter(limit).consume(subjectKey(subject), points);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    const minutes = Math.ceil(retryAfterSeconds / 60);
    throw new AppError("rate_limited", `Too many attempts. Try again in ${minutes} min.`, { retryAfterSeconds });
  }
}

/** Gives back the point of an attempt that turned out to be honest. */
export async function returnPoint(limit: Limit, subject: string | undefined): Promise<void> {
  if (subject !== undefined) await limiter(limit).reward(subjectKey(subject));
}

/** Forgets the failures: the right password was given. */
export async function forgetPoints(limit: Limit, subject: string): Promise<void> {
  await limiter(limit).delete(subjectKey(subject));
}
