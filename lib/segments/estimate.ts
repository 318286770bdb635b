import "server-only";
import type { PoolClient } from "pg";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { db, transaction } from "#lib/db.ts";
import type { Rules } from "./grammar.ts";
import { Parameters, segmentCondition } from "./rules.ts";
import type { Estimate, EstimateRules } from "./schema.ts";
import { checkReferences, findSegment } from "./segments.ts";

/** Counting ends here; what the planner guesses is shown instead. */
const countingMs = 1_600;
const sampleMs = 400;
const sampleSize = 5;
/** While somebody types, the same rules are asked again and again. */
const keptMs = 20_000;
const maxKept = 500;
const timedOut = "57014";

const kept = new Map<string, { until: number; estimate: Promise<Estimate> }>();

/**
 * How many people match rules, and some of them. At most 2 s of the database's time; the same question within 20 s gets
 * the same answer.
 *
 * @throws not_found a group, campaign or site of another workspace
 */
export async function estimateRules(ctx: Context, { rules, siteId }: EstimateRules): Promise<Estimate> {
  authorize(ctx, "segments:read");
  await checkReferences(ctx, { rules, siteId: siteId ?? null }, db);
  const key = JSON.stringify([ctx.workspaceId, siteId, rules]);
  const known = kept.get(key);
  if (known && known.until > Date.now()) return known.estimate;
  const estimate = countPeople(ctx.workspaceId, { rules, siteId: siteId ?? null });
  estimate.catch(() => kept.delete(key));
  kept.delete(key);
  kept.set(key, { until: Date.now() + keptMs, estimate });
  for (const oldest of kept.keys()) {
    if (kept.size <= maxKept) break;
    kept.delete(oldest);
  }
  return estimate;
}

/**
 * The same for a saved segment, which remembers the figure.
 *
 * @throws not_found
 */
export async function estimateSegment(ctx: Context, id: string): Promise<Estimate> {
  authorize(ctx, "segments:read");
  const { rules, siteId } = await findSegment(ctx, id);
  const estimate = await countPeople(ctx.workspaceId, { rules, siteId });
  await db.segment.updateMany({
    where: { id, workspaceId: ctx.workspaceId },
    data: { estimatedCount: estimate.count, estimatedAt: estimate.estimatedAt },
  });
  return estimate;
}

/**
 * Counts within the time there is; never throws for lack of time. Whoever is shown as a sample comes from the same pass: some
 * matches whose hash falls into one of so many buckets as the planner's guess makes it few.
 */
export async function countPeople(
  workspaceId: string,
  segment: { rules: Rules; siteId: string | null },
): Promise<Estimate> {
  const estimatedAt = now();
  const parameters = new Parameters(1);
  const condition = segmentCondition(segment, parameters, estimatedAt);
  const from = `FROM subscriber u WHERE u.workspace_id = $1 AND NOT u.is_deleted AND NOT u.is_test AND u.is_active AND ${condition}`;
  const values = [workspaceId, ...parameters.values];
  const counted = await bounded(countingMs, async (client) => {
    // All that match are counted, so tables are read once each, into hashes that parallel workers share; a probe for each
    // person, or a merge that every worker walks whole, loses.
    await client.query("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off");
    const guessed = await guess(client, from, values);
    const buckets = 2 ** Math.max(0, Math.floor(Math.log2(guessed / (sampleSize * 10))));
    const { rows } = await client.query<{ count: number; some: string[] | null }>(
      `SELECT count(*)::int AS count, (array_agg(u.id) FILTER (WHERE uuid_hash(u.id) & ${buckets - 1} = 0))[1:${sampleSize}] AS some ${from}`,
      values,
    );
    return rows[0] ?? { count: 0, some: null };
  });
  const sample = await bounded(sampleMs, async (client) => {
    if (counted?.count === 0) return [];
    const { rows } = await client.query<Estimate["sample"][number]>(
      `SELECT u.id, u.external_id AS "externalId", u.name, u.tags, u.last_seen_at AS "lastSeenAt" ${
        counted?.some
          ? "FROM subscriber u WHERE u.workspace_id = $1 AND u.id = ANY ($2::uuid[])"
          : `${from} LIMIT ${sampleSize}`
      }`,
      counted?.some ? [workspaceId, counted.some] : values,
    );
    return rows;
  });
  const count = counted?.count ?? (await bounded(sampleMs, (client) => guess(client, from, values))) ?? 0;
  return { count, isExact: counted !== undefined, sample: sample ?? [], estimatedAt };
}

/** A read with enough memory for its hashes and a hard end; undefined when that came first. */
async function bounded<T>(timeoutMs: number, work: (client: PoolClient) => Promise<T>): Promise<T | undefined> {
  try {
    return await transaction(async (client) => {
      await client.query(
        `SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off`,
      );
      return await work(client);
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === timedOut) return undefined;
    throw error;
  }
}

/** The planner's own guess, from its statistics. */
async function guess(client: PoolClient, from: string, values: unknown[]): Promise<number> {
  const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(
    `EXPLAIN (FORMAT JSON) SELECT 1 ${from}`,
    values,
  );
  return Math.round(rows[0]?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0);
}
