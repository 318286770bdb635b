import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { findGroup } from "#lib/groups/groups.ts";
import { Parameters, segmentCondition } from "#lib/segments/rules.ts";
import { findSegment } from "#lib/segments/segments.ts";
import { streamSubscribers } from "./export.ts";
import type { SubscriberExportQuery } from "./schema.ts";
import { subscriberConditions } from "./subscribers.ts";

/** People as the list of subscribers shows them by a filter, as CSV. @throws not_found the segment of the filter */
export async function streamList(ctx: Context, filter: SubscriberExportQuery): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "subscribers:read");
  const { where, values } = await subscriberConditions(ctx, filter);
  return streamSubscribers(ctx, { where, values: values.slice(1) });
}

/** The people of a group as CSV. @throws not_found */
export async function streamGroup(ctx: Context, groupId: string): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "subscribers:read");
  const group = await findGroup(ctx, groupId);
  const where =
    "EXISTS (SELECT 1 FROM group_member m WHERE m.workspace_id = $1 AND m.subscriber_id = u.id AND m.group_id = $2)";
  return streamSubscribers(ctx, { where, values: [group.id] });
}

/** The people that a segment has now as CSV. @throws not_found */
export async function streamSegment(ctx: Context, segmentId: string): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "subscribers:read");
  const segment = await findSegment(ctx, segmentId);
  const parameters = new Parameters(1);
  const where = segmentCondition(segment, parameters, new Date());
  return streamSubscribers(ctx, { where, values: parameters.values });
}
