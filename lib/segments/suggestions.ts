import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { query } from "#lib/db.ts";
import { parseField } from "./grammar.ts";
import { lowerAscii } from "./rules.ts";
import type { SuggestionQuery, Suggestions } from "./schema.ts";

/** What people, devices and events have today is read off the newest so many: a suggestion need not know them all. */
const lookedAt = 5_000;
const maxSuggestions = 20;

/** Values that a field has in the workspace's own data, the usual ones first; at most 20. */
export async function suggestValues(ctx: Context, { field: name, search }: SuggestionQuery): Promise<Suggestions> {
  authorize(ctx, "segments:read");
  const found = await valuesOf(ctx.workspaceId, name);
  const wanted = lowerAscii(search ?? "").trim();
  const fitting = found.filter(({ value, label }) => lowerAscii(`${label ?? value}`).includes(wanted));
  return { data: fitting.slice(0, maxSuggestions) };
}

async function valuesOf(workspaceId: string, name: string): Promise<Suggestions["data"]> {
  const field = parseField(name);
  const people = (columns: string) =>
    `SELECT ${columns} FROM subscriber WHERE workspace_id = $1 AND NOT is_deleted ORDER BY id DESC LIMIT ${lookedAt}`;
  const common = async (values: string, parameters: unknown[] = []) => {
    const rows = await query<{ value: Suggestions["data"][number]["value"] }>(
      `SELECT value FROM (${values}) AS found(value) WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC LIMIT 500`,
      [workspaceId, ...parameters],
    );
    return rows.map(({ value }) => ({ value, label: null }));
  };
  if (name === "attribute")
    return common(`SELECT jsonb_object_keys(attributes) FROM (${people("attributes")}) AS newest`);
  if (name === "event" || field?.kind === "event")
    return common(
      `SELECT name FROM (SELECT name FROM event WHERE workspace_id = $1 AND type = 'custom' ORDER BY id DESC LIMIT ${lookedAt}) AS newest`,
    );
  switch (field?.kind) {
    case "tag":
      return common(`SELECT unnest(tags) FROM (${people("tags")}) AS newest`);
    case "text":
      return common(`SELECT ${field.column} FROM (${people(field.column)}) AS newest`);
    case "device":
      return common(
        `SELECT s.${field.column}::text FROM (${people("id")}) AS newest JOIN subscription s ON s.workspace_id = $1 AND s.subscriber_id = newest.id AND NOT s.is_test`,
      );
    case "attribute":
      return (await common(`SELECT attributes -> $2 FROM (${people("attributes")}) AS newest`, [field.key])).filter(
        ({ value }) => ["string", "number", "boolean"].includes(typeof value),
      );
    case "group":
      return named("subscriber_group", workspaceId);
    case "campaign":
      return named("campaign", workspaceId);
    default:
      return name === "campaign" ? named("campaign", workspaceId) : [];
  }
}

async function named(table: "subscriber_group" | "campaign", workspaceId: string): Promise<Suggestions["data"]> {
  return query<Suggestions["data"][number]>(
    `SELECT id AS value, name AS label FROM ${table} WHERE workspace_id = $1 AND NOT is_deleted ORDER BY id DESC LIMIT 500`,
    [workspaceId],
  );
}
