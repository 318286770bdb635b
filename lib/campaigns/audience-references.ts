import "server-only";
import type { Context } from "#lib/context.ts";
import type { Transaction } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { type Audience, namedIn } from "./audience-schema.ts";

/**
 * Everybody and everything that an audience names is of the workspace.
 *
 * @throws not_found a segment, group or subscriber is unknown, deleted or another workspace's
 */
export async function checkAudience(tx: Transaction, ctx: Context, audience: Audience): Promise<void> {
  const { workspaceId } = ctx;
  const named = namedIn(audience);
  await refuseMissing("Segment", named.segmentIds, (id) =>
    tx.segment.count({ where: { workspaceId, isDeleted: false, id: { in: id } } }),
  );
  await refuseMissing("Group", named.groupIds, (id) =>
    tx.group.count({ where: { workspaceId, isDeleted: false, id: { in: id } } }),
  );
  await refuseMissing("Subscriber", audience.exclude?.subscriberIds ?? [], (id) =>
    tx.subscriber.count({ where: { workspaceId, id: { in: id } } }),
  );
  if (audience.type !== "subscribers") return;
  const { ids = [], externalIds = [] } = audience;
  if (ids.some((id) => !isId(id))) throw notFound("Subscriber");
  const found = await tx.subscriber.count({
    where: { workspaceId, isDeleted: false, OR: [{ id: { in: ids } }, { externalId: { in: externalIds } }] },
  });
  if (found < new Set([...ids, ...externalIds]).size) throw notFound("Subscriber");
}

async function refuseMissing(
  what: string,
  ids: readonly string[],
  count: (ids: string[]) => Promise<number>,
): Promise<void> {
  if (ids.length === 0) return;
  const different = [...new Set(ids)];
  if (different.some((id) => !isId(id)) || (await count(different)) < different.length) throw notFound(what);
}
