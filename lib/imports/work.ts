import "server-only";
import { query, transaction } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { log } from "#lib/log.ts";
import { sealRecords, unsealRecords } from "./chunks.ts";
import { type ImportedPerson, RowReader } from "./row.ts";
import { Import, ImportMapping, type RowError } from "./schema.ts";
import { takeIn } from "./take-in.ts";

/** Serialises what imports write in one workspace; first key of a two-key advisory lock. */
const importLockClass = 7_023;
/** A cell may be wrong in many ways; more than these are not told. */
const maxProblemsPerRow = 5;

/**
 * Works on an import for at most `maxMs`, a chunk at a time. A chunk is one transaction: its people, the counts and the
 * place reached, so a kill at any moment loses and repeats nothing. Whoever holds the import's row works on it; nobody
 * else does meanwhile.
 *
 * @returns `more` when time was up, `elsewhere` when another process has it, `done` when there is nothing to do
 */
export async function workOnImport(
  workspaceId: string,
  importId: string,
  maxMs: number,
): Promise<"more" | "elsewhere" | "done"> {
  const deadline = Date.now() + maxMs;
  for (;;) {
    const state = await workOnChunk(workspaceId, importId).catch((error: unknown) =>
      giveUp(workspaceId, importId, error),
    );
    if (state !== "more" || Date.now() >= deadline) return state;
  }
}

/** What a repeat cannot mend ends the import, in sight; anything else is tried again by the queue. */
async function giveUp(workspaceId: string, importId: string, error: unknown): Promise<"done"> {
  if (!(error instanceof AppError)) throw error;
  log.warn({ err: error, workspace_id: workspaceId, import_id: importId }, "an import cannot go on");
  await query(
    "UPDATE import SET status = 'failed', status_reason = $3, finished_at = now(), updated_at = now() WHERE workspace_id = $1 AND id = $2 AND status IN ('checking', 'running')",
    [workspaceId, importId, error.message],
  );
  return "done";
}

interface Row {
  status: "checking" | "running";
  columns: unknown;
  mapping: unknown;
  next_chunk: number;
}

function workOnChunk(workspaceId: string, importId: string): Promise<"more" | "elsewhere" | "done"> {
  return transaction(async (client) => {
    const { rows: held } = await client.query<Row>(
      `SELECT status, columns, mapping, next_chunk FROM import
        WHERE workspace_id = $1 AND id = $2 AND status IN ('checking', 'running') FOR UPDATE SKIP LOCKED`,
      [workspaceId, importId],
    );
    const [row] = held;
    if (!row) {
      const { rowCount } = await client.query(
        "SELECT 1 FROM import WHERE workspace_id = $1 AND id = $2 AND status IN ('checking', 'running')",
        [workspaceId, importId],
      );
      return rowCount === 0 ? "done" : "elsewhere";
    }
    const { rows: chunks } = await client.query<{ first_row: number; data_encrypted: Buffer | null }>(
      "SELECT first_row, data_encrypted FROM import_chunk WHERE workspace_id = $1 AND import_id = $2 AND index = $3",
      [workspaceId, importId, row.next_chunk],
    );
    const [chunk] = chunks;
    if (!chunk) {
      await client.query("DELETE FROM import_key WHERE import_id = $1", [importId]);
      await client.query(
        `UPDATE import SET status = CASE WHEN status = 'checking' THEN 'checked' ELSE 'completed' END::import_status,
                finished_at = now(), updated_at = now() WHERE workspace_id = $1 AND id = $2`,
        [workspaceId, importId],
      );
      return "done";
    }
    await client.query("SELECT pg_advisory_xact_lock($1, hashtext($2))", [importLockClass, workspaceId]);
    const records = chunk.data_encrypted
      ? unsealRecords(chunk.data_encrypted, workspaceId, importId, row.next_chunk)
      : [];
    const mapping = ImportMapping.parse(row.mapping);
    const reader = new RowReader(Import.shape.columns.parse(row.columns), mapping);
    const people: ImportedPerson[] = [];
    const problems: RowError[] = [];
    let unconsented = 0;
    for (const [index, cells] of records.entries()) {
      const outcome = reader.read(chunk.first_row + index, cells);
      if (outcome.kind === "person") people.push(outcome.person);
      else if (outcome.kind === "unconsented") unconsented += 1;
      else problems.push(...outcome.problems.slice(0, maxProblemsPerRow));
    }
    const isDryRun = row.status === "checking";
    const taken = await takeIn(client, { workspaceId, importId, mapping, isDryRun }, people);
    problems.push(...taken.problems);
    const failed = new Set(problems.map((problem) => problem.row));
    await client.query(
      "UPDATE import_chunk SET errors = $4, data_encrypted = $5 WHERE workspace_id = $1 AND import_id = $2 AND index = $3",
      [
        workspaceId,
        importId,
        row.next_chunk,
        JSON.stringify(problems.sort((a, b) => a.row - b.row)),
        isDryRun ? chunk.data_encrypted : onlyFailed(),
      ],
    );
    await client.query(
      `UPDATE import SET next_chunk = next_chunk + 1, rows_done = rows_done + $3, created = created + $4, updated = updated + $5,
              duplicates = duplicates + $6, unconsented = unconsented + $7, erased = erased + $8, failed = failed + $9, updated_at = now()
        WHERE workspace_id = $1 AND id = $2`,
      [
        workspaceId,
        importId,
        records.length,
        taken.created,
        taken.updated,
        taken.duplicates,
        unconsented,
        taken.erased,
        failed.size,
      ],
    );
    return "more";

    /** The file goes as it is taken in: what stays is what its owner will want to mend. */
    function onlyFailed(): Buffer | null {
      if (failed.size === 0 || !chunk) return null;
      const kept = records.map((cells, index) => (failed.has(chunk.first_row + index) ? cells : []));
      return sealRecords(kept, workspaceId, importId, row?.next_chunk ?? 0);
    }
  });
}
