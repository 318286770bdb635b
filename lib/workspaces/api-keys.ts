import "server-only";
import { audit } from "#lib/audit.ts";
import { apiKeyPrefix } from "#lib/auth/bearer.ts";
import { authorize, can } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { newSecret, secretHash } from "#lib/crypto.ts";
import { db } from "#lib/db.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import type { ApiKey as ApiKeyRow } from "#prisma/generated/client.ts";
import { type ApiKey, type CreatedApiKey, NewApiKey } from "./schema.ts";

/** How much of a key is kept readable, to recognise it in a list: `pp_live_` and four characters. */
const shownLength = apiKeyPrefix.length + 4;

/** Keys that work, newest first. */
export async function listApiKeys(ctx: Context, page: PageQuery): Promise<Page<ApiKey>> {
  authorize(ctx, "api_keys:read");
  const where = { workspaceId: ctx.workspaceId, revokedAt: null };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.apiKey.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    after === undefined ? db.apiKey.count({ where, take: countLimit }) : undefined,
  ]);
  const makers = await db.user.findMany({
    where: { id: { in: rows.map((row) => row.createdByUserId) } },
    select: { id: true, name: true },
  });
  const names = new Map(makers.map(({ id, name }) => [id, name]));
  return toPage(rows, page, total, (row) => toApiKey(row, names.get(row.createdByUserId) ?? ""));
}

/**
 * Makes a key. It is in this answer only; its hash is kept.
 *
 * @throws validation_error a scope is unknown, or more than the maker may do
 * @throws forbidden
 */
export async function createApiKey(ctx: Context, input: NewApiKey): Promise<CreatedApiKey> {
  authorize(ctx, "api_keys:write");
  const { name, scopes, ratePerMinute } = NewApiKey.parse(input);
  const { actor, workspaceId } = ctx;
  if (actor.type === "system") throw new AppError("forbidden", "A key needs a person behind it.");
  const beyond = scopes.filter((scope) => !can(ctx, scope));
  if (beyond.length > 0) throw invalid("scopes", `You may not do this yourself: ${beyond.join(", ")}.`);
  const key = `${apiKeyPrefix}${newSecret()}`;
  return await db.$transaction(async (tx) => {
    const row = await tx.apiKey.create({
      data: {
        id: newId(),
        workspaceId,
        name: name.trim(),
        prefix: key.slice(0, shownLength),
        keyHash: secretHash(key),
        scopes: [...new Set(scopes)],
        ratePerMinute,
        createdByUserId: actor.userId,
      },
    });
    await audit(tx, ctx, {
      action: "api_key.create",
      entityType: "api_key",
      entityId: row.id,
      details: { name: row.name, prefix: row.prefix, scopes: row.scopes },
    });
    const maker = await tx.user.findUniqueOrThrow({ where: { id: actor.userId }, select: { name: true } });
    return { ...toApiKey(row, maker.name), key };
  });
}

/**
 * Revokes a key; its next request is refused.
 *
 * @throws not_found no such working key in ctx's workspace · forbidden
 */
export async function revokeApiKey(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "api_keys:write");
  await db.$transaction(async (tx) => {
    const where = { id, workspaceId: ctx.workspaceId, revokedAt: null };
    const row = isId(id) ? await tx.apiKey.findFirst({ where }) : null;
    const revoked = row ? await tx.apiKey.updateMany({ where, data: { revokedAt: now() } }) : undefined;
    if (!row || revoked?.count !== 1) throw notFound("API key");
    await audit(tx, ctx, {
      action: "api_key.revoke",
      entityType: "api_key",
      entityId: id,
      details: { name: row.name, prefix: row.prefix },
    });
  });
}

function toApiKey(row: ApiKeyRow, createdBy: string): ApiKey {
  const { id, name, prefix, scopes, ratePerMinute, lastUsedAt, createdAt } = row;
  return { id, name, prefix, scopes, ratePerMinute, createdBy, lastUsedAt, createdAt };
}
