import "server-only";
import type { Context } from "./context.ts";
import type { Transaction } from "./db.ts";
import { newId } from "./ids.ts";

/** What was done: the action (`campaign.send`), to what, and the few facts worth reading later – never a secret. */
export interface AuditFact {
  action: string;
  entityType: string;
  entityId?: string;
  details?: Record<string, string | number | boolean | null | string[]>;
}

/** Writes the audit entry in the transaction of the write it tells of: both happen or neither. */
export async function audit(tx: Transaction, ctx: Context, fact: AuditFact): Promise<void> {
  const { actor } = ctx;
  await tx.auditEntry.create({
    data: {
      id: newId(),
      workspaceId: ctx.workspaceId,
      actorType: actor.type,
      actorId: actor.type === "user" ? actor.userId : actor.type === "api_key" ? actor.apiKeyId : null,
      action: fact.action,
      entityType: fact.entityType,
      entityId: fact.entityId ?? null,
      details: fact.details ?? {},
      requestId: ctx.requestId,
    },
  });
}
