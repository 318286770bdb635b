import "server-only";
import { eventType } from "inngest";
import { z } from "zod";
import { query } from "#lib/db.ts";
import { inngest } from "#lib/events.ts";
import { log } from "#lib/log.ts";

/** An import is to be worked on. */
export const importDue = eventType("pushpilot/import.due", {
  schema: z.object({ workspaceId: z.string(), importId: z.string() }),
});

/** Tells the queue of an import, without making anybody wait. Never fails: the sweep repeats what was lost. */
export function nudgeImport(workspaceId: string, importId: string): void {
  void tell([{ workspace_id: workspaceId, id: importId }]);
}

async function tell(imports: { workspace_id: string; id: string }[]): Promise<void> {
  try {
    for (const { workspace_id: workspaceId, id } of imports) {
      const [row] = await query<{ nudges: number }>(
        "UPDATE import SET nudges = nudges + 1, nudged_at = now() WHERE workspace_id = $1 AND id = $2 RETURNING nudges",
        [workspaceId, id],
      );
      await inngest.send(importDue.create({ workspaceId, importId: id }, { id: `${id}:import:${row?.nudges ?? 0}` }));
    }
  } catch (error) {
    log.warn({ err: error, imports: imports.map(({ id }) => id) }, "the queue could not be told; the sweep will");
  }
}

/** For the sweep: imports that nobody has worked on for a while. @returns how many were told of again */
export async function nudgeForgottenImports(): Promise<number> {
  const rows = await query<{ workspace_id: string; id: string }>(
    `SELECT workspace_id, id FROM import WHERE status IN ('checking', 'running')
        AND greatest(nudged_at, updated_at) < now() - interval '10 seconds' LIMIT 100`,
  );
  await tell(rows);
  return rows.length;
}
