import "server-only";
import type { PoolClient } from "pg";
import { addressHash } from "#lib/crypto.ts";
import type { Transaction } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";

/** What remains of an erased person: keyed hashes of their names and addresses. No import or program brings them back. */

/** The tombstone of an external id; the one of an address is its `address_hash`. */
export function externalIdHash(workspaceId: string, externalId: string): Buffer {
  return Buffer.from(addressHash(`external id\n${workspaceId}\n${externalId}`));
}

/** Of these hashes, in hexadecimal, those that belong to erased people. */
export async function erasedAmong(client: PoolClient, workspaceId: string, hashes: Buffer[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const { rows } = await client.query<{ hash: Buffer }>(
    "SELECT hash FROM tombstone WHERE workspace_id = $1 AND hash = ANY ($2::bytea[])",
    [workspaceId, hashes],
  );
  return new Set(rows.map(({ hash }) => hash.toString("hex")));
}

/**
 * @throws erased the person with this external id asked to be forgotten
 */
export async function refuseErased(
  tx: Transaction,
  workspaceId: string,
  externalId: string | null | undefined,
): Promise<void> {
  if (!externalId) return;
  await refuseErasedHash(tx, workspaceId, new Uint8Array(externalIdHash(workspaceId, externalId)));
}

/** @throws erased the name or address with this keyed hash belonged to somebody who asked to be forgotten */
export async function refuseErasedHash(
  tx: Transaction,
  workspaceId: string,
  hash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (await tx.tombstone.findUnique({ where: { workspaceId_hash: { workspaceId, hash } } })) throw erased();
}

/** Browsers of an erased person may subscribe anew, which gives them another address. */
export function erased(): AppError {
  return new AppError("erased", "This person was erased and is not brought back.");
}
