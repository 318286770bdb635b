import "server-only";
import { z } from "zod";
import { seal, unseal } from "#lib/crypto.ts";

/** Records that one transaction takes in: some 200 ms of work. */
export const chunkSize = 1_000;

const Records = z.array(z.array(z.string()));

function place(workspaceId: string, importId: string, index: number) {
  return { table: "import_chunk", column: "data", workspaceId, rowId: `${importId}:${index}` };
}

/** Sealed: a file holds names, phone numbers and addresses of many. */
export function sealRecords(records: string[][], workspaceId: string, importId: string, index: number): Buffer {
  return Buffer.from(seal(JSON.stringify(records), place(workspaceId, importId, index)));
}

export function unsealRecords(sealed: Buffer, workspaceId: string, importId: string, index: number): string[][] {
  return Records.parse(JSON.parse(unsealText(sealed, workspaceId, importId, index)));
}

/** The same as one text, JSON: quicker where only few chunks are of interest. */
export function unsealText(sealed: Buffer, workspaceId: string, importId: string, index: number): string {
  return unseal(sealed, place(workspaceId, importId, index));
}
