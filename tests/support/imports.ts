import type { Context } from "#lib/context.ts";
import { getImport, importFile, startImport } from "#lib/imports/imports.ts";
import type { Import, ImportMapping, ImportQuery } from "#lib/imports/schema.ts";
import { workOnImport } from "#lib/imports/work.ts";

/** A file as it comes over the wire: in pieces that end anywhere. */
export async function* pieces(content: string | Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A file that is uploaded and waits. */
export function upload(ctx: Context, content: string | Buffer, options: ImportQuery = {}): Promise<Import> {
  return importFile(ctx, pieces(content), { ...options, start: false });
}

/** Imports a file to its end, as the worker would. */
export async function importAll(
  ctx: Context,
  content: string | Buffer,
  options: ImportQuery & { mapping?: ImportMapping } = {},
): Promise<Import> {
  const { mapping, ...query } = options;
  const { id } = await upload(ctx, content, query);
  await startImport(ctx, id, { dryRun: options.dryRun ?? false, ...(mapping && { mapping }) });
  while ((await workOnImport(ctx.workspaceId, id, 60_000)) !== "done");
  return getImport(ctx, id);
}
