import "server-only";
import { generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import { seal } from "#lib/crypto.ts";
import type { Transaction } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";

/**
 * Gives a site a key pair, a new one unless it is given; the private half is sealed before it is stored.
 *
 * @returns its id
 */
export async function addVapidKey(
  tx: Transaction,
  workspaceId: string,
  siteId: string,
  imported?: { publicKey: string; privateKey: string },
): Promise<string> {
  const { publicKey, privateKey } = imported ?? generateVapidKeys();
  const id = newId();
  const privateKeyEncrypted = seal(privateKey, { table: "vapid_key", column: "private_key", workspaceId, rowId: id });
  await tx.vapidKey.create({
    data: { id, workspaceId, siteId, publicKey, privateKeyEncrypted, isImported: imported !== undefined },
  });
  return id;
}
