import "server-only";
import { type StepContents, stepContents } from "#lib/campaigns/step-contents.ts";
import { db, query } from "#lib/db.ts";
import type { ClaimedMessage } from "./claim.ts";

/** Of a drip's message: which version of the steps its person walks, and the values that the event gave. */
export interface Walk {
  version: number;
  variables: unknown;
}

/** Looks up the walks of claimed messages, in one statement for all of them; for messages of runs none is made. */
export async function readWalks(messages: ClaimedMessage[]): Promise<void> {
  const ids = new Set(messages.flatMap(({ enrollment_id }) => enrollment_id ?? []));
  if (ids.size === 0) return;
  const rows = await query<Walk & { id: string }>(
    "SELECT id, version, variables FROM enrollment WHERE workspace_id = $1 AND id = ANY ($2::uuid[])",
    [messages[0]?.workspace_id, [...ids]],
  );
  const walks = new Map(rows.map((row) => [row.id, row]));
  for (const message of messages) {
    const walk = message.enrollment_id === null ? undefined : walks.get(message.enrollment_id);
    if (walk) message.walk = walk;
  }
}

/** What the steps of each version of a campaign say, by version and the steps' lasting numbers. */
export async function loadVersions(
  workspaceId: string,
  campaignId: string,
): Promise<Map<number, Map<number, StepContents>>> {
  const versions = await db.stepsVersion.findMany({ where: { workspaceId, campaignId } });
  return new Map(versions.map((version) => [version.version, contentsOf(version)]));
}

function contentsOf({ keys, steps }: { keys: number[]; steps: unknown }): Map<number, StepContents> {
  const list: unknown[] = Array.isArray(steps) ? steps : [];
  return new Map(list.map((step, index) => [keys[index] ?? index, stepContents(asRow(step))]));
}

function asRow(step: unknown): Parameters<typeof stepContents>[0] {
  const { content, translations, variants } = Object(step) as Record<string, unknown>;
  return { content, translations, variants };
}
