import "server-only";
import { z } from "zod";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { type Cell, csvStream } from "#lib/csv.ts";
import { query } from "#lib/db.ts";
import { unsealRecords } from "./chunks.ts";
import { findImport } from "./imports.ts";
import { Import, RowError } from "./schema.ts";

/**
 * The rows that were not taken in, as they were, with two columns in front: the row's number and what is wrong. Mended,
 * the file can be imported again.
 *
 * @throws not_found
 */
export async function streamImportErrors(ctx: Context, id: string): Promise<ReadableStream<Uint8Array>> {
  authorize(ctx, "subscribers:read");
  const row = await findImport(ctx, id);
  const columns = Import.shape.columns.parse(row.columns);
  let after = -1;
  return csvStream(["row", "problem", ...columns], async () => {
    const [chunk] = await query<{ index: number; first_row: number; data_encrypted: Buffer | null; errors: unknown }>(
      `SELECT index, first_row, data_encrypted, errors FROM import_chunk
        WHERE workspace_id = $1 AND import_id = $2 AND index > $3 AND errors <> '[]' ORDER BY index LIMIT 1`,
      [ctx.workspaceId, row.id, after],
    );
    if (!chunk) return undefined;
    after = chunk.index;
    const records = chunk.data_encrypted
      ? unsealRecords(chunk.data_encrypted, ctx.workspaceId, row.id, chunk.index)
      : [];
    const byRow = new Map<number, string[]>();
    for (const { row: number, column, message } of z.array(RowError).parse(chunk.errors))
      byRow.set(number, [...(byRow.get(number) ?? []), column === null ? message : `${column}: ${message}`]);
    return [...byRow].map(([number, messages]): Cell[] => [
      number,
      messages.join(" "),
      ...columns.map((_, index) => records[number - chunk.first_row]?.[index] ?? ""),
    ]);
  });
}
