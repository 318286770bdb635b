import "server-only";
import { z } from "zod";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { unseal } from "#lib/crypto.ts";
import { csvLine } from "#lib/csv.ts";
import { db, query } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import type { exportFormats } from "./schema.ts";

const pageSize = 1_000;
const Address = z.object({ endpoint: z.string().optional(), phone: z.string().optional() });

/** One kind of what is kept: its name, and its rows a page at a time. */
type Section = [name: string, pages: AsyncGenerator<Record<string, unknown>[]>];

/**
 * Everything that is kept of one person (GDPR articles 15 and 20), deleted people too: who they are, their devices,
 * groups, consents, messages and events. JSON has a list of each kind; CSV a line for each fact: kind, number, field, value.
 *
 * @throws not_found
 */
export async function streamPerson(
  ctx: Context,
  subscriberId: string,
  format: (typeof exportFormats)[number],
): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "subscribers:read");
  const person = isId(subscriberId)
    ? await db.subscriber.findFirst({ where: { id: subscriberId, workspaceId: ctx.workspaceId } })
    : null;
  if (!person) throw notFound("Subscriber");
  await db.$transaction((tx) =>
    audit(tx, ctx, { action: "subscriber.export", entityType: "subscriber", entityId: subscriberId }),
  );
  const { workspaceId: _, ...facts } = person;
  const sections: Section[] = [
    ["subscriber", once([facts])],
    ["subscriptions", once(await devicesOf(ctx.workspaceId, subscriberId))],
    ["groups", once(await groupsOf(ctx.workspaceId, subscriberId))],
    ["consents", paged(consentColumns, "consent", ctx.workspaceId, subscriberId)],
    ["messages", paged(messageColumns, "message", ctx.workspaceId, subscriberId)],
    ["events", paged(eventColumns, "event", ctx.workspaceId, subscriberId)],
  ];
  const encoder = new TextEncoder();
  const text = format === "json" ? asJson(sections) : asCsv(sections);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

const consentColumns = `id, site_id AS "siteId", kind, source, page, prompt_version AS "promptVersion", created_at AS "createdAt"`;
const messageColumns = `id, campaign_id AS "campaignId", channel, status, reason, content, created_at AS "createdAt", sent_at AS "sentAt", delivered_at AS "deliveredAt", clicked_at AS "clickedAt", dismissed_at AS "dismissedAt"`;
const eventColumns = `id, site_id AS "siteId", message_id AS "messageId", type, name, properties, at`;

async function* once(rows: Record<string, unknown>[]): AsyncGenerator<Record<string, unknown>[]> {
  yield rows;
}

async function* paged(
  columns: string,
  table: "consent" | "message" | "event",
  workspaceId: string,
  subscriberId: string,
) {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await query<Record<string, unknown> & { id: string }>(
      `SELECT ${columns} FROM ${table} WHERE workspace_id = $1 AND subscriber_id = $2 AND id > $3 ORDER BY id LIMIT ${pageSize}`,
      [workspaceId, subscriberId, after],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.id;
  }
}

async function devicesOf(workspaceId: string, subscriberId: string): Promise<Record<string, unknown>[]> {
  const rows = await db.subscription.findMany({ where: { workspaceId, subscriberId }, orderBy: { id: "asc" } });
  return rows.map(({ addressEncrypted, addressHash: _hash, workspaceId: _workspace, vapidKeyId: _key, ...row }) => {
    const place = { table: "subscription", column: "address", workspaceId, rowId: row.id };
    return { ...row, ...(addressEncrypted ? Address.parse(JSON.parse(unseal(addressEncrypted, place))) : {}) };
  });
}

function groupsOf(workspaceId: string, subscriberId: string): Promise<Record<string, unknown>[]> {
  return query(
    `SELECT g.id, g.name, m.created_at AS "since" FROM group_member m
       JOIN subscriber_group g ON g.workspace_id = m.workspace_id AND g.id = m.group_id
      WHERE m.workspace_id = $1 AND m.subscriber_id = $2 AND NOT g.is_deleted ORDER BY g.id`,
    [workspaceId, subscriberId],
  );
}

async function* asJson(sections: Section[]): AsyncGenerator<string> {
  yield "{";
  for (const [index, [name, pages]] of sections.entries()) {
    yield `${index === 0 ? "" : ","}\n${JSON.stringify(name)}: [`;
    let isFirst = true;
    for await (const rows of pages)
      for (const row of rows) {
        yield `${isFirst ? "" : ","}\n  ${JSON.stringify(row)}`;
        isFirst = false;
      }
    yield "]";
  }
  yield "\n}\n";
}

async function* asCsv(sections: Section[]): AsyncGenerator<string> {
  yield csvLine(["kind", "number", "field", "value"]);
  for (const [name, pages] of sections) {
    let number = 0;
    for await (const rows of pages)
      for (const row of rows) {
        number += 1;
        for (const [field, value] of Object.entries(row)) yield csvLine([name, number, field, textOf(value)]);
      }
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
