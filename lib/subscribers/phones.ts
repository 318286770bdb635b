import "server-only";
import { z } from "zod";
import type { Context } from "#lib/context.ts";
import { addressHash, unseal } from "#lib/crypto.ts";
import type { Transaction } from "#lib/db.ts";
import { AppError, invalid } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import type { Subscription as SubscriptionRow } from "#prisma/generated/client.ts";
import { phoneAddress, readPhone } from "./phone.ts";
import { refuseErasedHash } from "./tombstones.ts";

const Address = z.object({ phone: z.string() });

/** The number that messages of this person go to, in E.164; null when there is none. */
export function phoneOf(subscriptions: SubscriptionRow[]): string | null {
  const row = subscriptions.find(({ channel, status }) => channel === "whatsapp" && status === "active");
  if (!row?.addressEncrypted) return null;
  const place = { table: "subscription", column: "address", workspaceId: row.workspaceId, rowId: row.id };
  return Address.parse(JSON.parse(unseal(row.addressEncrypted, place))).phone;
}

/** Reasons for which a number went that the person had no part in: another or the same person may have it again. */
const notTheirOwn = ["replaced", "removed", "deleted"];

/**
 * Makes this the number of a person, in the caller's transaction, and writes down that they agreed. Numbers that they
 * had before are taken away, all of them when `phone` is null.
 *
 * @throws validation_error (field `phone`) it can be no number
 * @throws conflict (field `phone`) somebody else has it, or its owner unsubscribed · erased its owner was erased
 */
export async function setPhone(
  tx: Transaction,
  ctx: Context,
  subscriberId: string,
  phone: string | null,
): Promise<void> {
  const { workspaceId } = ctx;
  const number = phone === null ? undefined : readPhone(phone.trim(), null);
  if (phone !== null && number === undefined)
    throw invalid("phone", "This is no phone number. Write it with its country, such as +49 151 12345678.");
  // Two callers with one number take turns.
  if (number) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${workspaceId + number}, 0))`;
  const hash = number === undefined ? undefined : new Uint8Array(addressHash(number));
  const known =
    hash &&
    (await tx.subscription.findFirst({
      where: { workspaceId, siteId: null, channel: "whatsapp", addressHash: hash },
    }));
  await retireOthers(tx, ctx, subscriberId, known?.subscriberId === subscriberId ? known.id : undefined);
  if (number === undefined || hash === undefined) return;
  if (known?.subscriberId === subscriberId && known.status === "active") return;
  await refuseErasedHash(tx, workspaceId, hash);
  if (known) refuseOthers(known, subscriberId);
  const id = known?.id ?? newId();
  const { sealed } = phoneAddress(number, workspaceId, id);
  const address = {
    subscriberId,
    addressEncrypted: new Uint8Array(sealed),
    status: "active" as const,
    statusReason: null,
  };
  if (known)
    await tx.subscription.update({
      where: { id, workspaceId },
      data: { ...address, statusChangedAt: new Date(), failureCount: 0, hasSucceeded: false },
    });
  else await tx.subscription.create({ data: { id, workspaceId, channel: "whatsapp", addressHash: hash, ...address } });
  await writeConsent(tx, ctx, { subscriberId, subscriptionId: id, hash, kind: "granted" });
}

function refuseOthers(known: SubscriptionRow, subscriberId: string): void {
  if (known.status === "active" && known.subscriberId !== subscriberId)
    throw taken("Another subscriber has this number.", "Another subscriber has it.");
  if (known.status !== "active" && !notTheirOwn.includes(known.statusReason ?? ""))
    throw taken(
      "This number unsubscribed. Its owner must agree again, by writing to you or on your site.",
      "Its owner unsubscribed.",
    );
}

function taken(message: string, atField: string): AppError {
  return new AppError("conflict", message, { fields: { phone: [atField] } });
}

/** Takes every other number of the person away and forgets its address; the keyed hash stays. */
async function retireOthers(
  tx: Transaction,
  ctx: Context,
  subscriberId: string,
  kept: string | undefined,
): Promise<void> {
  const { workspaceId } = ctx;
  const others = await tx.subscription.findMany({
    where: {
      workspaceId,
      subscriberId,
      siteId: null,
      channel: "whatsapp",
      status: "active",
      NOT: { id: { in: kept ? [kept] : [] } },
    },
  });
  for (const { id, addressHash: hash } of others) {
    await tx.subscription.update({
      where: { id, workspaceId },
      data: { status: "unsubscribed", statusReason: "removed", statusChangedAt: new Date(), addressEncrypted: null },
    });
    await writeConsent(tx, ctx, { subscriberId, subscriptionId: id, hash, kind: "withdrawn" });
  }
}

interface Agreement {
  subscriberId: string;
  subscriptionId: string;
  hash: Uint8Array<ArrayBuffer>;
  kind: "granted" | "withdrawn";
}

async function writeConsent(tx: Transaction, ctx: Context, { hash, ...facts }: Agreement): Promise<void> {
  const source = ctx.actor.type === "api_key" ? "api" : "dashboard";
  await tx.consent.create({ data: { id: newId(), workspaceId: ctx.workspaceId, addressHash: hash, source, ...facts } });
}
