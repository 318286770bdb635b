import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { WorkspaceSettings } from "#lib/workspaces/schema.ts";
import { PrivacyOverview } from "./schema.ts";

/** What the workspace keeps for how long, and what was erased of late. Retention is changed with the workspace's settings. */
export async function getPrivacy(ctx: Context): Promise<PrivacyOverview> {
  authorize(ctx, "workspace:read");
  const { workspaceId } = ctx;
  const [workspace, tombstones, erasures] = await Promise.all([
    db.workspace.findFirst({ where: { id: workspaceId, isDeleted: false } }),
    db.tombstone.count({ where: { workspaceId } }),
    db.erasure.findMany({ where: { workspaceId }, orderBy: { id: "desc" }, take: 10 }),
  ]);
  if (!workspace) throw notFound("Workspace");
  const { messageRetentionDays: messageDays, eventRetentionDays: eventDays } = WorkspaceSettings.parse(
    workspace.settings,
  );
  const source = PrivacyOverview.shape.erasures.element.shape.source;
  return {
    retention: { messageDays, eventDays },
    tombstones,
    erasures: erasures.map((row) => ({ ...row, source: source.parse(row.source) })),
  };
}
