import "server-only";
import { randomUUID } from "node:crypto";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { isSigned, sign } from "#lib/crypto.ts";
import { db, query, type Transaction } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { countLimit, decodeCursor, pageOffset, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import type { Import as ImportRow } from "#prisma/generated/client.ts";
import { chunkSize, sealRecords, unsealRecords } from "./chunks.ts";
import { guessMapping } from "./guess.ts";
import { nudgeImport } from "./nudge.ts";
import { readCsv } from "./read-csv.ts";
import { RowReader } from "./row.ts";
import {
  Import,
  ImportMapping,
  type ImportPreview,
  type ImportQuery,
  type ImportUpload,
  type NewImportUpload,
  type StartImport,
} from "./schema.ts";

/** How long the address that takes an import's file works. */
const uploadHours = 1;

/** Imports of the workspace, newest first. */
export async function listImports(ctx: Context, page: PageQuery): Promise<Page<Import>> {
  authorize(ctx, "subscribers:read");
  const where = { workspaceId: ctx.workspaceId };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.import.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      orderBy: { id: "desc" },
      take: page.pageSize + 1,
      skip: pageOffset(page),
    }),
    after === undefined ? db.import.count({ where, take: countLimit }) : undefined,
  ]);
  return toPage(rows, page, total, toImport);
}

/** @throws not_found */
export async function getImport(ctx: Context, id: string): Promise<Import> {
  authorize(ctx, "subscribers:read");
  return toImport(await findImport(ctx, id));
}

/**
 * Takes a CSV file of subscribers, a piece at a time, and unless told otherwise begins to take its people in, with
 * columns as their names suggest.
 *
 * @throws validation_error (field `file`) · body_too_large · not_found no such site
 */
export async function importFile(
  ctx: Context,
  source: AsyncIterable<Uint8Array>,
  options: ImportQuery,
): Promise<Import> {
  authorize(ctx, "subscribers:write");
  const siteId = options.siteId === undefined ? null : (await findSite(ctx, options.siteId)).id;
  const { id } = await addImport(ctx, options.fileName ?? "");
  await receive(ctx.workspaceId, id, source, siteId, options.defaultCountry ?? null);
  if (options.start === false) return getImport(ctx, id);
  return startImport(ctx, id, { dryRun: options.dryRun ?? false });
}

/** Announces a file that a browser will send to the address in the answer. */
export async function announceImport(ctx: Context, input: NewImportUpload): Promise<ImportUpload> {
  authorize(ctx, "subscribers:write");
  const { id } = await addImport(ctx, input.fileName);
  const claim = `${ctx.workspaceId}.${id}.${Date.now() + uploadHours * 3_600_000}`;
  const token = `${claim}.${sign("import upload", claim)}`;
  return { id, uploadUrl: `${env().APP_URL}/api/v1/subscribers/import/${id}/file?token=${token}` };
}

/**
 * Takes the file of an announced import.
 *
 * @throws invalid_token · conflict it has one · validation_error (field `file`) · body_too_large
 */
export async function receiveAnnounced(id: string, token: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const [workspaceId = "", importId = "", until = "", signature = ""] = token.split(".");
  const isOurs = isSigned("import upload", `${workspaceId}.${importId}.${until}`, signature) && importId === id;
  if (!isOurs || Number(until) < Date.now())
    throw new AppError("invalid_token", "This upload address is not valid any more. Begin anew.");
  await receive(workspaceId, id, source, null, null);
}

