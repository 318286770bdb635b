import "server-only";
import { generateVapidKeys } from "#lib/channels/web-push/vapid.ts";
import { seal } from "#lib/crypto.ts";
import type { Transaction } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";

/** Makes a key pair for a site; the private half is sealed before it is stored. */
export async function addVapidKey(tx: Transaction, workspaceId: string, siteId: string): Promise<string> {
  const { publicKey, privateKey } = generateVapidKeys();
  const id = newId();
  const privateKeyEncrypted = seal(privateKey, { table: "vapid_key", column: "private_key", workspaceId, rowId: id });
  await tx.vapidKey.create({ data: { id, workspaceId, siteId, publicKey, privateKeyEncrypted } });
  return id;
}
