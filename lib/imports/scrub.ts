import "server-only";
import type { Transaction } from "#lib/db.ts";
import { sealRecords, unsealRecords, unsealText } from "./chunks.ts";

/** Empties every row of the files that are still kept in which one of the names stands in a cell of its own. */
export async function scrubImports(tx: Transaction, workspaceId: string, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const wanted = new Set(names);
  const written = names.map((name) => JSON.stringify(name).slice(1, -1));
  let after = { importId: "00000000-0000-0000-0000-000000000000", index: -1 };
  for (;;) {
    const [chunk] = await tx.importChunk.findMany({
      where: {
        workspaceId,
        dataEncrypted: { not: null },
        OR: [{ importId: { gt: after.importId } }, { importId: after.importId, index: { gt: after.index } }],
      },
      orderBy: [{ importId: "asc" }, { index: "asc" }],
      take: 1,
    });
    if (!chunk?.dataEncrypted) return;
    after = chunk;
    const sealed = Buffer.from(chunk.dataEncrypted);
    const text = unsealText(sealed, workspaceId, chunk.importId, chunk.index);
    if (!written.some((name) => text.includes(name))) continue;
    const records = unsealRecords(sealed, workspaceId, chunk.importId, chunk.index);
    const kept = records.map((cells) => (cells.some((cell) => wanted.has(cell.trim())) ? [] : cells));
    if (kept.every((cells, index) => cells === records[index])) continue;
    await tx.importChunk.updateMany({
      where: { workspaceId, importId: chunk.importId, index: chunk.index },
      data: { dataEncrypted: new Uint8Array(sealRecords(kept, workspaceId, chunk.importId, chunk.index)) },
    });
  }
}