/** Says when it does not begin because somebody already sends this file. */
async function receive(
  workspaceId: string,
  id: string,
  source: AsyncIterable<Uint8Array>,
  siteId: string | null,
  defaultCountry: string | null,
): Promise<void> {
  try {
    const { count } = await db.import.updateMany({
      where: { id, workspaceId, status: "receiving", rows: 0, columns: { equals: [] } },
      data: { columns: ["…"] },
    });
    if (count === 0) throw new AppError("conflict", "This import has its file already.");
    const { columns, pieces } = await readCsv(source, chunkSize);
    let index = 0;
    let rows = 0;
    for await (const { firstRow, records } of pieces) {
      await query(
        "INSERT INTO import_chunk (workspace_id, import_id, index, first_row, data_encrypted) VALUES ($1, $2, $3, $4, $5)",
        [workspaceId, id, index, firstRow, sealRecords(records, workspaceId, id, index)],
      );
      index += 1;
      rows += records.length;
    }
    const site = siteId ?? (await onlySite(workspaceId));
    const mapping = guessMapping(columns, site, defaultCountry);
    await db.import.updateMany({ where: { id, workspaceId }, data: { status: "ready", columns, rows, mapping } });
  } catch (error) {
    // What cannot be read is not kept: its sender is told at once.
    if (!(error instanceof AppError && error.code === "conflict"))
      await db.import.deleteMany({ where: { id, workspaceId, status: "receiving" } });
    throw error;
  }
}

async function onlySite(workspaceId: string): Promise<string | null> {
  const sites = await db.site.findMany({ where: { workspaceId, isDeleted: false }, take: 2, select: { id: true } });
  return sites.length === 1 ? (sites[0]?.id ?? null) : null;
}

/**
 * Begins to take an import's people in, or with `dryRun` to go through it without changing anything. The work is done
 * by a worker; what it has done is in the import's counts.
 *
 * @throws not_found · conflict it is under way or over · validation_error the mapping names no column that tells who a person is
 */
export async function startImport(ctx: Context, id: string, input: Partial<StartImport>): Promise<Import> {
  authorize(ctx, "subscribers:write");
  const before = await findImport(ctx, id);
  const mapping = await checkMapping(ctx, before, input.mapping ?? ImportMapping.parse(before.mapping));
  const status = input.dryRun ? "checking" : "running";
  await db.$transaction(async (tx) => {
    const { count } = await tx.import.updateMany({
      where: { id, workspaceId: ctx.workspaceId, status: { in: ["ready", "checked"] } },
      data: { ...startOver, status, mapping, startedAt: new Date() },
    });
    if (count === 0) throw await wrongState(ctx, id, "started", "ready or checked");
    await tx.importChunk.updateMany({ where: { importId: id, workspaceId: ctx.workspaceId }, data: { errors: [] } });
    await tx.importKey.deleteMany({ where: { importId: id } });
    await audit(tx, ctx, {
      action: input.dryRun ? "import.check" : "import.start",
      entityType: "import",
      entityId: id,
      details: { rows: before.rows },
    });
  });
  nudgeImport(ctx.workspaceId, id);
  return getImport(ctx, id);
}

const startOver = {
  rowsDone: 0,
  nextChunk: 0,
  created: 0,
  updated: 0,
  duplicates: 0,
  unconsented: 0,
  erased: 0,
  failed: 0,
  statusReason: null,
  finishedAt: null,
};

async function checkMapping(ctx: Context, row: ImportRow, mapping: ImportMapping): Promise<ImportMapping> {
  const columns = Import.shape.columns.parse(row.columns);
  const unknown = Object.keys(mapping.columns).find((column) => !columns.includes(column));
  if (unknown !== undefined) throw invalid("mapping.columns", `The file has no column “${unknown}”.`);
  const targets = Object.values(mapping.columns);
  if (!["externalId", "phone", "endpoint"].some((target) => targets.includes(target)))
    throw invalid(
      "mapping.columns",
      "Nothing tells who a person is: map a column to the external id, the phone number or the endpoint.",
    );
  if (targets.includes("endpoint") && !(targets.includes("p256dh") && targets.includes("auth")))
    throw invalid("mapping.columns", "An endpoint needs the columns p256dh and auth.");
  if (targets.includes("endpoint") && mapping.siteId === null)
    throw invalid("mapping.siteId", "Choose the site that the push subscriptions belong to.");
  if (mapping.siteId !== null) await findSite(ctx, mapping.siteId);
  return mapping;
}

/**
 * The file's first rows as they would be taken in.
 *
 * @throws not_found · conflict there is no file any more, or not yet
 */
export async function previewImport(ctx: Context, id: string, given?: ImportMapping): Promise<ImportPreview> {
  authorize(ctx, "subscribers:read");
  const row = await findImport(ctx, id);
  if (!["ready", "checking", "checked"].includes(row.status))
    throw await wrongState(ctx, id, "previewed", "ready or checked");
  const mapping = given ?? ImportMapping.parse(row.mapping);
  const columns = Import.shape.columns.parse(row.columns);
  const chunk = await db.importChunk.findFirst({ where: { importId: id, workspaceId: ctx.workspaceId, index: 0 } });
  const sealed = chunk?.dataEncrypted;
  const records = sealed ? unsealRecords(Buffer.from(sealed), ctx.workspaceId, id, 0) : [];
  const reader = new RowReader(columns, mapping);
  const rows = records.slice(0, 20).map((cells, index) => {
    const outcome = reader.read(index + 2, cells);
    const problems = outcome.kind === "failed" ? outcome.problems : [];
    return { row: index + 2, outcome: outcome.kind, cells: cells.map((cell) => cell.slice(0, 200)), problems };
  });
  return { mapping, rows };
}

/**
 * Ends an import and forgets its file. What is taken in already stays.
 *
 * @throws not_found · conflict it is over
 */
export async function cancelImport(ctx: Context, id: string): Promise<Import> {
  authorize(ctx, "subscribers:write");
  await findImport(ctx, id);
  await db.$transaction(async (tx) => {
    const { count } = await tx.import.updateMany({
      where: {
        id,
        workspaceId: ctx.workspaceId,
        status: { in: ["receiving", "ready", "checking", "checked", "running"] },
      },
      data: { status: "cancelled", finishedAt: new Date() },
    });
    if (count === 0) throw await wrongState(ctx, id, "cancelled", "unfinished");
    await dropFile(tx, ctx.workspaceId, id);
    await audit(tx, ctx, { action: "import.cancel", entityType: "import", entityId: id });
  });
  return getImport(ctx, id);
}

async function dropFile(tx: Transaction, workspaceId: string, id: string): Promise<void> {
  await tx.importChunk.deleteMany({ where: { importId: id, workspaceId } });
  await tx.importKey.deleteMany({ where: { importId: id } });
}

async function addImport(ctx: Context, fileName: string): Promise<{ id: string }> {
  const id = newId();
  await db.$transaction(async (tx) => {
    await tx.import.create({
      data: {
        id,
        workspaceId: ctx.workspaceId,
        fileName: fileName.trim().replaceAll(/[\\/]/g, " ") || `import-${randomUUID().slice(0, 8)}.csv`,
        createdByUserId: ctx.actor.type === "system" ? null : ctx.actor.userId,
      },
    });
    await audit(tx, ctx, { action: "import.create", entityType: "import", entityId: id });
  });
  return { id };
}

async function wrongState(ctx: Context, id: string, done: string, needed: string): Promise<AppError> {
  const { status } = await findImport(ctx, id);
  return new AppError("conflict", `The import is ${status}; it can be ${done} while it is ${needed}.`);
}

/** @throws not_found */
export async function findImport(ctx: Context, id: string): Promise<ImportRow> {
  const row = isId(id) ? await db.import.findFirst({ where: { id, workspaceId: ctx.workspaceId } }) : null;
  if (!row) throw notFound("Import");
  return row;
}

function toImport(row: ImportRow): Import {
  const mapping = ImportMapping.safeParse(row.mapping);
  return {
    ...row,
    columns: row.status === "receiving" ? [] : Import.shape.columns.parse(row.columns),
    mapping: mapping.success ? mapping.data : ImportMapping.parse({ columns: {} }),
  };
}
